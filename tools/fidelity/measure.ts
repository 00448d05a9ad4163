import {
  VirtualFileSystem,
  VirtualStore,
  compareTrees,
  extentsFidelity,
  simulatedClock,
  simulatedCpu,
  simulatedRandom,
  virtualSource,
  virtualTarget,
} from '../../src/adapters/virtual/index.ts'
import type { DatasetFidelity } from '../../src/adapters/virtual/index.ts'
import { backup, bytesFidelity, forget, initRepository, prune, restore } from '../../src/engine/index.ts'
import type { EnginePorts } from '../../src/engine/ports.ts'
import { Simulation, randomStream } from '../../src/kernel/index.ts'
import { treeOf } from './histories.ts'
import type { History } from './histories.ts'

export interface Sizes {
  readonly size_bytes: number
  /** Backups after the first. */
  readonly generations: number
  /** Average size of a chunk, bytes; a power of two. */
  readonly chunk_bytes: number
}

/** What one run of a history showed. Arrays have an element for each backup. */
export interface Measured {
  readonly chunks: readonly number[]
  readonly new_bytes: readonly number[]
  /** Bytes of the packs after all but the last two snapshots are forgotten and pruned. */
  readonly pruned_bytes: number
  /** Bytes that a restore of the last snapshot read from the store. */
  readonly restored_bytes: number
}

const START = Date.UTC(2026, 0, 5) / 1000
const DAY_S = 86_400
const SNAPSHOTS_KEPT = 2

/** Runs a history at a fidelity: a backup a day, of which the last two are kept; then the newest is restored, and compared. */
export async function measure(
  name: string,
  history: History,
  fidelity: DatasetFidelity,
  { size_bytes, generations, chunk_bytes }: Sizes,
): Promise<Measured> {
  const simulation = new Simulation({ seed: name })
  const clock = simulatedClock(simulation, START)
  const unlimited = simulation.flows.resource({ name: 'all', capacity: Infinity })
  const store = new VirtualStore({ name: 'store', capacity_bytes: Infinity, clock })
  const over = [{ resource: unlimited }]
  const blobs = store.connect({
    simulation,
    principal: 'administrator',
    may: { put: true, get: true, list: true, delete: true },
    putRoute: over,
    getRoute: over,
    latency_s: 0,
    lock_s: 0,
    purpose: 'backup',
  })
  const rates = {
    chunk: Infinity,
    hash: Infinity,
    compress: Infinity,
    encrypt: Infinity,
    decrypt: Infinity,
    decompress: Infinity,
  }
  const ports: EnginePorts = {
    clock,
    cpu: simulatedCpu(simulation, unlimited, rates, 'backup'),
    random: simulatedRandom(simulation.random('engine', 'bytes')),
    log: { audit: () => {}, warn: () => {} },
    fidelity: fidelity === 'bytes' ? bytesFidelity : extentsFidelity,
  }
  const run = <T>(work: () => Promise<T>): Promise<T> => simulation.complete(simulation.task('work', work))
  const access = { simulation, clock, disk: unlimited, purpose: 'backup' }
  const repository = await run(() =>
    initRepository(
      ports,
      blobs,
      { password: name, principal: 'administrator' },
      {
        chunker: { min: chunk_bytes / 4, avg: chunk_bytes, max: chunk_bytes * 4, normalisation: 2 },
        pack_bytes: 128 * chunk_bytes,
        compression: 'zstd',
        metadataCompression: 'none',
        cipher: 'aes-256-gcm',
        kdf: { algorithm: 'scrypt', cost: 2 },
      },
    ),
  )
  const files = new VirtualFileSystem({ time: START })
  const chunks: number[] = []
  const new_bytes: number[] = []
  const snapshots: string[] = []
  for (let generation = 0; generation <= generations; generation++) {
    const time = START + generation * DAY_S
    const tree = treeOf(files, fidelity, name, size_bytes, randomStream([name, generation]), time)
    if (generation === 0) history.create(tree)
    else history.change(tree, generation)
    await simulation.run(generation * DAY_S + 1)
    const source = virtualSource(files, { ...access, scan_entriesPerSecond: Infinity })
    const report = await run(() =>
      backup(repository, source, { type: 'snapshot', host: 'host', dataset: name, window_bytes: 64 * chunk_bytes }),
    )
    chunks.push(report.newChunks)
    new_bytes.push(report.new_bytes)
    snapshots.push(report.snapshot.id)
  }
  await run(() => forget(repository, snapshots.slice(0, -SNAPSHOTS_KEPT)))
  await run(() => prune(repository, { grace_s: 0, maxUnused: 0 }))
  const pruned_bytes = store.stored_bytes
  const restored = new VirtualFileSystem({ time: clock.now() })
  const report = await run(() => restore(repository, snapshots.at(-1)!, virtualTarget(restored, access), {}))
  const [difference] = compareTrees(restored.root, files.root).differences
  if (difference !== undefined) throw new Error(`${name}: what was restored differs: ${JSON.stringify(difference)}`)
  return { chunks, new_bytes, pruned_bytes, restored_bytes: report.fetched_bytes }
}
