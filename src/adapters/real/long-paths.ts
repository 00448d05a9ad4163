import { closeSync, constants, existsSync, openSync } from 'node:fs'
import type { NameBytes } from '../../engine/ports.ts'

/** What a call takes at most of a path, with the zero behind it: PATH_MAX of <linux/limits.h>. */
const PATH_BYTES = 4096
/** A path is walked in steps of this size: room is left for where a step begins. No name is longer than 255. */
const STEP_BYTES = 3840
/** Directories that are kept open between calls: those on the way to what is looked at. */
const OPEN_DIRECTORIES = 16
/** Of <fcntl.h>, which Node does not name: a directory that need not be readable. */
const O_PATH = 0o10000000

/** Descriptors of directories by path, the least recently used first. */
const directories = new Map<NameBytes, number>()

let canWalk: boolean | undefined

/**
 * A path as system calls take it. One of more bytes than they take begins at a directory on the way that is kept open; it is good
 * for calls that are made at once.
 */
export function reachable(path: NameBytes): Buffer {
  return Buffer.from(path.length < PATH_BYTES ? path : shortened(path, 'self'), 'latin1')
}

/** The same for a program that is started. */
export function reachableByOthers(path: NameBytes): Buffer {
  return Buffer.from(path.length < PATH_BYTES ? path : shortened(path, String(process.pid)), 'latin1')
}

/** Lets directories go that are kept open. */
export function closeDirectories(): void {
  for (const file of directories.values()) closeSync(file)
  directories.clear()
}

/** Where it cannot be done the path stays as it is, and the system says that it is too long. */
function shortened(path: NameBytes, whose: string): NameBytes {
  canWalk ??= process.platform === 'linux' && existsSync('/proc/self/fd')
  if (!canWalk) return path
  let start = 0
  let directory: number | undefined
  while (path.length - start > STEP_BYTES) {
    const end = path.lastIndexOf('/', start + STEP_BYTES)
    // No name is as long as that: the system says so.
    if (end <= start) return path
    directory = opened(path.slice(0, end), place(directory, path.slice(start, end), 'self'))
    start = end + 1
  }
  return place(directory, path.slice(start), whose)
}

const place = (directory: number | undefined, path: NameBytes, whose: string): NameBytes =>
  directory === undefined ? path : `/proc/${whose}/fd/${directory}/${path}`

function opened(directory: NameBytes, path: NameBytes): number {
  const known = directories.get(directory)
  const file = known ?? openSync(Buffer.from(path, 'latin1'), O_PATH | constants.O_DIRECTORY)
  directories.delete(directory)
  directories.set(directory, file)
  const [oldest] = directories.keys()
  if (directories.size > OPEN_DIRECTORIES && oldest !== undefined) {
    closeSync(directories.get(oldest)!)
    directories.delete(oldest)
  }
  return file
}
