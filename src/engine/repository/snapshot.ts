import { isArray, isCount, isHex, isInteger, isRecord } from '../encoding/encoding.ts'
import type { EntryMetadata, Instant } from '../ports.ts'

export type BackupType = 'full' | 'incremental' | 'differential' | 'snapshot'

/** A recovery point: everything in it can be restored as long as it exists. */
export interface Snapshot {
  /** 64 hexadecimal digits. */
  readonly id: string
  /** The instant of the consistent cut. */
  readonly time: Instant
  readonly type: BackupType
  readonly host: string
  readonly dataset: string
  /** Words by which people find it, in ascending order; absent when there are none. */
  readonly tags?: readonly string[]
  /** Lineage tags of the chunks it may refer to; the first is that of the chunks it wrote. */
  readonly lineage: readonly string[]
  /** Id of the backup that it builds on. */
  readonly base?: string
  /** Address of the root tree. */
  readonly tree: string
  /** Metadata of the root itself, which is an entry of no tree. */
  readonly root: EntryMetadata
  readonly files: number
  /** Bytes of all files. */
  readonly source_bytes: number
  /** Bytes of the chunks that it added, before and after sealing. */
  readonly new_bytes: number
  readonly stored_bytes: number
  /** When it became durable. */
  readonly completed: Instant
  /** Id of the snapshot that this one is a copy of. */
  readonly original?: string
  /** Id of the snapshot that a synthetic full was made from. */
  readonly synthesisedFrom?: string
}

/** How a snapshot is stored: its id is its name. */
export type StoredSnapshot = Omit<Snapshot, 'id'>

/** A snapshot as decoded: 64-bit integers come back as numbers where these can hold them. */
type ReadSnapshot = Omit<StoredSnapshot, 'root'> & {
  readonly root: Omit<EntryMetadata, 'mtime_ns' | 'ctime_ns'> & {
    readonly mtime_ns: bigint | number
    readonly ctime_ns?: bigint | number
  }
}

export function isStoredSnapshot(value: unknown): value is ReadSnapshot {
  return (
    isRecord(value) &&
    Number.isFinite(value['time']) &&
    Number.isFinite(value['completed']) &&
    TYPES.some((type) => type === value['type']) &&
    typeof value['host'] === 'string' &&
    typeof value['dataset'] === 'string' &&
    (value['tags'] === undefined || isTexts(value['tags'])) &&
    isArray(value['lineage']) &&
    value['lineage'].length > 0 &&
    value['lineage'].every(isHex) &&
    isHex(value['tree']) &&
    COUNTS.every((count) => isCount(value[count])) &&
    REFERENCES.every((reference) => value[reference] === undefined || isHex(value[reference])) &&
    isStoredRoot(value['root'])
  )
}

/** The field `tags` of a snapshot: equal sets of words are equal. */
export function taggedWith(words: readonly string[]): Pick<Snapshot, 'tags'> {
  return words.length === 0 ? {} : { tags: [...new Set(words)].toSorted() }
}

const isTexts = (value: unknown): boolean => isArray(value) && value.every((text) => typeof text === 'string')

const TYPES: readonly BackupType[] = ['full', 'incremental', 'differential', 'snapshot']
const COUNTS = ['files', 'source_bytes', 'new_bytes', 'stored_bytes'] as const
const REFERENCES = ['base', 'original', 'synthesisedFrom'] as const

function isStoredRoot(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['mode', 'uid', 'gid'].every((name) => isCount(value[name])) &&
    isInteger(value['mtime_ns']) &&
    (value['ctime_ns'] === undefined || isInteger(value['ctime_ns']))
  )
}

export function readSnapshot(id: string, stored: ReadSnapshot): Snapshot {
  const { mtime_ns, ctime_ns, ...rest } = stored.root
  const changed = ctime_ns === undefined ? {} : { ctime_ns: BigInt(ctime_ns) }
  return { id, ...stored, root: { ...rest, mtime_ns: BigInt(mtime_ns), ...changed } }
}
