import { createRequire } from 'node:module'
import { getSystemErrorMap } from 'node:util'
import { fromNode } from './koffi.ts'

/** Linux system calls that Node lacks. Paths are bytes; symbolic links are not followed. Each throws an `ErrnoException`. */
export interface LinuxCalls {
  /** Names of an entry's extended attributes, access control lists included (`system.posix_acl_access`). */
  listAttributes(path: Buffer): string[]
  /** Undefined when there is none of this name. */
  attribute(path: Buffer, name: string): Uint8Array | undefined
  setAttribute(path: Buffer, name: string, value: Uint8Array): void
  removeAttribute(path: Buffer, name: string): void
  /** Sets the modification time, to the nanosecond, and the access time to the same. */
  setTime(path: Buffer, time_ns: bigint): void
  /** The same for an open file. */
  setFileTime(file: number, time_ns: bigint): void
  /** Drops a part of a file from the page cache, as far as it is on the disk; by default the whole file. */
  uncache(file: number, start?: number, length?: number): void
  /**
   * Starts writing a part of a file to the disk, and with `wait` waits until it is there; its size and place may still
   * be lost in a crash.
   */
  writeOut(file: number, start: number, length: number, wait: boolean): void
  /**
   * The first hole at or after an offset of a file of a size; undefined where there is none, or the file system does
   * not tell.
   */
  holeAfter(file: number, offset: number, size: number): { readonly start: number; readonly end: number } | undefined
  /** Asks for pages of 2 MiB (transparent huge pages) for a buffer that has not been written to yet. */
  preferLargePages(buffer: ArrayBuffer): void
}

type Foreign = (...values: unknown[]) => number

/** The part of koffi that is used; its own types describe everything. */
interface Koffi {
  load(path: null): { func(signature: string): Foreign }
  address(memory: ArrayBuffer): bigint
  errno(): number
}

/** Numbers from <fcntl.h> and <errno.h>, the same on every Linux except for ENODATA and ERANGE, which agree where Node runs. */
const AT_FDCWD = -100
const AT_SYMLINK_NOFOLLOW = 0x100
const POSIX_FADV_DONTNEED = 4
const SYNC_FILE_RANGE_WAIT_BEFORE = 1
const SYNC_FILE_RANGE_WRITE = 2
const SYNC_FILE_RANGE_WAIT_AFTER = 4
/** <unistd.h>. */
const SEEK_DATA = 3
const SEEK_HOLE = 4
/** <asm-generic/mman-common.h>. */
const MADV_HUGEPAGE = 14
/** Advice is given on whole pages. */
const PAGE_BYTES = 4096
const LARGE_PAGE_BYTES = 2 * 1024 * 1024
const ENXIO = 6
const ERANGE = 34
const ENODATA = 61

/** XATTR_LIST_MAX and XATTR_SIZE_MAX of <linux/limits.h>. */
const ATTRIBUTE_BYTES = 65_536

let calls: LinuxCalls | null | undefined

/** The calls, if available: on Linux, with the optional package koffi. */
export function linuxCalls(): LinuxCalls | undefined {
  if (calls === undefined) calls = process.platform === 'linux' ? bind() : null
  return calls ?? undefined
}

/** <malloc.h> of glibc. */
const M_ARENA_MAX = -8

/**
 * Makes all threads allocate from one arena, where possible. By default each thread of glibc has an arena of its own
 * and keeps what is freed there: measured, 80 MB more with two threads that open segments, and no time gained.
 */
export function shareMemoryAmongThreads(): void {
  if (process.platform !== 'linux') return
  // Without koffi, or with another C library, more memory is used.
  fromNode((node) => node.func('int mallopt(int parameter, int value)')(M_ARENA_MAX, 1))
}

function bind(): LinuxCalls | null {
  let koffi: Koffi
  let library: ReturnType<Koffi['load']>
  try {
    koffi = createRequire(import.meta.url)('koffi')
    library = koffi.load(null)
  } catch {
    // Not installed, or not for this machine: the features that need it are left out, as documented.
    return null
  }
  const llistxattr = library.func('intptr_t llistxattr(const uint8_t *path, _Out_ uint8_t *list, size_t size)')
  const lgetxattr = library.func(
    'intptr_t lgetxattr(const uint8_t *path, const char *name, _Out_ uint8_t *value, size_t size)',
  )
  const lsetxattr = library.func(
    'int lsetxattr(const uint8_t *path, const char *name, const uint8_t *value, size_t size, int flags)',
  )
  const lremovexattr = library.func('int lremovexattr(const uint8_t *path, const char *name)')
  const utimensat = library.func('int utimensat(int directory, const uint8_t *path, const uint8_t *times, int flags)')
  const futimens = library.func('int futimens(int file, const uint8_t *times)')
  const posixFadvise = library.func('int posix_fadvise(int file, int64_t start, int64_t length, int advice)')
  const syncFileRange = library.func('int sync_file_range(int file, int64_t start, int64_t length, unsigned int flags)')
  const lseek = library.func('int64_t lseek(int file, int64_t offset, int whence)')
  const madvise = library.func('int madvise(uintptr_t start, size_t length, int advice)')
  const small = Buffer.alloc(1024)
  const large = Buffer.alloc(ATTRIBUTE_BYTES)
  const times = Buffer.alloc(32)
  /** The small buffer almost always suffices, and the cost of the call grows with the size. */
  const filled = (read: (into: Buffer) => number): Buffer | undefined => {
    for (const into of [small, large]) {
      const length = read(into)
      if (length >= 0) return into.subarray(0, length)
      if (koffi.errno() !== ERANGE) return undefined
    }
    return undefined
  }
  /** `times` as two of <time.h>'s timespec, for access and modification. */
  const setTimes = (time_ns: bigint): void => {
    const nanoseconds = ((time_ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
    const seconds = (time_ns - nanoseconds) / 1_000_000_000n
    for (const at of [0, 16]) {
      times.writeBigInt64LE(seconds, at)
      times.writeBigInt64LE(nanoseconds, at + 8)
    }
  }
  const failed = (call: string): never => {
    const errno = -koffi.errno()
    const [code, message] = getSystemErrorMap().get(errno) ?? [`errno ${-errno}`, 'unknown error']
    throw Object.assign(new Error(`${code}: ${message}, ${call}`), { code, errno })
  }
  return {
    listAttributes(path) {
      const list = filled((into) => llistxattr(terminated(path), into, into.length)) ?? failed('llistxattr')
      return list.length === 0 ? [] : list.toString('utf8').split('\0').slice(0, -1)
    },
    attribute(path, name) {
      const value = filled((into) => lgetxattr(terminated(path), name, into, into.length))
      if (value !== undefined) return Uint8Array.from(value)
      return koffi.errno() === ENODATA ? undefined : failed('lgetxattr')
    },
    setAttribute(path, name, value) {
      if (lsetxattr(terminated(path), name, value, value.length, 0) !== 0) failed('lsetxattr')
    },
    removeAttribute(path, name) {
      if (lremovexattr(terminated(path), name) !== 0 && koffi.errno() !== ENODATA) failed('lremovexattr')
    },
    setTime(path, time_ns) {
      setTimes(time_ns)
      if (utimensat(AT_FDCWD, terminated(path), times, AT_SYMLINK_NOFOLLOW) !== 0) failed('utimensat')
    },
    setFileTime(file, time_ns) {
      setTimes(time_ns)
      if (futimens(file, times) !== 0) failed('futimens')
    },
    preferLargePages(buffer) {
      if (buffer.byteLength < 2 * LARGE_PAGE_BYTES) return
      const address = Number(koffi.address(buffer))
      // Advising the rest of the first and the last page does no harm.
      const start = address - (address % PAGE_BYTES)
      madvise(start, Math.ceil((address + buffer.byteLength - start) / PAGE_BYTES) * PAGE_BYTES, MADV_HUGEPAGE)
    },
    holeAfter(file, offset, size) {
      if (offset >= size) return undefined
      // Reads use explicit positions, so the file offset does not matter. A file without holes has one at its end.
      const start = lseek(file, offset, SEEK_HOLE)
      if (start < 0 || start >= size) return undefined
      const data = lseek(file, start, SEEK_DATA)
      if (data < 0 && koffi.errno() !== ENXIO) return undefined
      return { start, end: data < 0 ? size : Math.min(data, size) }
    },
    // Both are advice: a file system that ignores it works all the same.
    uncache(file, start = 0, length = 0) {
      posixFadvise(file, start, length, POSIX_FADV_DONTNEED)
    },
    writeOut(file, start, length, wait) {
      const waiting = wait ? SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER : 0
      syncFileRange(file, start, length, SYNC_FILE_RANGE_WRITE | waiting)
    },
  }
}

/** NUL-terminated. */
const terminated = (path: Buffer): Buffer => Buffer.concat([path, NUL])
const NUL = Buffer.alloc(1)
