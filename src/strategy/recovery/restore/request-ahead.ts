import { EngineError } from '../../../engine/errors.ts'
import { packsToRestore } from '../../../engine/index.ts'
import type { RecoveryPoint } from '../../recovery-points.ts'
import { isThere, newestBackup } from '../points/newest-backup.ts'
import { byPreference, expectedRestore_s, isReachable, isTainted, prospectOf } from '../points/preference.ts'
import { planOf } from './restore-candidate.ts'
import type { RestoreTask } from './restore-candidate.ts'
import { journalPoint } from './restore-from-journal.ts'
import { snapshotToRevertTo } from './revert.ts'

/**
 * The point that a restore will use, where an archive has to thaw it or a vault to send it first. Undefined where
 * nothing has to be requested, or where it is not known yet which one: the newest clean point, if points have to be
 * examined to find it.
 */
export function pointToRequest(task: RestoreTask): RecoveryPoint | undefined {
  const { operations, incident, damage } = task
  const { world, strategy } = operations
  const { dataset, only, backAt_s, intactOn } = damage
  const isUnknown = incident.logical && only === undefined && strategy.recovery.cleanPoint !== undefined
  if (backAt_s !== undefined || intactOn !== undefined || isUnknown) return undefined
  const point = firstChoice(task)
  if (point === undefined || goesBackWithoutBackups(task)) return undefined
  const isKeyLost = world.conditions.holding('key-loss').some(({ hazard }) => hazard.target === point.store)
  const isAway = world.store(point.store).behaviour.isAway?.(`${dataset}/`) === true
  return isAway && !isKeyLost ? point : undefined
}

/**
 * Requests what the restore of a point will read; resolves when it can be read. Requests for all datasets are made as
 * soon as the recovery is declared, not when a restore's turn comes.
 */
export async function requestAhead(task: RestoreTask, { store, snapshot: id }: RecoveryPoint): Promise<void> {
  const { repositories, world } = task.operations
  const { dataset } = task.damage
  try {
    const repository = await repositories.consult(store, dataset)
    const snapshot = await repository.snapshot(id)
    const candidate = { store, repository, snapshot, expected_s: 0 }
    const { only } = planOf({ ...task, part: undefined }, candidate, repositories.cutOf(snapshot))
    const packs = await packsToRestore(repository, id, only === undefined ? {} : { only })
    await world.store(store).behaviour.medium?.prepare?.(packs.map((pack) => `${dataset}/${pack}`))
  } catch (error) {
    // The restore meets the same error, and reports it.
    if (!(error instanceof EngineError)) throw error
  }
}

/**
 * What a restore will take first, as far as it can be told without opening repositories. A store that cannot be reached
 * now is passed over.
 */
function firstChoice({ operations, incident, damage, cuts }: RestoreTask): RecoveryPoint | undefined {
  const { world, points } = operations
  const { dataset } = damage
  const { bytes } = world.dataset(dataset).files
  const node = world.nodeOf(dataset).name
  const there = points.all.filter(
    (point) =>
      point.dataset === dataset &&
      !isTainted(incident, world.instant(point.cut_s), world) &&
      (cuts?.has(world.instant(point.cut_s)) ?? true) &&
      isThere(world, point) &&
      isReachable(world, world.store(point.store), node),
  )
  const newest_s = there.reduce((newest, { cut_s }) => Math.max(newest, cut_s), -Infinity)
  return there
    .filter(({ cut_s }) => cut_s === newest_s)
    .map((point) => {
      const prospect = prospectOf(world, world.store(point.store), dataset, node)
      return { point, time: world.instant(point.cut_s), expected_s: expectedRestore_s(prospect, bytes) }
    })
    .sort(byPreference)[0]?.point
}

/** Whether the array or a journal leads to a later state than the backups do. */
function goesBackWithoutBackups({ operations, incident, damage, cuts }: RestoreTask): boolean {
  if (cuts !== undefined) return false
  const journal = journalPoint(operations, incident, damage)
  const isInJournal =
    journal !== undefined && operations.world.instant(journal.point.cut_s) >= newestBackup(operations, incident, damage)
  return isInJournal || snapshotToRevertTo(operations, incident, damage) !== undefined
}
