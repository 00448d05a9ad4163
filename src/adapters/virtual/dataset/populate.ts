import { extentStream } from '../content/extent-stream.ts'
import { freshContent } from '../content/fresh-content.ts'
import type { DatasetFidelity } from '../content/fresh-content.ts'
import type { VirtualFileSystem } from '../files/virtual-file-system.ts'

/** A file, directory or link to be created. */
export interface PopulationEntry {
  /** Relative, '/'-separated, as text: the file system holds its UTF-8. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'symlink'
  /** For files. */
  readonly content?: Uint8Array
  /** For symbolic links. */
  readonly target?: string
  readonly mode: number
  readonly mtime_ns: bigint
}

/** Creates entries, parents before children, in a file system at its current instant. Copies the content. */
export function populateFromEntries(files: VirtualFileSystem, entries: Iterable<PopulationEntry>): void {
  const { time } = files
  const directories: { path: string; mode: number; mtime_ns: bigint }[] = []
  for (const { path: text, kind, content, target, mode, mtime_ns } of entries) {
    const path = nameBytes(text)
    const metadata = { mode, mtime_ns }
    if (kind === 'file') files.writeFile(path, content ?? new Uint8Array(0), time, { metadata })
    else if (kind === 'symlink') files.symlink(path, nameBytes(target ?? ''), time, metadata)
    else {
      files.mkdir(path, time)
      directories.push({ path, mode, mtime_ns })
    }
  }
  // A directory changes with every entry created in it, so its times are set last.
  for (const { path, mode, mtime_ns } of directories) {
    const { metadata } = files.lookup(path)!
    files.setMetadata(path, { ...metadata, mode, mtime_ns }, time)
  }
}

/** What a scan of a real directory knows of a file: everything but its content. */
export interface ScannedFile {
  /** Name bytes, relative to the directory. */
  readonly path: string
  readonly bytes: number
  /** Seconds since 1970. */
  readonly mtime: number
}

/** Creates files with these names and sizes, parents before children, in a file system at its current instant. */
export function populateFromScan(
  files: VirtualFileSystem,
  scan: Iterable<ScannedFile>,
  dataset: { readonly name: string; readonly fidelity: DatasetFidelity; readonly compressibility: number },
): void {
  const { time } = files
  for (const { path, bytes, mtime } of scan) {
    files.makeParents(path, time)
    const stream = extentStream(`${dataset.name} scanned ${path}`, dataset.compressibility)
    const metadata = { mtime_ns: BigInt(Math.round(mtime * 1000)) * 1_000_000n }
    files.writeFile(path, freshContent(dataset.fidelity, stream, 0, bytes), time, { metadata })
  }
}

/** The UTF-8 of a text, one character a byte: how file names are held. */
export function nameBytes(text: string): string {
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return bytes
}
