import { EngineError } from '../../engine/errors.ts'
import type { World } from '../../world/index.ts'
import { cutOver } from './bring-back.ts'
import type { Comeback } from './comeback.ts'
import { courseOf } from './comeback.ts'
import { lastOf } from './course.ts'
import type { Step } from './course.ts'
import type { Effort } from './effort.ts'
import { failBack } from './fail-back.ts'
import { standAgainAfter_s } from './machines.ts'
import type { Recovery } from './recovery.ts'
import type { HitService } from './services-hit.ts'
import type { StandbyPoint } from './points/standby-point.ts'

/**
 * Lets a service continue on the standby that has its data: the standby is started, rolled back to a state before a
 * logical incident, and cut over to when everything that the service depends on is back. If the standby is struck
 * meanwhile, returns the step that ended when that became known.
 */
export async function failOver(
  effort: Effort,
  hit: HitService,
  points: readonly StandbyPoint[],
  needed: ReadonlyArray<Promise<Comeback>>,
): Promise<Comeback | Step> {
  const { world, strategy } = effort.operations
  const { service } = hit
  const { startStandby_s } = strategy.recovery
  // A machine that is only down must not continue writing when it is up again, or there would be two writers.
  for (const { dataset } of points) world.dataset(dataset).suspend()
  const started = await effort.wait(
    'provision',
    `start the standby of ${service.name}`,
    effort.declared,
    startStandby_s,
  )
  let fails = false
  const rolledBack = await effort.step('apply', `roll ${service.name} back by the journal`, started, async () => {
    for (const { node, rollback_bytes } of points) fails ||= !(await isRolledBack(world, node, rollback_bytes))
  })
  if (fails) return rolledBack
  const others = await Promise.all(needed)
  const without = others.filter(({ lost }) => lost).map((other) => `depends on ${other.service}, which is lost`)
  const ready = lastOf([rolledBack, ...others.map(({ last }) => last)])!
  const last = without.length > 0 ? ready : await cutOver(effort, service.name, ready)
  if (points.some(({ node }) => !world.node(node).alive)) return last
  const recovery = recoveryOn(effort, hit, points, { last, without })
  const finished =
    without.length > 0
      ? Promise.resolve(recovery)
      : failBack(effort, hit, points, last).then((home) => {
          const served_s =
            (home === undefined ? standsAgain_s(effort, hit) : world.simulation.now) - effort.declared.ended_s
          return { ...recovery, failBack: home, served_s: Math.max(0, served_s) }
        })
  return { service: service.name, lost: without.length > 0, last, finished }
}

/** When the home is available again although nobody fails back: an outage has ended, or replacements have arrived. */
function standsAgain_s({ operations, declared, incident }: Effort, { damage }: HitService): number {
  const { world, strategy } = operations
  const datasets = damage.map(({ dataset }) => dataset)
  const replaced_s = declared.ended_s + standAgainAfter_s(world, strategy.recovery, incident, datasets)
  return Math.max(...damage.map(({ backAt_s = replaced_s }) => backAt_s))
}

function recoveryOn(
  effort: Effort,
  hit: HitService,
  points: readonly StandbyPoint[],
  { last, without }: { readonly last: Step; readonly without: readonly string[] },
): Recovery {
  const { world } = effort.operations
  const { logical, detected_s } = effort.incident
  const lost = without.length > 0
  const until = world.instant(logical ? detected_s : hit.onset_s)
  const course = courseOf(effort, hit, last)
  return {
    ...course,
    outcome: lost ? 'lost' : 'recovered',
    reason: without.join('; '),
    store: lost ? undefined : [...new Set(points.map(({ node }) => node))].join(', '),
    recoveryPoint_s: lost ? undefined : Math.min(...points.map(({ cut_s }) => cut_s)),
    complete_s: course.back_s,
    restored_bytes: 0,
    lost_bytes: points.reduce(
      (sum, { dataset, cut_s }) => sum + world.dataset(dataset).files.writtenBytes(world.instant(cut_s), until),
      0,
    ),
    verified: !lost,
    failBack: undefined,
  }
}

/** Reads the journal and writes its contents over later states; false when the standby is struck meanwhile. */
async function isRolledBack(world: World, node: string, bytes: number): Promise<boolean> {
  if (bytes === 0) return true
  const { reads, writes } = world.node(node)
  const over = [...reads, ...writes].map((resource) => ({ resource }))
  try {
    await world.simulation.flows.transfer({ amount: bytes, over, purpose: 'restore' }).done
    return true
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return false
  }
}
