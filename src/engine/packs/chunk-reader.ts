import { heldBytes } from '../bytes/held-bytes.ts'
import { forEachConcurrently, inTurn } from '../concurrency.ts'
import { AuthenticationError, BlobNotFoundError, RepositoryFormatError } from '../errors.ts'
import { ADDRESS_BYTES, AddressCursor } from '../index/address.ts'
import type { LineageTag } from '../index/address.ts'
import type { Pack } from '../index/chunk-index.ts'
import type { Content, CpuStage, ReadingOrder, SealContext, SealingThreads } from '../ports.ts'
import type { ReadableRepository } from '../repository/readable.ts'
import { packSeal, sealContext } from './pack-format.ts'
import type { PackSeal } from './pack-format.ts'
import { packPath } from './pack-writer.ts'

/** Segments this close are read in one request: reading a little too much is faster than another request. */
const GAP_BYTES = 128 * 1024
/** Default limit of a request, in bytes, or in chunks where these are large. */
const REQUEST_BYTES = 32 * 1024 * 1024
const REQUEST_CHUNKS = 8

export interface ReadOptions {
  /** Concurrent requests; where the store has sequential media, at least two for each. */
  readonly downloads?: number
  /** Limit of a request in bytes, and of what is opened at once, unless a single segment is larger. */
  readonly request_bytes?: number
  /** Reads a pack from end to end even when only parts of it are needed, as is best for tape. */
  readonly wholePacks?: boolean
  /** Lineage tags that the chunks may have: with them, each chunk's content is checked against its address. */
  readonly lineage?: readonly LineageTag[]
}

/** What was read from the store. */
export interface ReadReport {
  fetched_bytes: number
  requests: number
}

export interface ReadHandlers {
  /** Called with the chunks of one request or of a part of it, in stored order. Absent: chunks are only verified. */
  chunks?(entries: readonly number[], contents: readonly Content[]): void | Promise<void>
  /** The contents are not used after `chunks` has returned. */
  readonly isDoneAfterChunks?: boolean
  /** Called with each segment that has been opened, before its chunks. */
  segment?(pack: Pack, number: number, plain: Content): void
  /** Called with chunks that cannot be read: damaged, or gone. An unavailable store throws instead. */
  damaged(entries: readonly number[], reason: string): void
}

/** Segments of one pack that are read at once. */
interface Request {
  readonly pack: Pack
  /** Numbers within the pack, ascending. */
  readonly segments: number[]
  readonly start: number
  end: number
}

/**
 * Reads and verifies chunks: pack by pack in the order in which packs are first needed, or in the store's order where
 * it has one; in ranges, several at once.
 * @param entries in the order of need, without repetitions
 */
export async function readChunks(
  repository: ReadableRepository,
  entries: ArrayLike<number> & Iterable<number>,
  handlers: ReadHandlers,
  options: ReadOptions = {},
): Promise<ReadReport> {
  const report = { fetched_bytes: 0, requests: 0 }
  const wanted = entriesBySegment(repository, entries)
  const requests = planRequests(repository, entries, wanted, options)
  const { store } = repository
  const { downloads = 4, lineage } = options
  // One request is fetched while another is being written.
  const delivery = { wanted, handlers, lineage, compute: inTurn() }
  const read = async (request: Request): Promise<void> => {
    const { pack, segments, start, end } = request
    let content: Content
    try {
      content = await store.get(packPath(pack.name), { start, end })
    } catch (error) {
      if (!(error instanceof BlobNotFoundError)) throw error
      const lost = segments.flatMap((segment) => wanted.get(pack.firstSegment + segment) ?? [])
      handlers.damaged(lost, `pack ${pack.name.slice(0, 8)} is gone`)
      return
    }
    report.requests++
    report.fetched_bytes += content.length
    for (const part of partsOf(request, options.request_bytes)) await deliver(repository, part, content, delivery)
    if (repository.store.givesAway === true) repository.ports.fidelity.discard?.(content)
  }
  const order = await store.prepare?.([...new Set(requests.map(({ pack }) => packPath(pack.name)))])
  if (order === undefined) await forEachConcurrently(requests, downloads, read)
  else await readMediumByMedium(requests, order, downloads, read)
  return report
}

/** Reads each medium from beginning to end, as many media as possible at once. */
async function readMediumByMedium(
  requests: readonly Request[],
  { media, atOnce }: ReadingOrder,
  downloads: number,
  read: (request: Request) => Promise<void>,
): Promise<void> {
  const left = Map.groupBy(requests, ({ pack }) => packPath(pack.name))
  const queues = media.map((blobs) =>
    blobs.flatMap((blob) => {
      const ofBlob = left.get(blob) ?? []
      left.delete(blob)
      return ofBlob
    }),
  )
  // The store does not know these packs: reading will find them gone.
  queues.push([...left.values()].flat())
  // One is transferred while another is opened and written.
  const ofMedium = Math.max(2, Math.ceil(downloads / atOnce))
  await forEachConcurrently(queues, atOnce, (queue) => forEachConcurrently(queue, ofMedium, read))
}

/** Packs are read repeatedly, and deriving a key costs more than opening a small segment. */
const seals = new WeakMap<Pack, PackSeal>()

function sealOf(pack: Pack, { keys, options, ports }: ReadableRepository): PackSeal {
  let seal = seals.get(pack)
  if (seal === undefined)
    seals.set(pack, (seal = packSeal(pack.salt, pack.kind, keys.pack, options.cipher, ports.fidelity.sealing)))
  return seal
}

/**
 * Reads chunks of metadata, in the order requested. Opened segments are cached, because trees that are needed in
 * succession are stored next to each other.
 * @throws RepositoryFormatError
 */
export async function readMetadataChunks(
  repository: ReadableRepository,
  entries: readonly number[],
  options: ReadOptions = {},
): Promise<{ contents: Uint8Array[]; fetched_bytes: number }> {
  const { index, keys, cache, ports } = repository
  const byEntry = new Map<number, Uint8Array>()
  const missing = entries.filter((entry) => {
    const pack = index.packOf(entry)
    const segment = cache.trees.segment(pack.name, index.segmentOf(entry) - pack.firstSegment)
    if (segment === undefined) return true
    const offset = index.offsetOf(entry)
    const chunk = segment.subarray(offset, offset + index.lengthOf(entry))
    const { lineage } = options
    if (lineage !== undefined) ports.fidelity.metadata.identify(chunk, keys, identity.bytes, 0)
    if (lineage !== undefined && !isAddressOf(identity, index.addressOf(entry), 0, lineage)) failTree(NOT_OF_ITS_ID)
    byEntry.set(entry, chunk)
    return false
  })
  if (missing.length === 0) return { contents: entries.map((entry) => byEntry.get(entry)!), fetched_bytes: 0 }
  const { store } = repository
  if (store.prepare !== undefined) {
    // Which other trees are needed becomes known only from these: requesting all packs of trees means waiting only
    // once.
    const packs = index.packs().filter(({ kind }) => kind === 'trees')
    await store.prepare(packs.map(({ name }) => packPath(name)))
  }
  const { fetched_bytes } = await readChunks(
    repository,
    missing,
    {
      chunks(read, contents) {
        for (const [at, entry] of read.entries()) byEntry.set(entry, heldBytes(contents[at]!))
      },
      segment: (pack, number, plain) => cache.trees.addSegment(pack.name, number, heldBytes(plain)),
      damaged: (_lost, reason) => failTree(reason),
    },
    options,
  )
  return { contents: entries.map((entry) => byEntry.get(entry)!), fetched_bytes }
}

function failTree(reason: string): never {
  throw new RepositoryFormatError(`a part of the tree of a snapshot cannot be read: ${reason}`)
}

/** End of the reason for a chunk that opens but has other content than its id says. */
export const NOT_OF_ITS_ID = 'the content is not that of its id'

function entriesBySegment(repository: ReadableRepository, entries: Iterable<number>): Map<number, number[]> {
  const bySegment = new Map<number, number[]>()
  for (const entry of entries) {
    const segment = repository.index.segmentOf(entry)
    const others = bySegment.get(segment)
    if (others === undefined) bySegment.set(segment, [entry])
    else others.push(entry)
  }
  return bySegment
}

function planRequests(
  repository: ReadableRepository,
  entries: Iterable<number>,
  wanted: ReadonlyMap<number, number[]>,
  { request_bytes, wholePacks = false }: ReadOptions,
): Request[] {
  const { index, options } = repository
  const most_bytes = request_bytes ?? Math.max(REQUEST_BYTES, REQUEST_CHUNKS * options.chunker.avg)
  const byPack = new Map<Pack, Set<number>>()
  for (const entry of entries) {
    const pack = index.packOf(entry)
    const segment = index.segmentOf(entry) - pack.firstSegment
    const segments = byPack.get(pack)
    if (segments === undefined) byPack.set(pack, new Set([segment]))
    else segments.add(segment)
  }
  const requests: Request[] = []
  for (const [pack, segments] of byPack) {
    if (wholePacks) {
      const last = pack.offsets.length - 1
      const end = pack.offsets[last]! + pack.sealed_bytes[last]!
      requests.push({ pack, segments: [...segments].sort((a, b) => a - b), start: pack.offsets[0]!, end })
      continue
    }
    let open: Request | undefined
    for (const segment of [...segments].sort((a, b) => a - b)) {
      const start = pack.offsets[segment]!
      const end = start + pack.sealed_bytes[segment]!
      if (
        open !== undefined &&
        start - open.end <= GAP_BYTES &&
        end - open.start <= Math.max(most_bytes, end - start)
      ) {
        open.segments.push(segment)
        open.end = end
      } else {
        open = { pack, segments: [segment], start, end }
        requests.push(open)
      }
    }
  }
  for (const list of wanted.values()) list.sort((a, b) => index.offsetOf(a) - index.offsetOf(b))
  return requests
}

/** Splits a request, so that no more than this many bytes are opened at once. */
function* partsOf(request: Request, plain_bytes = Infinity): Generator<Request> {
  const { pack } = request
  let segments: number[] = []
  let bytes = 0
  for (const segment of request.segments) {
    const length = pack.plain_bytes[segment]!
    if (segments.length > 0 && bytes + length > plain_bytes) {
      yield { ...request, segments }
      segments = []
      bytes = 0
    }
    segments.push(segment)
    bytes += length
  }
  yield { ...request, segments }
}

interface Delivery {
  readonly wanted: ReadonlyMap<number, number[]>
  readonly handlers: ReadHandlers
  readonly lineage: readonly LineageTag[] | undefined
  readonly compute: ReturnType<typeof inTurn>
}

async function deliver(
  repository: ReadableRepository,
  { pack, segments, start }: Request,
  content: Content,
  { wanted, handlers, lineage, compute }: Delivery,
): Promise<void> {
  const { ports, keys, options, index } = repository
  const fidelity = pack.kind === 'trees' ? ports.fidelity.metadata : ports.fidelity
  const compression = pack.kind === 'trees' ? options.metadataCompression : options.compression
  const seal = sealOf(pack, repository)
  const last = segments.at(-1)!
  const bytes = pack.offsets[last]! + pack.sealed_bytes[last]! - pack.offsets[segments[0]!]!
  let plain_bytes = 0
  const read: number[] = []
  const contents: Content[] = []
  const opened: Content[] = []
  const isWanted = handlers.chunks !== undefined || handlers.segment !== undefined
  const threads = lineage === undefined ? undefined : fidelity.threads
  const sealedOf = (segment: number): Content => {
    const from = pack.offsets[segment]! - start
    const to = from + pack.sealed_bytes[segment]!
    if (to > content.length) throw new AuthenticationError('the pack is cut off')
    // Trees are bytes even in a store of described content.
    return ports.fidelity.slice(content, from, to)
  }
  const contextOf = (segment: number): SealContext => sealContext(seal, segment, compression)
  const openAside = async (opener: SealingThreads, segment: number): ReturnType<SealingThreads['open']> => {
    const chunks = (wanted.get(pack.firstSegment + segment) ?? []).map((entry) => {
      const offset = index.offsetOf(entry)
      return { start: offset, end: offset + index.lengthOf(entry) }
    })
    return opener.open(sealedOf(segment), pack.plain_bytes[segment]!, contextOf(segment), keys, chunks, isWanted)
  }
  // All are handed to the other threads before the first is waited for; a failure is reported when its turn comes.
  const aside = threads && segments.map((segment) => openAside(threads, segment))
  for (const opening of aside ?? []) opening.catch(() => {})
  for (let at = 0; at < segments.length; at++) {
    const segment = segments[at]!
    const entries = wanted.get(pack.firstSegment + segment) ?? []
    const plainLength = pack.plain_bytes[segment]!
    let plain: Content | undefined
    let ids: Uint8Array | undefined
    try {
      if (aside === undefined) plain = fidelity.open(sealedOf(segment), plainLength, contextOf(segment))
      else ({ plain, ids } = await aside[at]!)
    } catch (error) {
      if (!(error instanceof AuthenticationError) && !(error instanceof TypeError)) throw error
      handlers.damaged(entries, `pack ${pack.name.slice(0, 8)}, segment ${segment}: ${error.message}`)
      continue
    }
    if (plain !== undefined) handlers.segment?.(pack, segment, plain)
    plain_bytes += plainLength
    for (let number = 0; number < entries.length; number++) {
      const entry = entries[number]!
      const offset = index.offsetOf(entry)
      const chunk = plain && fidelity.slice(plain, offset, offset + index.lengthOf(entry))
      if (ids !== undefined) identity.bytes.set(ids.subarray(number * ADDRESS_BYTES, (number + 1) * ADDRESS_BYTES))
      else if (lineage !== undefined && chunk !== undefined) fidelity.identify(chunk, keys, identity.bytes, 0)
      if (lineage !== undefined && !isAddressOf(identity, index.addressOf(entry), 0, lineage)) {
        handlers.damaged([entry], `pack ${pack.name.slice(0, 8)}, segment ${segment}: ${NOT_OF_ITS_ID}`)
        continue
      }
      if (chunk === undefined) continue
      read.push(entry)
      contents.push(chunk)
    }
    if (plain !== undefined && isWanted) opened.push(plain)
    else if (plain !== undefined) fidelity.discard?.(plain)
  }
  const work: Array<readonly [CpuStage, number]> = [['decrypt', bytes]]
  if (plain_bytes > 0 && compression !== 'none') work.push(['decompress', plain_bytes])
  if (plain_bytes > 0) work.push(['hash', plain_bytes])
  await compute(() => ports.cpu.charge(work))
  await handlers.chunks?.(read, contents)
  if (handlers.isDoneAfterChunks === true) for (const plain of opened) fidelity.discard?.(plain)
}

/** Used within one turn, never across a wait. */
const identity = new AddressCursor()
const expected = new AddressCursor()

/** Whether content with this id may have this address. */
export function isAddressOf(
  id: AddressCursor,
  addresses: Uint8Array,
  at: number,
  lineage: readonly LineageTag[],
): boolean {
  expected.read(addresses, at)
  expected.xor(id)
  return lineage.some((tag) => expected.words.every((word, number) => word === tag.words[number]))
}
