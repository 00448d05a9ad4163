import { heldBytes } from '../bytes/held-bytes.ts'
import { snapshotErrors } from './check.ts'
import type { CheckError } from './check.ts'
import { forEachConcurrently } from '../concurrency.ts'
import { AuthenticationError, BlobNotFoundError, ObjectLockedError, RepositoryFormatError } from '../errors.ts'
import { AddressCursor } from '../index/address.ts'
import { PACK_HEADER_BYTES } from '../index/chunk-index.ts'
import type { Pack } from '../index/chunk-index.ts'
import type { IndexFile } from '../index/index-file.ts'
import { listed } from '../index/index-file.ts'
import { PACK_TRAILER_BYTES, directoryLength, openDirectory, packSeal, readPackHeader } from '../packs/pack-format.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import { packPath } from '../packs/pack-writer.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import { storedPacks } from '../packs/stored-packs.ts'
import type { Content } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import { trialStore } from '../stores/trial-store.ts'
import { RepositoryCache } from '../repository/repository-cache.ts'
import type { Repository } from '../repository/repository.ts'

/** Packs whose directories are read at once. */
const PACKS_AT_ONCE = 8
/** Chunks in one index file. */
const CHUNKS_PER_FILE = 50_000

export interface RepairOptions {
  /** Reads every byte too; the intact parts of damaged packs are stored again. */
  readonly readData?: boolean
  /** Forgets snapshots that cannot be restored completely, so that the rest is intact. */
  readonly forgetDamaged?: boolean
  /** A repository that the snapshots were copied to or from: chunks lost here are fetched from it. */
  readonly donor?: Repository
  /** Does everything but write it, and says what would be done. */
  readonly dryRun?: boolean
  /** Counts bytes of the packs that are read. */
  readonly onProgress?: OnProgress
}

export interface DamagedPack {
  readonly name: string
  readonly reason: string
  /** Chunks that were stored again, and chunks that the pack has lost. */
  readonly rescued: number
  readonly lost: number
}

export interface RepairReport {
  readonly dryRun: boolean
  /** Packs that are intact, and in the index now. */
  readonly packs: number
  readonly damagedPacks: readonly DamagedPack[]
  /** What is still wrong with snapshots: something that they need is lost. */
  readonly damagedSnapshots: readonly CheckError[]
  /** Ids of snapshots that were forgotten. */
  readonly forgotten: readonly string[]
  /** Chunks that the donor gave, or would give, and bytes of packs that were put into the store. */
  readonly fetched: number
  readonly stored_bytes: number
  /** Index files that were replaced. */
  readonly replaced: number
  /** Blobs that a lock protects: index files that stay beside the new ones, and damaged snapshots. */
  readonly locked: readonly string[]
}

/** Whether index files are damaged or missing: some cannot be read, or there are packs that none lists. */
export async function needsRepair(repository: Repository): Promise<boolean> {
  await repository.loadIndex()
  if ([...repository.damaged.keys()].some((name) => name.startsWith('index/'))) return true
  const listedPacks = new Set(repository.index.packs().map(({ name }) => name))
  for (const name of (await storedPacks(repository.store)).keys()) if (!listedPacks.has(name)) return true
  return false
}

/**
 * Rebuilds the index from the packs themselves, whatever the index files say, and finds out which snapshots are lost.
 * Unreadable packs stay where they are, for a prune to remove. Nothing else may use the repository meanwhile.
 * @throws AccessDeniedError for anyone but an administrator
 */
export async function repair(repository: Repository, options: RepairOptions = {}): Promise<RepairReport> {
  return repository.audited(
    'repair',
    () => repository.cache.exclusively(() => perform(repository, options)),
    ({ dryRun, packs, damagedPacks, damagedSnapshots, forgotten }) => ({
      dryRun,
      packs,
      damagedPacks: damagedPacks.length,
      damagedSnapshots: damagedSnapshots.length,
      forgotten: forgotten.length,
    }),
  )
}

async function perform(original: Repository, options: RepairOptions): Promise<RepairReport> {
  const { readData = false, forgetDamaged = false, dryRun = false, donor } = options
  if (!dryRun) original.requireAdministrator('repair')
  // A dry run does all that a repair does, in a store that forgets it: so it foretells what would be saved, too.
  const repository = dryRun ? original.with({ store: trialStore(original.store, original.ports.clock) }) : original
  const { store } = repository
  const old: string[] = []
  for await (const { name } of store.list('index/')) old.push(name)
  const fresh = repository.with({ cache: new RepositoryCache(undefined, repository.ports.memory) })
  await fresh.snapshots()
  const unreadable = await readDirectories(fresh)
  const damaged = readData ? await readAll(fresh, options.onProgress) : []
  const damagedPacks: DamagedPack[] = [...unreadable]
  // What is lost is determined before anything is written.
  for (const { pack } of damaged) fresh.index.remove(pack.name)
  const locked: string[] = []
  let fetched = 0
  const sound = fresh.index.packs()
  const writer = fresh.writer()
  try {
    damagedPacks.push(...(await rescue(fresh, writer, damaged)))
    if (donor !== undefined) fetched = await fetchLost(repository, fresh, writer, donor)
    await writer.finish()
  } catch (error) {
    await writer.abandon()
    throw error
  }
  await writeIndex(fresh, sound)
  locked.push(...(await deleteAll(repository, old)))
  if (locked.length > 0) await overrule(repository, fresh, locked)
  const damagedSnapshots = await snapshotErrors(fresh)
  if (damagedSnapshots.length > 0)
    await fresh.writeIndexFile({ packs: [], marks: [], removed: [], lost: repository.ports.clock.now() })
  const doomed = [...new Set(damagedSnapshots.map(({ subject }) => subject))]
  const forgotten = forgetDamaged && !dryRun ? doomed : []
  const kept = await deleteAll(
    repository,
    forgotten.map((id) => `snapshots/${id}`),
  )
  return {
    dryRun,
    packs: fresh.index.packs().length,
    damagedPacks,
    damagedSnapshots,
    forgotten: forgotten.filter((id) => !kept.includes(`snapshots/${id}`)),
    fetched,
    stored_bytes: dryRun ? 0 : writer.stored_bytes,
    replaced: dryRun ? 0 : old.length - locked.length,
    locked: [...locked, ...kept],
  }
}

/** Returns the names of those that object lock protects. */
async function deleteAll({ store }: Repository, names: readonly string[]): Promise<string[]> {
  const locked: string[] = []
  for (const name of names) {
    try {
      await store.delete(name)
    } catch (error) {
      if (error instanceof ObjectLockedError) locked.push(name)
      else if (!(error instanceof BlobNotFoundError)) throw error
    }
  }
  return locked
}

/** Revokes entries of undeletable index files that the packs do not confirm. */
async function overrule(repository: Repository, fresh: Repository, locked: readonly string[]): Promise<void> {
  await repository.loadIndex()
  const { indexFiles } = repository.cache
  const sound = new Set(fresh.index.packs().map(({ name }) => name))
  const said = locked.flatMap((name) => indexFiles.get(name) ?? [])
  const listedWrongly = new Set(said.flatMap(({ packs }) => packs.filter((pack) => !sound.has(pack))))
  const marked = new Set(said.flatMap(({ marks }) => marks.map(({ pack }) => pack)).filter((pack) => sound.has(pack)))
  if (listedWrongly.size + marked.size === 0) return
  const time = repository.ports.clock.now()
  await fresh.writeIndexFile({
    packs: [],
    marks: [...marked].map((pack) => ({ pack, time, marked: false })),
    removed: [...listedWrongly],
  })
}

/** Fills the index from the directories of the packs; returns the packs whose directory cannot be read. */
async function readDirectories(repository: Repository): Promise<DamagedPack[]> {
  const packs = [...(await storedPacks(repository.store))]
  const read: Array<IndexFile['packs'][number] | DamagedPack> = []
  await forEachConcurrently(packs, PACKS_AT_ONCE, async ([name, info], at) => {
    try {
      read[at] = await readDirectory(repository, name, info.size)
    } catch (error) {
      if (!isDamage(error)) throw error
      read[at] = { name, reason: error.message, rescued: 0, lost: 0 }
    }
  })
  const unreadable: DamagedPack[] = []
  for (const pack of read) {
    if ('directory' in pack) repository.index.add(pack.facts, pack.directory)
    else unreadable.push(pack)
  }
  return unreadable
}

async function readDirectory(repository: Repository, name: string, size: number): Promise<IndexFile['packs'][number]> {
  const { store, keys, options, ports } = repository
  const get = async (start: number, end: number): Promise<Uint8Array> =>
    heldBytes(await store.get(packPath(name), { start, end }))
  if (size < PACK_HEADER_BYTES + PACK_TRAILER_BYTES) throw new RepositoryFormatError('the pack is cut off')
  const { salt, kind } = readPackHeader(await get(0, PACK_HEADER_BYTES))
  const length = directoryLength(await get(size - PACK_TRAILER_BYTES, size))
  const start = size - PACK_TRAILER_BYTES - length
  if (start < PACK_HEADER_BYTES) throw new RepositoryFormatError('the pack is cut off')
  const directory = openDirectory(
    packSeal(salt, kind, keys.pack, options.cipher, ports.fidelity.sealing),
    await get(start, size),
    ports.fidelity.metadata,
  )
  const segments_bytes = directory.sealed_bytes.reduce((sum, bytes) => sum + bytes, 0)
  if (PACK_HEADER_BYTES + segments_bytes !== start) throw new RepositoryFormatError('the pack is cut off in its middle')
  return { facts: { name, kind, salt, size }, directory }
}

/** A pack that can be read in part. */
interface PartlyDamaged {
  readonly pack: Pack
  readonly bad: ReadonlySet<number>
  readonly reason: string
}

async function readAll(repository: Repository, onProgress: OnProgress | undefined): Promise<PartlyDamaged[]> {
  const damaged: PartlyDamaged[] = []
  const packs = repository.index.packs()
  const total_bytes = packs.reduce((sum, { size }) => sum + size, 0)
  let bytes = 0
  for (const pack of packs) {
    const bad = new Set<number>()
    let reason = ''
    await readChunks(repository, pack.entries, {
      chunks() {},
      damaged(entries, why) {
        for (const entry of entries) bad.add(entry)
        reason ||= why
      },
    })
    if (bad.size > 0) damaged.push({ pack, bad, reason })
    bytes += pack.size
    onProgress?.({ bytes, total_bytes })
  }
  return damaged
}

/** Stores again what damaged packs still hold and no other pack does. */
async function rescue(
  repository: Repository,
  writer: PackWriter,
  damaged: readonly PartlyDamaged[],
): Promise<DamagedPack[]> {
  const { index } = repository
  const cursor = new AddressCursor()
  for (const { pack, bad } of damaged) {
    const sound = [...pack.entries].filter((entry) => !bad.has(entry))
    await readChunks(repository, sound, {
      async chunks(entries: readonly number[], contents: readonly Content[]) {
        for (const [at, entry] of entries.entries()) {
          cursor.read(index.addressOf(entry), 0)
          if (index.find(cursor) < 0) writer.add(pack.kind, cursor, contents[at]!)
        }
        if (writer.busy) await writer.ready()
      },
      damaged(_entries, reason) {
        throw new RepositoryFormatError(`pack ${pack.name} has been damaged just now: ${reason}`)
      },
    })
  }
  return damaged.map(({ pack, bad, reason }) => summaryOf(pack, bad, reason))
}

/** Stores chunks that the index files list and no intact pack holds, as far as the donor has them. Returns their number. */
async function fetchLost(
  listedBefore: Repository,
  fresh: Repository,
  writer: PackWriter,
  donor: Repository,
): Promise<number> {
  await listedBefore.loadIndex()
  await donor.loadIndex()
  const cursor = new AddressCursor()
  const wanted = new Set<number>()
  for (const pack of listedBefore.index.packs()) {
    for (const entry of pack.entries) {
      cursor.read(listedBefore.index.addressOf(entry), 0)
      if (fresh.index.find(cursor) >= 0) continue
      const there = donor.index.find(cursor)
      if (there >= 0) wanted.add(there)
    }
  }
  let fetched = 0
  await readChunks(donor, [...wanted], {
    async chunks(entries: readonly number[], contents: readonly Content[]) {
      for (const [at, entry] of entries.entries()) {
        cursor.read(donor.index.addressOf(entry), 0)
        writer.add(donor.index.packOf(entry).kind, cursor, contents[at]!)
      }
      fetched += entries.length
      if (writer.busy) await writer.ready()
    },
    damaged() {},
  })
  return fetched
}

function summaryOf({ name, entries }: Pack, bad: ReadonlySet<number>, reason: string): DamagedPack {
  return { name, reason, rescued: entries.length - bad.size, lost: bad.size }
}

async function writeIndex(repository: Repository, packs: readonly Pack[]): Promise<void> {
  let batch: Pack[] = []
  let chunks = 0
  const write = async (): Promise<void> => {
    if (batch.length === 0) return
    await repository.writeIndexFile({
      packs: batch.map((pack) => listed(repository.index, pack)),
      marks: [],
      removed: [],
    })
    batch = []
    chunks = 0
  }
  for (const pack of packs) {
    batch.push(pack)
    chunks += pack.entries.length
    if (chunks >= CHUNKS_PER_FILE) await write()
  }
  await write()
}

function isDamage(error: unknown): error is Error {
  return (
    error instanceof AuthenticationError ||
    error instanceof RepositoryFormatError ||
    error instanceof BlobNotFoundError ||
    error instanceof TypeError
  )
}
