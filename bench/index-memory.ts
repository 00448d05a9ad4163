import { ADDRESS_WORDS, AddressCursor, addressWords } from '../src/engine/index/address.ts'
import { ChunkIndex } from '../src/engine/index/chunk-index.ts'
import { Lots } from './engine-dataset.ts'

const CHUNKS_PER_PACK = 64
const PACKS_LOOKED_AT = 20_000
/** Chunks of a pack that are looked up. */
const LOOKED_AT = [17, 0, 16, 32, 48]

/**
 * What the index takes and how fast it is: memory in bytes a chunk, nanoseconds a look-up that finds and one that does not.
 * Run by itself, so that nothing else is in memory: `node --expose-gc bench/index-memory.ts [CHUNKS]`.
 */
function measure(chunks: number): {
  bytesPerChunk: number
  total_MB: number
  hit_ns: number
  miss_ns: number
  add_ns: number
} {
  const before = resident()
  const index = new ChunkIndex()
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
  const cursor = new AddressCursor()
  const look = (seed: (pack: number) => number): number => {
    // Five chunks of packs at random. Their addresses are made outside of the time that is taken, and lie in order: those that an
    // engine asks for come from a hash just made, or from a list that is read from its beginning to its end.
    const lots = new Lots(7)
    const wanted = new Int32Array(PACKS_LOOKED_AT * LOOKED_AT.length * ADDRESS_WORDS)
    for (let k = 0; k < PACKS_LOOKED_AT; k++) {
      const pack = lots.below(Math.floor(chunks / CHUNKS_PER_PACK))
      const words = addressWords(new Lots(seed(pack)).bytes(32 * CHUNKS_PER_PACK))
      for (const [n, chunk] of LOOKED_AT.entries()) {
        const from = ADDRESS_WORDS * chunk
        wanted.set(words.subarray(from, from + ADDRESS_WORDS), (LOOKED_AT.length * k + n) * ADDRESS_WORDS)
      }
    }
    const from = process.cpuUsage()
    let found = 0
    for (let at = 0; at < wanted.length; at += LOOKED_AT.length * ADDRESS_WORDS) {
      cursor.words.set(wanted.subarray(at, at + ADDRESS_WORDS))
      if (index.find(cursor) >= 0) found++
      for (let n = 1; n < LOOKED_AT.length; n++) if (index.findStored(wanted, at + n * ADDRESS_WORDS) >= 0) found++
    }
    const lookUps = PACKS_LOOKED_AT * LOOKED_AT.length
    const took = nanosecondsSince(from) / lookUps
    // A few addresses come twice: they are made by a generator of 32 bits.
    const share = found / lookUps
    return share < 0.05 || share > 0.95 ? took : Number.NaN
  }
  const hit_ns = look((pack) => pack)
  const miss_ns = look((pack) => pack + 1_000_000_000)
  return { bytesPerChunk: total / chunks, total_MB: total / 1e6, add_ns, hit_ns, miss_ns }
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
