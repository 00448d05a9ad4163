import { compareTrees } from '../../../adapters/virtual/index.ts'
import { EngineError } from '../../../engine/errors.ts'
import type { Damage, Incident } from '../../../world/index.ts'
import { ship } from '../../../world/network/ship.ts'
import { journalKeptBy } from '../../jobs/journal.ts'
import type { Operations } from '../../operations.ts'
import { patienceOf } from '../../repositories.ts'
import type { ReplicaPoint } from '../../replicas.ts'
import type { RestoredDataset } from './restored-dataset.ts'
import { newestBackup } from '../points/newest-backup.ts'
import { adoptFrom, bytesBelow } from './parts-of-tree.ts'

/**
 * Restores what was deleted from a journal on another node, as of the last write before the deletion. (After any other
 * incident the service continues on that node, from the journal's state.) Undefined where no journal reaches back that
 * far, or backups lead to a later state.
 * @param evenIfOlder attempts at anything newer have failed
 */
export async function restoreFromJournal(
  operations: Operations,
  incident: Incident,
  damage: Damage,
  { evenIfOlder = false } = {},
): Promise<RestoredDataset | undefined> {
  const { world, strategy } = operations
  const { only, dataset } = damage
  const found = journalPoint(operations, incident, damage)
  if (only === undefined || found === undefined) return undefined
  const { point, node } = found
  if (!evenIfOlder && newestBackup(operations, incident, damage) > world.instant(point.cut_s)) return undefined
  const { simulation } = world
  const { files } = world.dataset(dataset)
  const cut = world.instant(point.cut_s)
  const bytes = bytesBelow(point.tree, only)
  const session = simulation.flows.resource({ name: 'recovery', capacity: Infinity })
  try {
    const { keepTrying_s } = strategy.recovery
    const held = { session, ...patienceOf(world, { keepTrying_s, session, node }) }
    await ship(world, { from: node, to: world.nodeOf(dataset).name, bytes, purpose: 'restore', ...held })
  } catch (error) {
    if (error instanceof EngineError) return undefined
    throw error
  }
  adoptFrom(point.tree, files, only, world.clock.now())
  const expected = files.at(cut)
  if (expected === undefined || !compareTrees(files.root, expected, only).equal) {
    throw new Error(`the journal of ${dataset} on ${node} is not what the history holds at ${point.cut_s} s`)
  }
  return {
    store: `journal on ${node}`,
    recoveryPoint_s: point.cut_s,
    restored_bytes: bytes,
    lost_bytes: files.writtenBytes(cut, world.instant(incident.detected_s), only),
    passedOver: [],
    older: false,
    left: [],
  }
}

/** The state that a journal offers for restoring a deleted part; undefined when there is none. */
export function journalPoint(
  { world, strategy, replicas }: Operations,
  incident: Incident,
  { only, dataset }: Damage,
): { readonly point: ReplicaPoint; readonly node: string } | undefined {
  if (only === undefined || !world.nodeOf(dataset).alive) return undefined
  let best: { readonly point: ReplicaPoint; readonly node: string } | undefined
  for (const job of strategy.jobs) {
    const journal = journalKeptBy(job)
    if (journal?.dataset !== dataset || !world.node(journal.to).alive) continue
    const point = replicas.of(journal).newestUpTo(incident.onset_s * (1 - Number.EPSILON))
    if (point !== undefined && point.cut_s > (best?.point.cut_s ?? -Infinity)) best = { point, node: journal.to }
  }
  return best
}
