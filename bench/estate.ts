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
import type { ChunkerParameters, EnginePorts } from '../src/engine/ports.ts'
import { Simulation } from '../src/kernel/index.ts'

/** A described dataset that is backed up every night, with retention, and pruned every Sunday. */
export interface Estate {
  readonly size_bytes: number
  readonly files: number
  readonly days: number
  readonly change_perDay: number
  /** Write intervals a day. Each writes at four to eight places, so this is how many edits there are, whatever the size. */
  readonly ticks_perDay: number
  /** Average size of a chunk; a power of two. Cut by content it has to be small beside what is written in one place. */
  readonly chunk_bytes: number
  /**
   * All chunks are of that size, as images of disks are backed up block by block. What is written in one place then makes new
   * blocks of just so many bytes, whatever their size, up to that of the place.
   */
  readonly inBlocks?: boolean
  /** Default 64. */
  readonly chunks_perPack?: number
  /** Of the random numbers. */
  readonly seed?: string
}

export interface EstateRun {
  /** Processor time of the whole run. */
  readonly seconds: number
  /** Of it, up to the end of the first backup, and all that came later: writes, backups, retention, prunes. */
  readonly first_s: number
  readonly later_s: number
  readonly peak_bytes: number
  /** Writes of the application. */
  readonly edits: number
  readonly first_bytes: number
  readonly later_bytes: number
  readonly chunks: number
  readonly stored_bytes: number
  /** Packs, index files and snapshots in the store at the end. */
  readonly objects: number
  /** Written by prunes, of what was needed in packs that were not needed whole. */
  readonly moved_bytes: number
}

const START = Date.UTC(2026, 0, 5) / 1000
const DAY_S = 86_400
const KEPT: RetentionPolicy = { dialect: 'restic', counts: { daily: 7, weekly: 4, monthly: 12 } }
/** A chunker's masks have 30 bits: chunks of a GiB are cut with one mask instead of two. */
const NORMALISED_BYTES_MAX = 2 ** 28
/** Lengths of segments are stored in 32 bits. */
const CHUNK_BYTES_MAX = 3 * 2 ** 30

/** Files that count what is written to them. */
class CountingFiles extends VirtualFileSystem {
  edits = 0

  override splice(...edit: Parameters<VirtualFileSystem['splice']>): void {
    this.edits++
    super.splice(...edit)
  }
}

/** The largest power of two that is not above a number. */
function powerOfTwoUpTo(number: number): number {
  let power = 1
  while (2 * power <= number) power *= 2
  return power
}

/** Processor time of this process so far. */
function processor_s(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function chunkerOf({ chunk_bytes, inBlocks = false }: Estate): ChunkerParameters {
  if (inBlocks) return { min: chunk_bytes, avg: chunk_bytes, max: chunk_bytes, normalisation: 0 }
  return {
    min: chunk_bytes / 4,
    avg: chunk_bytes,
    max: Math.min(4 * chunk_bytes, CHUNK_BYTES_MAX),
    normalisation: chunk_bytes > NORMALISED_BYTES_MAX ? 0 : 2,
  }
}

/** Carries it out in simulated time, as a strategy would: a backup a night, retention, a prune on Sundays. */
export async function runEstate(estate: Estate): Promise<EstateRun> {
  const {
    size_bytes,
    files,
    days,
    change_perDay,
    ticks_perDay,
    chunk_bytes,
    chunks_perPack = 64,
    seed = 'virtual',
  } = estate
  const began_s = processor_s()
  const simulation = new Simulation({ seed })
  const clock = simulatedClock(simulation, START)
  const dataset = { name: 'data', fidelity: 'extents', size_bytes, files, compressibility: 1.6 } as const
  const history = new CountingFiles({ time: START })
  createDataset(dataset, history, simulation.random('data', 'initial files'))
  const workload = new Workload(
    { ...dataset, change_perDay, locality: 'zipf', growth_perYear: 0, writeInterval_s: DAY_S / ticks_perDay },
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
    // Of a group of files, a backup reads the files that have changed: known as blocks of about the size of one. A power of two, as
    // where an application writes and where chunks end: a block on such a border would have the whole chunk on its other side read.
    changeTracking_bytes: powerOfTwoUpTo(size_bytes / files),
  }
  await run(() =>
    initRepository(portsOf(-1), blobs, credentials, {
      chunker: chunkerOf(estate),
      pack_bytes: chunks_perPack * chunk_bytes,
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
  let moved_bytes = 0
  let first_s = 0
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
      if (day % 7 === 6) moved_bytes += (await prune(repository, { request_bytes: 16 * chunk_bytes })).stored_bytes
    })
    if (day === 0) first_s = processor_s() - began_s
    // Nothing is restored here: what has changed since the last backup is all that the next one asks of the past.
    history.forget(START + day * DAY_S)
    // It does not grow from one night to the next, but it takes time to ask.
    if (day % 28 === 27) peak_bytes = Math.max(peak_bytes, process.memoryUsage.rss())
    for (let tick = 1; tick <= ticks_perDay; tick++) {
      const time = day * DAY_S + (tick * DAY_S) / ticks_perDay
      // A backup may go on while the application writes.
      if (time > simulation.now) await simulation.run(time)
      workload.tick(history, day * ticks_perDay + tick, START + time)
    }
  }
  const seconds = processor_s() - began_s
  return {
    seconds,
    first_s,
    later_s: seconds - first_s,
    peak_bytes,
    edits: history.edits,
    first_bytes,
    later_bytes,
    chunks,
    stored_bytes: store.stored_bytes,
    objects: store.objects,
    moved_bytes,
  }
}
