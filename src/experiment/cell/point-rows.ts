import { selectSnapshots } from '../../engine/index.ts'
import type { RecoveryPoint } from '../../strategy/recovery-points.ts'
import type { CellNames, OperatedWorld } from './operated-world.ts'
import type { PointRow } from '../results.ts'

/** Every recovery point that has existed at any store so far, with the reason why each remaining one is kept. */
export function pointRows({ operations, world }: OperatedWorld, names: CellNames): PointRow[] {
  const { points, strategy } = operations
  const groups = Map.groupBy(points.all, ({ dataset, store }) => JSON.stringify([dataset, store]))
  return [...groups.values()].flatMap((group) => {
    const reasons = reasonsOf(group, strategy.jobs, world.clock.now(), world.start)
    return group.map((point) => ({
      ...names,
      dataset: point.dataset,
      store: point.store,
      cut_s: point.cut_s,
      durable_s: point.since_s,
      forgotten_s: Number.isFinite(point.until_s) ? point.until_s : undefined,
      reason: reasons.get(point) ?? '',
    }))
  })
}

/** What the retention policy decides at this instant about the points of one dataset at one store. */
function reasonsOf(
  group: readonly RecoveryPoint[],
  jobs: OperatedWorld['operations']['strategy']['jobs'],
  now: number,
  start: number,
): Map<RecoveryPoint, string> {
  const kept = group.filter((point) => !Number.isFinite(point.until_s))
  const [first] = group
  const job = jobs.find(
    (each) =>
      'to' in each &&
      each.to === first?.store &&
      (each.kind === 'copy' || ('dataset' in each && each.dataset === first.dataset)),
  )
  const keep = job !== undefined && 'keep' in job ? job.keep : undefined
  if (keep === undefined) return new Map(kept.map((point) => [point, 'nothing is forgotten']))
  const snapshots = kept.map(({ snapshot, cut_s }) => ({ id: snapshot, time: start + cut_s }))
  const decisions = selectSnapshots(snapshots, keep, now)
  return new Map(
    kept.map((point, index) => {
      const reasons = decisions[index]?.reasons ?? []
      return [
        point,
        reasons.length === 0 ? 'no rule: needed by others, locked, or due to be forgotten' : reasons.join(', '),
      ]
    }),
  )
}
