import { closeSync, constants, existsSync, openSync } from 'node:fs'
import type { NameBytes } from '../../engine/ports.ts'

/** Longest path of a system call, including the terminating zero: PATH_MAX of <linux/limits.h>. */
const PATH_BYTES = 4096
/** Long paths are walked in steps of this size, which leaves room for the start of each step. No name is longer than 255. */
const STEP_BYTES = 3840
/** Number of directories kept open between calls: those on the way to what is accessed. */
const OPEN_DIRECTORIES = 16
/** From <fcntl.h>, missing in Node: opens a directory that need not be readable. */
const O_PATH = 0o10000000

/** Descriptors of directories by path, the least recently used first. */
const directories = new Map<NameBytes, number>()

let canWalk: boolean | undefined

/**
 * A path in a form that system calls accept. One that is too long begins at a directory on the way that is kept open;
 * the result is valid only for an immediate call.
 */
export function reachable(path: NameBytes): Buffer {
  return Buffer.from(path.length < PATH_BYTES ? path : shortened(path, 'self'), 'latin1')
}

/** The same for a program that is started. */
export function reachableByOthers(path: NameBytes): Buffer {
  return Buffer.from(path.length < PATH_BYTES ? path : shortened(path, String(process.pid)), 'latin1')
}

/** Closes the directories that are kept open. */
export function closeDirectories(): void {
  for (const file of directories.values()) closeSync(file)
  directories.clear()
}

/** Where shortening is impossible the path stays as it is, and the system reports that it is too long. */
function shortened(path: NameBytes, whose: string): NameBytes {
  canWalk ??= process.platform === 'linux' && existsSync('/proc/self/fd')
  if (!canWalk) return path
  let start = 0
  let directory: number | undefined
  while (path.length - start > STEP_BYTES) {
    const end = path.lastIndexOf('/', start + STEP_BYTES)
    // A single name is too long: the system reports that.
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
