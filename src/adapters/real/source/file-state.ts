import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { readInto } from '../file-bytes.ts'

/** State of a file by which changes are detected: equal states, equal content. */
export interface FileState {
  readonly device: bigint
  readonly inode: bigint
  readonly size: bigint
  readonly mtime_ns: bigint
  readonly ctime_ns: bigint
}

export const isIdentical = (stat: BigIntStats, file: FileState): boolean =>
  stat.dev === file.device && stat.ino === file.inode

export const isUnchanged = (stat: BigIntStats, file: FileState): boolean =>
  isIdentical(stat, file) && stat.size === file.size && stat.mtimeNs === file.mtime_ns && stat.ctimeNs === file.ctime_ns

/** Numbers per state when sent to threads: sending objects takes longer. */
export const STATE_WORDS = 5

/** Writes the state of a file after those of `number` others. */
export function packState(
  { device, inode, size, mtime_ns, ctime_ns }: FileState,
  into: BigInt64Array,
  number: number,
): void {
  into.set([device, inode, size, mtime_ns, ctime_ns], number * STATE_WORDS)
}

export function unpackState(from: BigInt64Array, number: number): FileState {
  const at = number * STATE_WORDS
  return {
    device: BigInt.asUintN(64, from[at]!),
    inode: BigInt.asUintN(64, from[at + 1]!),
    size: from[at + 2]!,
    mtime_ns: from[at + 3]!,
    ctime_ns: from[at + 4]!,
  }
}

const WORD_BYTES = 8

/** Rounded up to whole words: aligned data are copied fastest. */
export const wholeWords = (bytes: number): number => Math.ceil(bytes / WORD_BYTES) * WORD_BYTES

/** If the name has become a link or a pipe meanwhile, it is neither followed nor waited for. */
export function openToRead(path: Buffer): number {
  return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
}

/** Fills memory with a file's content. Returns false when the file has changed. */
export function readUnchanged(content: Uint8Array, path: Buffer, state: FileState): boolean {
  const file = openToRead(path)
  try {
    const length = readInto(content, 0, { file, offset: 0, length: content.length })
    return length === content.length && isUnchanged(fstatSync(file, { bigint: true }), state)
  } finally {
    closeSync(file)
  }
}
