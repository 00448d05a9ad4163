import { readFileSync } from 'node:fs'
import { ADDRESS_WORDS, AddressCursor, addressWords } from '../src/engine/index/address.ts'
import { ChunkIndex } from '../src/engine/index/chunk-index.ts'
import { linuxCalls } from '../src/adapters/real/linux-calls.ts'
import { Lots } from './engine-dataset.ts'

const CHUNKS_PER_PACK = 64
const PACKS_LOOKED_AT = 20_000
/** Chunks of a pack that are looked up. */
const LOOKED_AT = [17, 0, 16, 32, 48]
const WARM_UPS = 4
const ROUNDS = 7
/** Chunks of a file of 16 MB. */
const CHUNKS_PER_LIST = 16

interface Measured {
  readonly bytesPerChunk: number
  readonly total_MB: number
  /** Of it, what lies in large pages of memory. */
  readonly largePages_MB: number
  readonly add_ns: number
  readonly hit_ns: number
  readonly miss_ns: number
  /** Found as lists of chunks are asked for, all of a list in one go. */
  readonly listed_ns: number
}

/**
 * What the index takes and how fast it is: memory in bytes a chunk, nanoseconds a look-up that finds and one that does not.
 * Run by itself, so that nothing else is in memory: `node --expose-gc bench/index-memory.ts [CHUNKS]`.
 */
function measure(chunks: number): Measured {
  const before = resident()
  const index = new ChunkIndex(undefined, linuxCalls())
  const started = process.cpuUsage()
  for (let pack = 0; pack * CHUNKS_PER_PACK < chunks; pack++) {
    index.add(
      { name: pack.toString(16).padStart(64, '0'), kind: 'data', salt: new Lots(pack).bytes(32), size: 1 },
      {
        sealed_bytes: new Uint32Array(CHUNKS_PER_PACK).fill(300_000),
        plain_bytes: new Uint32Array(CHUNKS_PER_PACK).fill(500_000),
        chunks: new Uint32Array(CHUNKS_PER_PACK).fill(1),
        addresses: new Lots(pack).bytes(32 * CHUNKS_PER_PACK),
        lengths: new Uint32Array(CHUNKS_PER_PACK).fill(500_000),
      },
    )
  }
  const add_ns = nanosecondsSince(started) / chunks
  const total = resident() - before
  const packs = Math.floor(chunks / CHUNKS_PER_PACK)
  // For the compiler first: a backup or restore with so many chunks looks up for hours. Other chunks: none of these is in a cache then.
  for (let draw = 10; draw < 10 + WARM_UPS; draw++)
    for (const seed of [isThere, isNot])
      for (const ask of [oneByOne, listByList]) timeOf(index, ask, addresses(packs, draw, seed))
  return {
    bytesPerChunk: total / chunks,
    total_MB: total / 1e6,
    largePages_MB: largePages_MB(),
    add_ns,
    hit_ns: medianOf(index, oneByOne, packs, isThere),
    miss_ns: medianOf(index, oneByOne, packs, isNot),
    listed_ns: medianOf(index, listByList, packs, isThere),
  }
}

/**
 * Of several rounds, each of other chunks: a round takes 20 to 80 ms, and V8's threads, whose time is counted too, may work for as long on what
 * was done before it.
 */
function medianOf(index: ChunkIndex, ask: Ask, packs: number, seed: (pack: number) => number): number {
  const rounds = Array.from({ length: ROUNDS }, (_, round) =>
    timeOf(index, ask, addresses(packs, 100 + round, seed)),
  ).sort((a, b) => a - b)
  return rounds[ROUNDS >> 1]!
}

/**
 * Five chunks of packs at random. They are made outside of the time that is taken, and lie in order: those that an engine asks for
 * come from a hash just made, or from a list that is read from its beginning to its end.
 */
function addresses(packs: number, draw: number, seed: (pack: number) => number): Int32Array {
  const lots = new Lots(draw)
  const wanted = new Int32Array(PACKS_LOOKED_AT * LOOKED_AT.length * ADDRESS_WORDS)
  for (let k = 0; k < PACKS_LOOKED_AT; k++) {
    const words = addressWords(new Lots(seed(lots.below(packs))).bytes(32 * CHUNKS_PER_PACK))
    for (const [n, chunk] of LOOKED_AT.entries()) {
      const from = ADDRESS_WORDS * chunk
      wanted.set(words.subarray(from, from + ADDRESS_WORDS), (LOOKED_AT.length * k + n) * ADDRESS_WORDS)
    }
  }
  return wanted
}

type Ask = (index: ChunkIndex, wanted: Int32Array) => number

/** One as a backup asks, four as a restore does; each by itself. */
const oneByOne: Ask = (index, wanted) => {
  const cursor = new AddressCursor()
  let found = 0
  for (let at = 0; at < wanted.length; at += LOOKED_AT.length * ADDRESS_WORDS) {
    cursor.words.set(wanted.subarray(at, at + ADDRESS_WORDS))
    if (index.find(cursor) >= 0) found++
    for (let n = 1; n < LOOKED_AT.length; n++) if (index.findStored(wanted, at + n * ADDRESS_WORDS) >= 0) found++
  }
  return found
}

const listByList: Ask = (index, wanted) => {
  let found = 0
  for (let at = 0; at < wanted.length; at += CHUNKS_PER_LIST * ADDRESS_WORDS)
    for (const entry of index.findAllStored(wanted.subarray(at, at + CHUNKS_PER_LIST * ADDRESS_WORDS)))
      if (entry >= 0) found++
  return found
}

const isThere = (pack: number): number => pack
const isNot = (pack: number): number => pack + 1_000_000_000

/** Nanoseconds a look-up. */
function timeOf(index: ChunkIndex, ask: Ask, wanted: Int32Array): number {
  const lookUps = wanted.length / ADDRESS_WORDS
  const from = process.cpuUsage()
  const share = ask(index, wanted) / lookUps
  const took = nanosecondsSince(from) / lookUps
  // A few addresses come twice: they are made by a generator of 32 bits.
  return share < 0.05 || share > 0.95 ? took : Number.NaN
}

/** Of this process; 0 where the system does not tell. */
function largePages_MB(): number {
  if (process.platform !== 'linux') return 0
  const [, kB] = /AnonHugePages: *(\d+) kB/.exec(readFileSync('/proc/self/smaps_rollup', 'utf8')) ?? []
  return (Number(kB ?? 0) * 1024) / 1e6
}

/** Of processor time: the machine may be shared. */
function nanosecondsSince(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from)
  return (user + system) * 1000
}

function resident(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

process.stdout.write(`${JSON.stringify(measure(Number(process.argv[2] ?? 10_000_000)))}\n`)
