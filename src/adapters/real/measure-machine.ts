import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
  statfsSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { GearCutter } from '../../engine/bytes/gear-cutter.ts'
import { decrypt, encrypt } from '../../engine/cryptography/cryptography.ts'
import type { CpuStage } from '../../engine/ports.ts'
import { fastScan } from './gear-scan/gear-scan.ts'
import { fastKeyedHash } from './native-hmac.ts'
import { fastCodec } from './native-zstd.ts'
import { isSystemError } from './system-errors.ts'

const MIB = 1024 * 1024
/** Sizes that the engine passes to each stage: a window of files, a chunk, a segment. */
const WINDOW_BYTES = 4 * MIB
const CHUNK_BYTES = MIB
const SEGMENT_BYTES = 256 * 1024
const CHUNKER = { min: 512 * 1024, avg: MIB, max: 8 * MIB, normalisation: 2 }
/** Uses at most this share of the disk's free space. */
const SHARE_OF_FREE = 0.1
const ENTRIES = 2000

/** Bytes a second of one core at each stage. */
export type StageRates = Readonly<Record<CpuStage, number>>

/**
 * Measures what one core of this machine does, with the same code that a backup runs. Counts processor time rather than
 * wall time, so that other programs hardly matter.
 * @param sample content of the kind to be backed up, at least a MiB: its compressibility affects the rates
 * @param seconds to spend on each stage
 */
export function measureStages(sample: Uint8Array, seconds: number): StageRates {
  const key = new Uint8Array(32).fill(7)
  const context = { cipher: 'aes-256-gcm', key, nonce: new Uint8Array(12), associatedData: key } as const
  const window = repeated(sample, WINDOW_BYTES)
  const chunk = window.subarray(0, CHUNK_BYTES)
  const segments = Array.from({ length: WINDOW_BYTES / SEGMENT_BYTES }, (_, at) =>
    window.subarray(at * SEGMENT_BYTES, (at + 1) * SEGMENT_BYTES),
  )
  const codec = fastCodec()
  const keyedHash = fastKeyedHash()
  const compressed = segments.map((segment) => codec.compress(segment).slice())
  const sealed = encrypt(chunk, context).slice()
  const cutter = new GearCutter(CHUNKER, { chunker: key }, fastScan)
  const id = new Uint8Array(32)
  const rate = (bytes: number, work: () => void): number => rateOf(bytes, work, seconds)
  return {
    chunk: rate(WINDOW_BYTES, () => void cutter.cut(window, true)),
    hash: rate(CHUNK_BYTES, () => keyedHash(key, chunk, id, 0)),
    compress: rate(WINDOW_BYTES, () => segments.forEach((segment) => codec.compress(segment))),
    encrypt: rate(CHUNK_BYTES, () => void encrypt(chunk, context)),
    decrypt: rate(CHUNK_BYTES, () => void decrypt(sealed, context)),
    decompress: rate(WINDOW_BYTES, () => compressed.forEach((each) => codec.decompress(each, SEGMENT_BYTES))),
  }
}

export interface DiskRates {
  /** Bytes a second; with `readFromCache` faster than any disk. */
  readonly read: number
  readonly write: number
  /** Directory entries listed and examined per second, with a warm cache. */
  readonly scan_entriesPerSecond: number
  readonly capacity_bytes: number
  /** The file system cannot bypass the cache. */
  readonly readFromCache: boolean
}

/**
 * Reads and writes on the disk of a directory, in a file that is unlinked before it is filled, so that nothing is left
 * whatever happens.
 * @param seconds to spend on writing, and at most as long on reading
 */
export function measureDisk(directory: string, seconds: number): DiskRates {
  const { bavail, bsize, blocks } = statfsSync(directory)
  const scratch = mkdtempSync(join(directory, '.firedrill-calibrate-'))
  try {
    const limit_bytes = Math.floor(Math.min(4096 * MIB, SHARE_OF_FREE * bavail * bsize))
    const scan_entriesPerSecond = scanRate(scratch, seconds)
    const path = join(scratch, 'blocks')
    const writing = openSync(path, 'wx', 0o600)
    const { reading, readFromCache } = openPastCache(path)
    unlinkSync(path)
    try {
      // Memory of WebAssembly is aligned to pages, which reading past the cache requires.
      const block = new Uint8Array(new WebAssembly.Memory({ initial: (4 * MIB) / 65_536 }).buffer)
      for (let at = 0; at < block.length; at++) block[at] = Math.imul(at, 2_654_435_761) >>> 13
      const write = timed(
        seconds,
        limit_bytes,
        () => writeSync(writing, block),
        () => fsyncSync(writing),
      )
      const read = timed(seconds, limit_bytes, () => readSync(reading, block))
      return { read, write, scan_entriesPerSecond, capacity_bytes: blocks * bsize, readFromCache }
    } finally {
      closeSync(writing)
      closeSync(reading)
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Bytes per second of wall time until nothing is left, or the time or the bytes are used up. */
function timed(seconds: number, limit_bytes: number, step: () => number, end: () => void = () => {}): number {
  const start_ms = performance.now()
  let bytes = 0
  while (bytes < limit_bytes && performance.now() - start_ms < seconds * 1000) {
    const moved = step()
    if (moved === 0) break
    bytes += moved
  }
  end()
  return bytes / ((performance.now() - start_ms) / 1000)
}

function openPastCache(path: string): { reading: number; readFromCache: boolean } {
  try {
    return { reading: openSync(path, constants.O_RDONLY | constants.O_DIRECT), readFromCache: false }
  } catch (error) {
    // A file system in memory, or a system without direct I/O.
    if (!isSystemError(error, 'EINVAL', 'EOPNOTSUPP', 'ENOTSUP') && constants.O_DIRECT !== undefined) throw error
    return { reading: openSync(path, 'r'), readFromCache: true }
  }
}

function scanRate(scratch: string, seconds: number): number {
  for (let number = 0; number < ENTRIES; number++) writeFileSync(join(scratch, `entry ${number}`), '')
  let entries = 0
  const start_ms = performance.now()
  do {
    for (const name of readdirSync(scratch)) lstatSync(join(scratch, name))
    entries += ENTRIES
  } while (performance.now() - start_ms < seconds * 1000)
  return entries / ((performance.now() - start_ms) / 1000)
}

/** Units per second of processor time. The first third of the time is not counted, so that compilation is excluded. */
function rateOf(units: number, work: () => void, seconds: number): number {
  runFor(work, seconds / 3)
  const { rounds, spent_s } = runFor(work, (2 * seconds) / 3)
  return (rounds * units) / spent_s
}

function runFor(work: () => void, seconds: number): { rounds: number; spent_s: number } {
  const start = process.cpuUsage()
  let spent_s = 0
  let rounds = 0
  do {
    work()
    rounds++
    const { user, system } = process.cpuUsage(start)
    spent_s = (user + system) / 1e6
  } while (spent_s < seconds)
  return { rounds, spent_s }
}

function repeated(sample: Uint8Array, length: number): Uint8Array {
  const window = new Uint8Array(length)
  for (let at = 0; at < length; at += sample.length) window.set(sample.subarray(0, length - at), at)
  return window
}
