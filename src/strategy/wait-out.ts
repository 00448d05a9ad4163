import { compareTrees } from '../adapters/virtual/index.ts'
import type { Damage, Incident, World } from '../world/index.ts'
import type { Recovery } from './recover.ts'

/**
 * An outage that leaves all data unharmed is waited out, not recovered from: nobody declares a disaster, and each service is
 * back when all its data are in use again. Nothing is lost but what a crash kept from reaching the disk; what is waited for
 * after the detection counts as provisioning.
 */
export async function waitOut(world: World, incident: Incident): Promise<Recovery[]> {
  const { simulation } = world
  const down = [...world.specification.services.values()].flatMap(({ name, needs }) => {
    const damage = incident.damage.filter(({ dataset }) => needs.includes(dataset))
    if (damage.length === 0) return []
    const onset_s = Math.min(...damage.map(({ since_s }) => since_s ?? incident.onset_s))
    const unsynced = damage.flatMap((each) => each.unsynced ?? [])
    return [
      {
        name,
        onset_s,
        back_s: Math.max(...damage.map(({ backAt_s }) => backAt_s!)),
        point_s: Math.min(onset_s, ...unsynced.map(({ since_s }) => since_s)),
        lost_bytes: unsynced.reduce((sum, { bytes }) => sum + bytes, 0),
      },
    ]
  })
  const last_s = Math.max(simulation.now, ...down.map(({ back_s }) => back_s))
  await simulation.sleep(last_s - simulation.now)
  for (const damage of incident.damage) assertUnharmed(world, damage, damage.since_s ?? incident.onset_s)
  return down.map(({ name, onset_s, back_s, point_s, lost_bytes }): Recovery => {
    const detect = Math.min(incident.detected_s, back_s) - onset_s
    return {
      service: name,
      onset_s,
      outcome: 'recovered',
      reason: '',
      store: undefined,
      recoveryPoint_s: point_s,
      back_s,
      phases_s: {
        detect,
        declare: 0,
        provision: back_s - onset_s - detect,
        retrieve: 0,
        transfer: 0,
        apply: 0,
        verify: 0,
        cutOver: 0,
      },
      restored_bytes: 0,
      lost_bytes,
      verified: true,
    }
  })
}

/** What an outage leaves must be what the history holds for its onset, and for every instant of it. */
export function assertUnharmed(world: World, { dataset, backAt_s }: Damage, onset_s: number): void {
  const { files } = world.dataset(dataset)
  const before = files.at(world.instant(onset_s))
  // At the instant at which it is back the application may have written already.
  const after = files.at(world.instant(backAt_s! * (1 - Number.EPSILON)))
  if (before === undefined || after === undefined || !compareTrees(after, before).equal) {
    throw new Error(`an outage has changed ${dataset}, which it should have left alone`)
  }
}
