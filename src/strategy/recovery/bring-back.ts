import type { Incident } from '../../world/index.ts'
import type { Comeback } from './comeback.ts'
import { courseOf } from './comeback.ts'
import { lastOf } from './course.ts'
import type { Step } from './course.ts'
import type { Effort } from './effort.ts'
import type { Recovery } from './recovery.ts'
import type { RestoreQueue, Restored } from './restore/restore-queue.ts'
import { megabytes } from './restore/runs-from-backup.ts'
import type { HitService } from './services-hit.ts'

/**
 * Brings a service back by restoring its data: when the data and everything that it depends on are back, it is verified
 * and cut over. If it is struck again before that, the restore is repeated.
 */
export async function bringBack(
  effort: Effort,
  hit: HitService,
  queue: RestoreQueue,
  { needed, after }: { readonly needed: ReadonlyArray<Promise<Comeback>>; readonly after: Step },
): Promise<Comeback> {
  const { service, damage } = hit
  for (let begun = after; ;) {
    const asked = begun
    const restored = await Promise.all(damage.map((item) => queue.of(item, service.servesWith, asked)))
    const others = await Promise.all(needed)
    // Dependencies that were back earlier hold nothing up.
    const ready = lastOf([asked, ...[...restored, ...others].map(({ last }) => last)])!
    const failures = [
      ...restored.flatMap(({ result }) => (typeof result === 'string' ? [result] : [])),
      ...others.filter((other) => other.lost).map((other) => `depends on ${other.service}, which is lost`),
    ]
    if (failures.length > 0) {
      const recovery = lost(effort, hit, restored, { ready, reason: failures.join('; ') })
      return { service: service.name, lost: true, last: ready, finished: Promise.resolve(recovery) }
    }
    // A service that only waited for others continues without a cut-over of its own.
    const last = damage.length === 0 ? ready : await cutOver(effort, service.name, ready)
    const again = damage.some(({ dataset }, at) => effort.setbackOf(dataset, restored[at]!.setbacks) !== undefined)
    if (again) {
      begun = last
      continue
    }
    return { service: service.name, lost: false, last, finished: finish(effort, hit, queue, restored, last) }
  }
}

/** Verifies the service and directs users to where it now runs. */
export async function cutOver(effort: Effort, service: string, ready: Step): Promise<Step> {
  const { world, strategy } = effort.operations
  const { verify_s, cutOver_s, dns_s } = strategy.recovery
  const { priority = 0 } = world.specification.services.get(service) ?? {}
  const check = async (after: Step): Promise<Step> => {
    const verified = await effort.wait('verify', `verify ${service}`, after, verify_s)
    return effort.wait('cutOver', `cut over ${service}`, verified, cutOver_s)
  }
  // Nobody is waited for when there is nothing to do.
  const switched = await (verify_s + cutOver_s === 0 ? check(ready) : effort.byHand(priority, ready, check))
  return dns_s === 0 ? switched : effort.wait('cutOver', `DNS of ${service}`, switched, dns_s)
}

/** Restores what the service could do without at first. */
async function finish(
  effort: Effort,
  hit: HitService,
  queue: RestoreQueue,
  restored: readonly Restored[],
  last: Step,
): Promise<Recovery> {
  const { damage, onset_s } = hit
  const course = courseOf(effort, hit, last)
  const lostWork_s = lostWorkOf(effort.incident, hit, restored)
  const data = restored.flatMap(({ result }) => (typeof result === 'string' ? [] : [result]))
  const rests = await Promise.all(
    restored.flatMap((part, at) => (isInPart(part) ? [queue.rest(damage[at]!, part, last)] : [])),
  )
  if (rests.some(({ fallen }) => fallen)) {
    const after = lastOf(rests.map((rest) => rest.last))!
    const again = await bringBack(effort, hit, queue, { needed: [], after })
    const wrote_bytes = sum(rests, 'lost_bytes')
    return againstLoss(await again.finished, wrote_bytes)
  }
  const missing = rests.flatMap(({ result }) => (typeof result === 'string' ? [`a part is lost: ${result}`] : []))
  const all = [...data, ...rests.flatMap(({ result }) => (typeof result === 'string' ? [] : [result]))]
  const passedOver = all.flatMap((item) => item.passedOver)
  const ran = rests.flatMap(({ remark }) => (remark === '' ? [] : [remark]))
  const older = data.some((item) => item.older)
  return {
    ...course,
    outcome: older || missing.length > 0 ? 'degraded' : 'recovered',
    reason: [...missing, ...passedOver, ...ran].join('; '),
    store: data.length === 0 ? undefined : [...new Set(data.map((item) => item.store))].join(', '),
    // A service that only lost what it depends on loses no data.
    recoveryPoint_s: Math.min(...(data.length === 0 ? [onset_s] : data.map((item) => item.recoveryPoint_s))),
    ...(lostWork_s === undefined ? {} : { lostWork_s }),
    complete_s: Math.max(course.back_s, ...rests.map((rest) => rest.last.ended_s)),
    restored_bytes: sum(all, 'restored_bytes'),
    lost_bytes: sum(data, 'lost_bytes'),
    verified: true,
    failBack: undefined,
  }
}

/** Later strikes of a burst lose the work up to then; undefined where everything was struck at once. */
function lostWorkOf(incident: Incident, { damage }: HitService, restored: readonly Restored[]): number | undefined {
  if (damage.every(({ since_s }) => since_s === undefined)) return undefined
  const lost_s = damage.map(({ since_s = incident.onset_s, backAt_s, unsynced }, at) => {
    const { result } = restored[at]!
    if (backAt_s !== undefined) return unsynced === undefined ? 0 : since_s - unsynced.since_s
    if (typeof result === 'string') return 0
    return (incident.logical ? incident.detected_s : since_s) - result.recoveryPoint_s
  })
  return Math.max(0, ...lost_s)
}

function isInPart({ result }: Restored): boolean {
  return typeof result !== 'string' && result.left.length > 0
}

function lost(
  effort: Effort,
  hit: HitService,
  restored: readonly Restored[],
  { ready, reason }: { readonly ready: Step; readonly reason: string },
): Recovery {
  const { world } = effort.operations
  const course = courseOf(effort, hit, ready)
  const isGone = restored.some(({ result }) => typeof result === 'string')
  const data = restored.flatMap(({ result }) => (typeof result === 'string' ? [] : [result]))
  return {
    ...course,
    outcome: 'lost',
    reason,
    store: undefined,
    recoveryPoint_s: undefined,
    complete_s: course.back_s,
    restored_bytes: 0,
    // Where only something that it depends on is gone, its own data are not.
    lost_bytes: isGone
      ? hit.damage.reduce((bytes, { dataset }) => bytes + world.dataset(dataset).files.bytes, 0)
      : sum(data, 'lost_bytes'),
    verified: false,
    failBack: undefined,
  }
}

/** Adds the writes that were lost on a machine that failed while running from a backup to what the incident took. */
function againstLoss(recovery: Recovery, wrote_bytes: number): Recovery {
  if (wrote_bytes === 0) return recovery
  const gone = `${megabytes(wrote_bytes)} written while it ran from the backup are lost`
  return {
    ...recovery,
    reason: [recovery.reason, gone].filter((text) => text !== '').join('; '),
    lost_bytes: recovery.lost_bytes + wrote_bytes,
  }
}

function sum<K extends 'restored_bytes' | 'lost_bytes'>(data: ReadonlyArray<Record<K, number>>, key: K): number {
  return data.reduce((total, item) => total + item[key], 0)
}
