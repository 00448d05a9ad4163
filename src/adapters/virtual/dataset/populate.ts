import { extentStream } from '../content/extent-stream.ts'
import { freshContent } from '../content/fresh-content.ts'
import type { DatasetFidelity } from '../content/fresh-content.ts'
import type { VirtualFileSystem } from '../files/virtual-file-system.ts'

/** A file, directory or link that is to be. */
export interface PopulationEntry {
  /** Relative, '/'-separated, as text: the filesystem holds the UTF-8 of it. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'symlink'
  /** Files. */
  readonly content?: Uint8Array
  /** Symbolic links. */
  readonly target?: string
  readonly mode: number
  readonly mtime_ns: bigint
}

/** Puts entries, parents before children, into a filesystem at its present instant. Copies the content. */
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
  // A directory changes with every entry made in it, so its times come last.
  for (const { path, mode, mtime_ns } of directories) {
    const { metadata } = files.lookup(path)!
    files.setMetadata(path, { ...metadata, mode, mtime_ns }, time)
  }
}

/** What a scan of a real directory knows of a file: not what is in it. */
export interface ScannedFile {
  /** Name bytes, relative to the directory. */
  readonly path: string
  readonly bytes: number
  /** Seconds since 1970. */
  readonly mtime: number
}

/** Puts files of these names and sizes, parents before children, into a filesystem at its present instant. */
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
