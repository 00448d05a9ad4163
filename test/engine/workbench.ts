import { expect } from 'vitest'
import { backup, bytesFidelity, initRepository, openRepository, restore } from '../../src/engine/index.ts'
import type { BackupType, NewRepositoryOptions, Repository, Snapshot } from '../../src/engine/index.ts'
import type { AuditRecord, BlobStore, EnginePorts, RandomSource } from '../../src/engine/ports.ts'
import { MemoryFiles } from './memory-files.ts'
import { MemoryStore } from './memory-store.ts'

export const START = 1_767_571_200
export const HOUR_S = 3600
export const DAY_S = 86_400

export const credentials = { password: 'correct horse', principal: 'tester' }

/** Small chunks and packs, so that small trees have many of both; a key that costs nothing. */
export const smallOptions = {
  chunker: { min: 64, avg: 256, max: 1024, normalisation: 2 },
  pack_bytes: 4096,
  compression: 'zstd',
  metadataCompression: 'none',
  cipher: 'aes-256-gcm',
  kdf: { algorithm: 'scrypt', cost: 2 },
  verifyAfterSeal: true,
} as const

/** Bytes that do not compress; others for each seed. xorshift32. */
export function noise(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = Math.imul(seed + 1, 2_654_435_761) || 1
  for (let at = 0; at < length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state >>> 11
  }
  return bytes
}

let seeds = 0
let seedsOf: string | undefined

/** Counts anew in each test file: whichever ran before it in this thread, and with this module, does not change what it sees. */
function nextSeed(): number {
  const { testPath } = expect.getState()
  if (testPath !== seedsOf) [seeds, seedsOf] = [0, testPath]
  return ++seeds * 1_000_003
}

/** Different bytes at every call, the same in every run of a test file. */
export function countingRandom(seed = nextSeed()): RandomSource {
  let next = seed
  return { bytes: (length) => noise(++next, length) }
}

/** A store, a clock and what has been said. */
export class Workbench {
  readonly store: MemoryStore
  readonly audit: AuditRecord[] = []
  readonly warnings: string[] = []
  readonly random: RandomSource

  constructor(store: MemoryStore = new MemoryStore(START), random: RandomSource = countingRandom()) {
    this.store = store
    this.random = random
  }

  get ports(): EnginePorts {
    return {
      clock: { now: () => this.store.now, sleep: async () => {} },
      cpu: { charge: async () => {} },
      random: this.random,
      log: { audit: (record) => void this.audit.push(record), warn: (message) => void this.warnings.push(message) },
      fidelity: bytesFidelity,
    }
  }

  init(shareKeysWith?: Repository, options: Partial<NewRepositoryOptions> = {}): Promise<Repository> {
    return initRepository(this.ports, this.store, credentials, { ...smallOptions, ...options }, shareKeysWith)
  }

  /** As a client that knows nothing yet. */
  open(store: BlobStore = this.store): Promise<Repository> {
    return openRepository(this.ports, store, credentials)
  }

  /** The same store after a crash, with a client that knows nothing. */
  surviving(): Workbench {
    return new Workbench(this.store.surviving(), this.random)
  }

  /** Lets the store's clock go on. */
  pass(seconds: number): void {
    this.store.now += seconds
  }
}

export async function backUp(
  repository: Repository,
  files: MemoryFiles,
  type: BackupType = 'snapshot',
  dataset = 'documents',
): Promise<Snapshot> {
  files.now = repository.ports.clock.now()
  return (await backup(repository, files, { type, host: 'here', dataset, window_bytes: 4096 })).snapshot
}

/** What a snapshot gives back, as `describe` tells it. Anything that could not be restored is an error. */
export async function restored(repository: Repository, id: string): Promise<string[]> {
  const target = new MemoryFiles()
  const report = await restore(repository, id, target)
  if (report.failedFiles.length > 0) throw new Error(JSON.stringify(report.failedFiles))
  return target.describe()
}

/** A tree with one of everything. */
export function smallTree(): MemoryFiles {
  const files = new MemoryFiles(START)
  files.file('letters/first', 'Dear reader').file('letters/empty', '')
  files.file('photos/large', noise(1, 9000)).file('photos/deep/er/small', noise(2, 300))
  files.file('log', 'the same line\n'.repeat(400)).directory('nothing here')
  files.file('na\xefve \xff', 'a name that is not UTF-8')
  return files
}
