import { heldBytes } from '../bytes/held-bytes.ts'
import { forEachConcurrently } from '../concurrency.ts'
import { bytesEqual } from '../cryptography/cryptography.ts'
import { bytesOfHex, hexOf } from '../encoding/encoding.ts'
import { AuthenticationError, BlobNotFoundError, RepositoryFormatError } from '../errors.ts'
import { PACK_HEADER_BYTES } from '../index/chunk-index.ts'
import type { Pack } from '../index/chunk-index.ts'
import { snapshotLocks } from '../snapshots/locks.ts'
import { openDirectory, packSeal, readPackHeader } from '../packs/pack-format.ts'
import { NOT_OF_ITS_ID, readChunks } from '../packs/chunk-reader.ts'
import type { ReadHandlers, ReadOptions } from '../packs/chunk-reader.ts'
import { neededEntries } from '../prune/use.ts'
import { packPath } from '../packs/pack-writer.ts'
import { storedPacks } from '../packs/stored-packs.ts'
import type { BlobInfo, Instant } from '../ports.ts'
import type { OnProgress } from '../progress.ts'
import type { Repository } from '../repository/repository.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'

/**
 * A share of the packs, 0 to 1, or packs of this many bytes, drawn at random; or one of several parts that together are
 * all packs, for successive nights. The part of a pack follows from its name, so that it is always the same.
 */
export type DataToRead = number | { readonly bytes: number } | { readonly part: number; readonly of: number }

export interface CheckOptions {
  /** Packs of which every byte is read and verified. Default: none. */
  readonly readData?: DataToRead
  /** Concurrent requests for each pack. */
  readonly downloads?: number
  /** Packs read at once; by default one. */
  readonly packsAtOnce?: number
  /** Limit of a request in bytes. */
  readonly request_bytes?: number
  /** Counts bytes of the packs that are read. */
  readonly onProgress?: OnProgress
}

export interface CheckError {
  readonly kind: 'pack' | 'snapshot' | 'index'
  /** Name of what is damaged. */
  readonly subject: string
  readonly message: string
}

export interface CheckReport {
  readonly snapshots: number
  readonly packs: number
  /** Packs that were read. */
  readonly packsRead: number
  readonly read_bytes: number
  /** Blobs under data/ that no index file lists: left by an interrupted backup, and harmless. */
  readonly unreferenced: readonly string[]
  readonly errors: readonly CheckError[]
  /** Snapshots that are locked for longer than something that they need. */
  readonly shortLocks: readonly ShortLock[]
}

/** Whoever can delete from the store can destroy this snapshot before its lock ends; `extendLocks` repairs it. */
export interface ShortLock {
  readonly snapshot: string
  readonly lockedUntil: Instant
  /** Packs that it needs and that are locked for a shorter time. */
  readonly packs: number
  /** When the first of them can be deleted; undefined: now. */
  readonly heldUntil?: Instant
}

/** Checks whether every snapshot can be restored: always the structure, and as much of the stored bytes as requested. */
export async function check(repository: Repository, options: CheckOptions = {}): Promise<CheckReport> {
  return repository.audited(
    'check',
    () => perform(repository, options),
    ({ snapshots, packs, packsRead, errors }) => ({ snapshots, packs, packsRead, errors: errors.length }),
  )
}

async function perform(repository: Repository, options: CheckOptions): Promise<CheckReport> {
  const { readData = 0, downloads, packsAtOnce = 1, request_bytes } = options
  const snapshots = await repository.snapshots()
  await repository.loadIndex()
  const errors = damagedMetadata(repository)
  const packs = repository.index.packs()
  const stored = await storedPacks(repository.store)
  for (const pack of packs) {
    const size = stored.get(pack.name)?.size
    if (size === undefined) errors.push({ kind: 'pack', subject: pack.name, message: 'it is not in the store' })
    else if (size !== pack.size) {
      errors.push({
        kind: 'pack',
        subject: pack.name,
        message: `it has ${size} bytes, and was written with ${pack.size}`,
      })
    }
  }
  const known = new Set(packs.map(({ name }) => name))
  const unreferenced = [...stored.keys()].filter((name) => !known.has(name))
  let read_bytes = 0
  const locks = await snapshotLocks(repository)
  const shortLocks: ShortLock[] = []
  for (const snapshot of snapshots) {
    const reader = new TreeReader(repository, lineageOf(snapshot))
    const needs = await checkSnapshot(repository, reader, snapshot, stored, errors)
    shortLocks.push(...shortLock(snapshot.id, locks.get(snapshot.id), needs, stored))
    read_bytes += reader.fetched_bytes
  }
  const sample = drawn(
    packs.filter(({ name }) => stored.has(name)),
    readData,
    repository,
  )
  // Forgotten chains leave chunks with unknown tags; needed chunks have one of these.
  const tags = new Map(snapshots.flatMap(lineageOf).map((tag) => [tag.hex, tag]))
  const reading = {
    lineage: [...tags.values()],
    ...(downloads === undefined ? {} : { downloads }),
    ...(request_bytes === undefined ? {} : { request_bytes }),
  }
  const needed = sample.length === 0 ? new Uint8Array(0) : await neededIfWhole(repository, snapshots)
  const total_bytes = sample.reduce((sum, { size }) => sum + size, 0)
  let bytes = 0
  // Reported in the order of the packs, whichever ends first.
  const found = sample.map((): CheckError[] => [])
  await forEachConcurrently(sample, packsAtOnce, async (pack, at) => {
    const read = await checkPack(repository, pack, reading, needed, found[at]!)
    read_bytes += read
    bytes += pack.size
    options.onProgress?.({ bytes, total_bytes })
  })
  errors.push(...found.flat())
  return {
    snapshots: snapshots.length,
    packs: packs.length,
    packsRead: sample.length,
    read_bytes,
    unreferenced,
    errors,
    shortLocks,
  }
}

function shortLock(
  snapshot: string,
  lockedUntil: Instant | undefined,
  needs: ReadonlySet<string>,
  stored: ReadonlyMap<string, BlobInfo>,
): ShortLock[] {
  if (lockedUntil === undefined) return []
  const ends = [...needs].map((pack) => stored.get(pack)?.lockedUntil ?? -Infinity).filter((end) => end < lockedUntil)
  if (ends.length === 0) return []
  const first = ends.reduce((earliest, end) => Math.min(earliest, end))
  return [{ snapshot, lockedUntil, packs: ends.length, ...(first === -Infinity ? {} : { heldUntil: first }) }]
}

/** What the known snapshots need and the index in memory lacks. */
export async function snapshotErrors(repository: Repository): Promise<CheckError[]> {
  const errors = damagedMetadata(repository).filter(({ kind }) => kind === 'snapshot')
  const stored = await storedPacks(repository.store)
  for (const snapshot of repository.cache.snapshots.values()) {
    await checkSnapshot(repository, new TreeReader(repository, lineageOf(snapshot)), snapshot, stored, errors)
  }
  return errors
}

function damagedMetadata({ damaged }: Repository): CheckError[] {
  return [...damaged].map(([name, message]) => {
    const [folder, subject = name] = name.split('/')
    return { kind: folder === 'index' ? 'index' : 'snapshot', subject, message }
  })
}

/** Checks that every tree can be read, and every chunk is stored in an existing pack. Returns the names of the packs. */
async function checkSnapshot(
  repository: Repository,
  reader: TreeReader,
  snapshot: Snapshot,
  stored: ReadonlyMap<string, BlobInfo>,
  errors: CheckError[],
): Promise<ReadonlySet<string>> {
  const report = (message: string): void => void errors.push({ kind: 'snapshot', subject: snapshot.id, message })
  const packs = new Set<string>()
  const seen = new Set<string>()
  let level = [snapshot.tree]
  while (level.length > 0) {
    const next = new Set<string>()
    for (const address of level) {
      seen.add(address)
      try {
        const tree = await reader.tree(address)
        for (const entry of reader.entriesOf(bytesOfHex(address), 'a tree'))
          packs.add(repository.index.packOf(entry).name)
        const files = tree.filter((entry) => entry.chunks !== undefined)
        const lists = await reader.chunkLists(files)
        for (const [at, list] of lists.entries()) {
          const name = files[at]!.name
          const holding = reader.entriesOf(list, name).map((entry) => repository.index.packOf(entry).name)
          for (const pack of holding) packs.add(pack)
          const lost = holding.find((pack) => !stored.has(pack))
          if (lost !== undefined) report(`${name} needs pack ${lost.slice(0, 8)}, which is not in the store`)
        }
        for (const entry of tree) {
          if (entry.tree !== undefined && !seen.has(hexOf(entry.tree))) next.add(hexOf(entry.tree))
        }
      } catch (error) {
        if (!(error instanceof RepositoryFormatError)) throw error
        report(error.message)
      }
    }
    level = [...next]
  }
  return packs
}

/** Draws packs at random, at least one when the share is not zero. */
function drawn(packs: readonly Pack[], wanted: DataToRead, repository: Repository): Pack[] {
  if (typeof wanted === 'object' && 'part' in wanted)
    return packs.filter(({ name }) => Number.parseInt(name.slice(0, 8), 16) % wanted.of === wanted.part - 1)
  const isOfSize = typeof wanted === 'object'
  const count = isOfSize ? packs.length : Math.min(packs.length, Math.ceil(wanted * packs.length))
  if (!isOfSize && count === packs.length) return [...packs]
  const keys = repository.ports.random.bytes(6 * packs.length)
  const key = (at: number): number => {
    let value = 0
    for (let k = 0; k < 6; k++) value = value * 256 + keys[6 * at + k]!
    return value
  }
  const order = packs
    .map((pack, at) => ({ pack, key: key(at) }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ pack }) => pack)
  if (!isOfSize) return order
  let bytes = 0
  // Includes the pack that exceeds the limit, so that a small limit reads at least one.
  const end = order.findIndex(({ size }) => (bytes += size) >= wanted.bytes)
  return end < 0 ? order : order.slice(0, end + 1)
}

/** The chunks that snapshots need; empty when they cannot be determined, which has been reported by then. */
async function neededIfWhole(repository: Repository, snapshots: readonly Snapshot[]): Promise<Uint8Array> {
  try {
    return await neededEntries(repository, snapshots)
  } catch (error) {
    if (error instanceof RepositoryFormatError) return new Uint8Array(0)
    throw error
  }
}

/** Checks every byte of a pack: header, segments, directory. Returns the bytes read. */
async function checkPack(
  repository: Repository,
  pack: Pack,
  reading: ReadOptions,
  needed: Uint8Array,
  errors: CheckError[],
): Promise<number> {
  const report = (message: string): void => void errors.push({ kind: 'pack', subject: pack.name, message })
  let read_bytes = 0
  try {
    read_bytes += await checkEnds(repository, pack)
    const handlers: ReadHandlers = {
      damaged(entries, reason) {
        if (reason.endsWith(NOT_OF_ITS_ID) && !entries.some((entry) => needed[entry] === 1)) return
        report(reason)
      },
    }
    const { fetched_bytes } = await readChunks(repository, pack.entries, handlers, reading)
    read_bytes += fetched_bytes
  } catch (error) {
    const isDamage =
      error instanceof AuthenticationError ||
      error instanceof RepositoryFormatError ||
      error instanceof BlobNotFoundError ||
      error instanceof TypeError
    if (!isDamage) throw error
    report(error.message)
  }
  return read_bytes
}

/** Checks that header and directory agree with the index. */
async function checkEnds(repository: Repository, pack: Pack): Promise<number> {
  const { store, keys, options, index, ports } = repository
  const header = await store.get(packPath(pack.name), { start: 0, end: PACK_HEADER_BYTES })
  const { salt, kind } = readPackHeader(heldBytes(header))
  const segmentsEnd = PACK_HEADER_BYTES + pack.sealed_bytes.reduce((sum, bytes) => sum + bytes, 0)
  const tail = await store.get(packPath(pack.name), { start: segmentsEnd, end: pack.size })
  const directory = openDirectory(
    packSeal(salt, kind, keys.pack, options.cipher, ports.fidelity.sealing),
    heldBytes(tail),
    ports.fidelity.metadata,
  )
  const expected = index.directoryOf(pack)
  const isSame =
    kind === pack.kind &&
    bytesEqual(salt, pack.salt) &&
    bytesEqual(directory.addresses, expected.addresses) &&
    directory.sealed_bytes.join() === expected.sealed_bytes.join() &&
    directory.lengths.join() === expected.lengths.join()
  if (!isSame) throw new RepositoryFormatError('its directory and the index do not agree')
  return header.length + tail.length
}
