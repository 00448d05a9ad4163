import type { RandomStream } from '../../kernel/index.ts'
import { sample } from '../sample.ts'
import type { EstateSpecification, HazardCommon } from '../estate.ts'
import type { Distribution } from '../sample.ts'
import type { World } from '../world.ts'
import type { HazardKind } from './hazard.ts'
import type { Damage, Incident } from '../failures/incident.ts'

/**
 * Failures that come together: heat after a cooling failure, disks of one batch, a flood that takes the power first.
 * Each of the hazards strikes once, at the onset or within a time after it. All of them become known together: at the
 * last strike or at the first detection, whichever is later.
 */
export interface BurstHazard extends HazardCommon {
  readonly kind: 'burst'
  /** Names of hazards, in the order in which simultaneous ones strike. */
  readonly of: readonly string[]
  /** Distribution of the time from the onset to each strike; the first one strikes at the onset. */
  readonly within: Distribution
  /** The time from the onset to each strike, seconds, where it is fixed. */
  readonly delays_s?: readonly number[]
}

/** What a burst needs from the other kinds of hazard. */
export interface OtherHazards {
  strike(world: World, hazard: HazardCommon, random: RandomStream): Incident
  hitsOf(hazard: HazardCommon, estate: EstateSpecification): 'estate' | 'protection'
}

export const burst = (others: OtherHazards): HazardKind<BurstHazard> => ({
  kind: 'burst',
  hits: (hazard, estate) => {
    const named = hazard.of.flatMap((name) => estate.hazards.get(name) ?? [])
    // Bursts of bursts are refused by the reader of scenarios.
    const parts = named.filter(({ kind }) => kind !== 'burst')
    return parts.some((part) => others.hitsOf(part, estate) === 'estate') ? 'estate' : 'protection'
  },
  strike(world, hazard, random) {
    const onset_s = world.simulation.now
    const parts: Incident[] = []
    const strikeNow = (name: string): void => {
      const part = world.specification.hazards.get(name)
      if (part === undefined) throw new Error(`there is no hazard named ${name}`)
      parts.push(others.strike(world, part, world.simulation.random(name, `in ${hazard.name}`, onset_s)))
    }
    let last_s = onset_s
    for (const [index, name] of hazard.of.entries()) {
      const delay_s = hazard.delays_s?.[index] ?? (index === 0 ? 0 : sample(hazard.within, random))
      last_s = Math.max(last_s, onset_s + delay_s)
      if (delay_s === 0) strikeNow(name)
      else world.simulation.at(onset_s + delay_s, () => strikeNow(name))
    }
    return {
      hazard,
      onset_s,
      strikesUntil_s: last_s,
      detected_s: Math.max(last_s, Math.min(...parts.map((part) => part.detected_s))),
      get logical() {
        return parts.some((part) => part.logical)
      },
      // Evaluated on access, which comes after the last strike.
      get damage() {
        // An intruder who was shut out before starting has done nothing.
        return joined(parts.filter((part) => part.onset_s <= this.detected_s))
      },
      get destroyedNodes() {
        return [...new Set(parts.flatMap((part) => part.destroyedNodes))]
      },
      get destroyedStores() {
        return [...new Set(parts.flatMap((part) => part.destroyedStores))]
      },
      get invadedNodes() {
        return [...new Set(parts.flatMap((part) => part.invadedNodes ?? []))]
      },
      contain: () => {
        for (const part of parts) part.contain?.()
      },
    }
  },
})

/** The last unbroken span out of use: what was in use between two outages counts from the second. */
function lastOutage(outages: ReadonlyArray<{ readonly since_s: number; readonly backAt_s: number }>): {
  since_s: number
  backAt_s: number
} {
  let since_s = Infinity
  let backAt_s = -Infinity
  for (const outage of outages.toSorted((a, b) => b.backAt_s - a.backAt_s)) {
    if (outage.backAt_s < since_s && backAt_s > -Infinity) break
    since_s = Math.min(since_s, outage.since_s)
    backAt_s = Math.max(backAt_s, outage.backAt_s)
  }
  return { since_s, backAt_s }
}

/** The combined damage, one entry for each dataset. Destroyed data take precedence over data out of reach. */
function joined(parts: readonly Incident[]): Damage[] {
  const all = parts.flatMap(({ damage, onset_s }) => damage.map((each) => ({ since_s: onset_s, ...each })))
  return [...Map.groupBy(all, ({ dataset }) => dataset)].map(([dataset, damages]): Damage => {
    const harmed = damages.filter(({ backAt_s }) => backAt_s === undefined)
    const outage = lastOutage(damages.map(({ since_s, backAt_s = Infinity }) => ({ since_s, backAt_s })))
    if (harmed.length === 0) return { dataset, ...outage, ...allUnsynced(damages) }
    const { since_s } = outage
    if (harmed.some(({ only, intactOn }) => only === undefined && intactOn === undefined)) return { dataset, since_s }
    const only = [...new Set(harmed.flatMap((each) => each.only ?? []))].sort()
    // A dataset that lost its machine and a part of its data is repaired once there is another machine.
    if (only.length > 0) return { dataset, since_s, only, ...deletedIn(harmed) }
    return { dataset, since_s, intactOn: harmed[0]!.intactOn! }
  })
}

function deletedIn(damages: readonly Damage[]): Pick<Damage, 'bytes'> {
  const counted = damages.flatMap(({ bytes }) => bytes ?? [])
  return counted.length === 0 ? {} : { bytes: counted.reduce((sum, bytes) => sum + bytes, 0) }
}

/** The writes that several crashes kept from reaching the disk. */
function allUnsynced(damages: readonly Damage[]): Pick<Damage, 'unsynced'> {
  const crashes = damages.flatMap(({ unsynced }) => unsynced ?? [])
  if (crashes.length === 0) return {}
  const since_s = Math.min(...crashes.map((crash) => crash.since_s))
  return { unsynced: { since_s, bytes: crashes.reduce((sum, { bytes }) => sum + bytes, 0) } }
}
