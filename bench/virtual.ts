import {
  VirtualFileSystem,
  VirtualStore,
  Workload,
  createDataset,
  extentsFidelity,
  simulatedClock,
  simulatedCpu,
  simulatedRandom,
  virtualSource,
} from '../src/adapters/virtual/index.ts'
import {
  RepositoryCache,
  backup,
  forget,
  initRepository,
  openRepository,
  prune,
  selectSnapshots,
} from '../src/engine/index.ts'
import type { RetentionPolicy } from '../src/engine/index.ts'
import type { EnginePorts } from '../src/engine/ports.ts'
import { Simulation } from '../src/kernel/index.ts'
import { interleave } from './interleave.ts'
import type { BenchResult } from './interleave.ts'

/** A described dataset that is backed up every night, with retention, and pruned every Sunday. */
interface Estate {
  readonly size_bytes: number
  readonly files: number
  readonly days: number
  readonly change_perDay: number
  /** Average size of a chunk; a power of two. Small beside what is written in one place. */
  readonly chunk_bytes: number
}

interface EstateRun {
  /** Processor time of the whole run. */
  readonly seconds: number
  readonly peak_bytes: number
  readonly first_bytes: number
  readonly later_bytes: number
  readonly chunks: number
  readonly stored_bytes: number
}

const START = Date.UTC(2026, 0, 5) / 1000
const DAY_S = 86_400
const TICKS_PER_DAY = 24
const KEPT: RetentionPolicy = { dialect: 'restic', counts: { daily: 7, weekly: 4, monthly: 12 } }
/** Packs are less than 4 GiB. */
const PACK_BYTES_MAX = 3 * 2 ** 30

/** Tells what a run is like besides its time. */
const timed = (estate: Estate) => async (): Promise<number> => {
  const run = await runEstate(estate)
  const { size_bytes, days, chunk_bytes } = estate
  process.stderr.write(
    `${size_bytes / 1e12} TB, ${days} days, chunks of ${chunk_bytes / 2 ** 20} MiB: ${run.seconds.toFixed(1)} s, ` +
      `${run.chunks} chunks, peak ${(run.peak_bytes / 1e9).toFixed(2)} GB, ` +
      `stored ${(run.stored_bytes / 1e12).toFixed(1)} TB\n`,
  )
  return run.seconds
}

/**
 * Years of nightly backups of large described datasets: processor seconds of whole runs, and what they cost against bytes and
 * against writes. Files stand for groups of real ones (512 groups to 20 TB, 16,384 for a petabyte), and chunks are as large as what is written in one place
 * allows: a run of chunks is not yet less work than its chunks.
 */
export async function virtual(name: string): Promise<BenchResult> {
  const month = { files: 1e6, days: 30, change_perDay: 0.005 }
  return interleave(
    name,
    {
      // The same number of chunks and of writes, of more and more bytes: flat when bytes cost nothing.
      '1TB-month': timed({ ...month, size_bytes: 1e12, chunk_bytes: 2 ** 22 }),
      '8TB-month': timed({ ...month, size_bytes: 8e12, chunk_bytes: 2 ** 25 }),
      '16TB-month': timed({ ...month, size_bytes: 1.6e13, chunk_bytes: 2 ** 26 }),
      // The same bytes and chunks, more and more written.
      '10TB-month-2x': timed({ ...month, change_perDay: 0.01, size_bytes: 1e13, chunk_bytes: 2 ** 26 }),
      '10TB-month-4x': timed({ ...month, change_perDay: 0.02, size_bytes: 1e13, chunk_bytes: 2 ** 26 }),
      '10TB-5y': timed({ ...month, size_bytes: 1e13, days: 1826, chunk_bytes: 2 ** 26 }),
      '1PB-year': timed({ ...month, files: 1e8, size_bytes: 1e15, days: 365, chunk_bytes: 2 ** 28 }),
    },
    {},
    1,
  )
}

async function runEstate({ size_bytes, files, days, change_perDay, chunk_bytes }: Estate): Promise<EstateRun> {
  const began = process.cpuUsage()
  const simulation = new Simulation({ seed: 'virtual' })
  const clock = simulatedClock(simulation, START)
  const dataset = { name: 'data', fidelity: 'extents', size_bytes, files, compressibility: 1.6 } as const
  const history = new VirtualFileSystem({ time: START })
  createDataset(dataset, history, simulation.random('data', 'initial files'))
  const workload = new Workload(
    { ...dataset, change_perDay, locality: 'zipf', growth_perYear: 0, writeInterval_s: DAY_S / TICKS_PER_DAY },
    (purpose, k) => simulation.random('data', purpose, k),
  )
  // Fast enough for the first backup to end within an hour.
  const [disk, link, cores] = ['disk', 'link', 'cores'].map((name) =>
    simulation.flows.resource({ name, capacity: name === 'cores' ? Infinity : size_bytes / 1800 }),
  )
  const store = new VirtualStore({ name: 'store', capacity_bytes: Infinity, clock })
  const blobs = store.connect({
    simulation,
    principal: 'administrator',
    may: { put: true, get: true, list: true, delete: true },
    putRoute: [{ resource: link! }],
    getRoute: [{ resource: link! }],
    latency_s: 0.001,
    lock_s: 0,
    purpose: 'backup',
  })
  const rates = { chunk: 2e9, hash: 1.5e9, compress: 4e8, encrypt: 2e9, decrypt: 2e9, decompress: 1e9 }
  const portsOf = (occurrence: number): EnginePorts => ({
    clock,
    cpu: simulatedCpu(simulation, cores!, rates, 'backup'),
    random: simulatedRandom(simulation.random('engine', 'bytes', occurrence)),
    log: { audit: () => {}, warn: () => {} },
    fidelity: extentsFidelity,
  })
  const credentials = { password: 'password', principal: 'administrator' }
  const run = <T>(work: () => Promise<T>): Promise<T> => simulation.complete(simulation.task('work', work))
  const access = {
    simulation,
    clock,
    disk: disk!,
    purpose: 'backup',
    scan_entriesPerSecond: Infinity,
    // Of a group of files, a backup reads the files that have changed: known as blocks of the size of one.
    changeTracking_bytes: size_bytes / files,
  }
  await run(() =>
    initRepository(portsOf(-1), blobs, credentials, {
      chunker: { min: chunk_bytes / 4, avg: chunk_bytes, max: chunk_bytes * 4, normalisation: 2 },
      pack_bytes: Math.min(16 * chunk_bytes, PACK_BYTES_MAX),
      compression: 'zstd',
      metadataCompression: 'none',
      cipher: 'aes-256-gcm',
      kdf: { algorithm: 'scrypt', cost: 2 },
    }),
  )
  const cache = new RepositoryCache()
  let first_bytes = 0
  let later_bytes = 0
  let chunks = 0
  let peak_bytes = 0
  for (let day = 0; day < days; day++) {
    await run(async () => {
      const repository = await openRepository(portsOf(day), blobs, credentials, cache)
      const source = virtualSource(history, access)
      const report = await backup(repository, source, {
        type: 'snapshot',
        host: 'files',
        dataset: 'data',
        window_bytes: 64 * chunk_bytes,
      })
      chunks += report.newChunks
      if (day === 0) first_bytes = report.new_bytes
      else later_bytes += report.new_bytes
      const decisions = selectSnapshots(await repository.snapshots(), KEPT, clock.now())
      await forget(
        repository,
        decisions.filter(({ keep }) => !keep).map(({ id }) => id),
      )
      if (day % 7 === 6) await prune(repository)
    })
    if (process.memoryUsage.rss() > peak_bytes) peak_bytes = process.memoryUsage.rss()
    for (let tick = 1; tick <= TICKS_PER_DAY; tick++) {
      const time = day * DAY_S + (tick * DAY_S) / TICKS_PER_DAY
      await simulation.run(time)
      workload.tick(history, day * TICKS_PER_DAY + tick, START + time)
    }
  }
  const { user, system } = process.cpuUsage(began)
  return {
    seconds: (user + system) / 1e6,
    peak_bytes,
    first_bytes,
    later_bytes,
    chunks,
    stored_bytes: store.stored_bytes,
  }
}
