import { AddressCursor, addressWords } from '../src/engine/index/address.ts'
import { ChunkIndex } from '../src/engine/index/chunk-index.ts'
import { Lots } from './engine-dataset.ts'

const CHUNKS_PER_PACK = 64

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
    // Packs at random; the addresses are made outside of the time that is taken.
    const lots = new Lots(7)
    const packs = Array.from({ length: 20_000 }, () => {
      const pack = lots.below(Math.floor(chunks / CHUNKS_PER_PACK))
      return addressWords(new Lots(seed(pack)).bytes(32 * CHUNKS_PER_PACK))
    })
    const from = process.cpuUsage()
    let found = 0
    for (const words of packs) {
      cursor.words.set(words.subarray(8 * 17, 8 * 18))
      if (index.find(cursor) >= 0) found++
      for (let at = 0; at < words.length; at += 128) if (index.findStored(words, at) >= 0) found++
    }
    const took = nanosecondsSince(from) / (packs.length * 5)
    // A few addresses come twice: they are made by a generator of 32 bits.
    const share = found / (packs.length * 5)
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
