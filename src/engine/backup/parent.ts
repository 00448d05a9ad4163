import { EngineError } from '../errors.ts'
import { LineageTag } from '../index/address.ts'
import { bytesOfHex } from '../encoding/encoding.ts'
import type { RandomSource } from '../ports.ts'
import type { BackupType, Snapshot } from '../repository/snapshot.ts'

/** What a backup may reuse, and the tag under which it writes. */
export interface Lineage {
  /** The actual type: the first incremental or differential of a chain is a full. */
  readonly type: BackupType
  /** The backup whose unchanged files are reused. */
  readonly parent: Snapshot | undefined
  /** New chunks are stored under the first tag; each chunk is looked up under the last one first. */
  readonly tags: readonly LineageTag[]
}

const CHAIN_TYPES: ReadonlySet<BackupType> = new Set(['full', 'incremental'])

/**
 * `snapshot` may reuse everything that snapshots have stored; `full` nothing; `incremental` the chain of the last full
 * or incremental; `differential` the chain as the last full began it.
 * @param snapshots ascending in time
 */
export function lineageFor(
  type: BackupType,
  snapshots: readonly Snapshot[],
  of: { readonly host: string; readonly dataset: string },
  random: RandomSource,
): Lineage {
  const own = snapshots.filter(({ host, dataset }) => host === of.host && dataset === of.dataset)
  const last = (isIt: (snapshot: Snapshot) => boolean): Snapshot | undefined => own.findLast(isIt)
  const newTag = (): LineageTag => new LineageTag(random.bytes(32))
  if (type === 'snapshot') {
    return { type, parent: last((snapshot) => snapshot.type === 'snapshot'), tags: [LineageTag.none] }
  }
  if (type === 'incremental') {
    const parent = last((snapshot) => CHAIN_TYPES.has(snapshot.type))
    if (parent !== undefined) return { type, parent, tags: [tagOf(parent)] }
  }
  if (type === 'differential') {
    const parent = last((snapshot) => snapshot.type === 'full')
    if (parent !== undefined) return { type, parent, tags: [newTag(), tagOf(parent)] }
  }
  return { type: 'full', parent: undefined, tags: [newTag()] }
}

function tagOf({ id, lineage }: Snapshot): LineageTag {
  const [hex] = lineage
  if (hex === undefined) throw new EngineError(`snapshot ${id} has no lineage`)
  return new LineageTag(bytesOfHex(hex))
}
