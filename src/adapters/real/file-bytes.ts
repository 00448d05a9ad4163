import { closeSync, constants, fsyncSync, openSync, read, readSync, writev, writevSync } from 'node:fs'
import type { PathLike } from 'node:fs'
import { promisify } from 'node:util'

const writevAside = promisify(writev)
const readAside = promisify(read)

/** Linux accepts at most 1024 buffers in one call (IOV_MAX). */
const PARTS_PER_CALL = 1024

/** Limit of one read (Linux: 2 GiB less a page). */
const BYTES_PER_CALL = 0x4000_0000

/** Writes the parts one after another, from the current position. */
export function writeAll(file: number, parts: readonly Uint8Array[]): void {
  for (let from = 0; from < parts.length; from += PARTS_PER_CALL) {
    let pending = parts.slice(from, from + PARTS_PER_CALL).filter((part) => part.length > 0)
    while (pending.length > 0) pending = without(pending, writevSync(file, pending))
  }
}

/** The same on another thread. */
export async function writeAllAside(file: number, parts: readonly Uint8Array[]): Promise<void> {
  for (let from = 0; from < parts.length; from += PARTS_PER_CALL) {
    let pending = parts.slice(from, from + PARTS_PER_CALL).filter((part) => part.length > 0)
    while (pending.length > 0) pending = without(pending, (await writevAside(file, pending)).bytesWritten)
  }
}

/** The parts that remain after their first `written` bytes. */
function without(parts: readonly Uint8Array[], written: number): Uint8Array[] {
  let rest = written
  const left: Uint8Array[] = []
  for (const part of parts)
    if (rest >= part.length) rest -= part.length
    else {
      left.push(rest === 0 ? part : part.subarray(rest))
      rest = 0
    }
  return left
}

/** The bytes [start, end) of a file; fewer when it ends earlier. */
export function readAll(file: number, start: number, end: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(end - start)
  const filled = readInto(bytes, 0, { file, offset: start, length: bytes.length })
  return filled === bytes.length ? bytes : bytes.subarray(0, filled)
}

/** A stretch of an open file. */
export interface Stretch {
  readonly file: number
  readonly offset: number
  readonly length: number
}

/** Reads a stretch into memory, from `at` on. Returns the number of bytes: fewer when the file ends earlier. */
export function readInto(memory: Uint8Array, at: number, { file, offset, length }: Stretch): number {
  let filled = 0
  while (filled < length) {
    const wanted = Math.min(length - filled, BYTES_PER_CALL)
    const bytes = readSync(file, memory, at + filled, wanted, offset + filled)
    if (bytes === 0) break
    filled += bytes
  }
  return filled
}

/** The same on another thread. */
export async function readIntoAside(
  memory: Uint8Array,
  at: number,
  { file, offset, length }: Stretch,
): Promise<number> {
  let filled = 0
  while (filled < length) {
    const wanted = Math.min(length - filled, BYTES_PER_CALL)
    const { bytesRead } = await readAside(file, memory, at + filled, wanted, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}

/** Makes the names in a directory durable. */
export function fsyncDirectory(path: PathLike): void {
  // Windows has no such call and does not open directories; there the file system journals names.
  if (process.platform === 'win32') return
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
