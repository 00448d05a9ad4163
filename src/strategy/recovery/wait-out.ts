import type { Incident, World } from '../../world/index.ts'
import type { Comeback } from './comeback.ts'
import { criticalPath, phasesOf } from './course.ts'
import type { Step } from './course.ts'
import type { Effort } from './effort.ts'
import type { Recovery } from './recovery.ts'
import { servicesHit } from './services-hit.ts'
import type { HitService } from './services-hit.ts'
import { assertUnharmed } from './restore/unharmed.ts'

/**
 * An outage that leaves all data unharmed is waited out, not recovered from: no disaster is declared, and each service
 * is back when all its data and dependencies are available again. Nothing is lost but the writes that a crash kept from
 * the disk. Waiting after the detection counts as provisioning.
 */
export async function waitOut(world: World, incident: Incident): Promise<Recovery[]> {
  const { simulation } = world
  const backs_s = new Map<string, number>()
  const down = servicesHit(world, incident).map((hit) => {
    const needed_s = hit.service.dependsOn.map((name) => backs_s.get(name) ?? 0)
    const back_s = Math.max(...hit.damage.map(({ backAt_s }) => backAt_s!), ...needed_s)
    backs_s.set(hit.service.name, back_s)
    return { hit, back_s }
  })
  const last_s = Math.max(simulation.now, ...backs_s.values())
  await simulation.sleep(last_s - simulation.now)
  for (const damage of incident.damage) assertUnharmed(world, damage, damage.since_s ?? incident.onset_s)
  return down.map(({ hit, back_s }) => backAgain(incident, hit, back_s))
}

/** A service that only an outage keeps down waits for its end, while other services may be recovered. */
export async function waitOutAlone(effort: Effort, hit: HitService): Promise<Comeback> {
  const { operations, incident, declared } = effort
  const { simulation } = operations.world
  const { damage, service } = hit
  const back_s = Math.max(...damage.map(({ backAt_s }) => backAt_s!))
  const left_s = Math.max(0, back_s - simulation.now)
  const last = left_s === 0 ? declared : await effort.wait('provision', `wait for ${service.name}`, declared, left_s)
  for (const each of damage) assertUnharmed(operations.world, each, each.since_s ?? incident.onset_s)
  return { service: service.name, lost: false, last, finished: Promise.resolve(backAgain(incident, hit, back_s)) }
}

function backAgain(incident: Incident, { service, damage, onset_s }: HitService, back_s: number): Recovery {
  const unsynced = damage.flatMap((each) => each.unsynced ?? [])
  const detected_s = Math.min(incident.detected_s, back_s)
  const detect: Step = { phase: 'detect', what: 'detect', began_s: onset_s, ended_s: detected_s, after: undefined }
  const what = `wait for the end of ${incident.hazard.name}`
  const path = criticalPath({ phase: 'provision', what, began_s: detected_s, ended_s: back_s, after: detect })
  return {
    service: service.name,
    onset_s,
    outcome: 'recovered',
    reason: '',
    store: undefined,
    recoveryPoint_s: Math.min(onset_s, ...unsynced.map(({ since_s }) => since_s)),
    back_s,
    complete_s: back_s,
    path,
    phases_s: phasesOf(path),
    restored_bytes: 0,
    lost_bytes: unsynced.reduce((sum, { bytes }) => sum + bytes, 0),
    verified: true,
    failBack: undefined,
  }
}
