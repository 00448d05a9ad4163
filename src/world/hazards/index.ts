import type { RandomStream } from '../../kernel/index.ts'
import type { HazardSpecification } from '../specification.ts'
import type { World } from '../world.ts'
import { deletion } from './deletion.ts'
import type { HazardKind, Incident } from './hazard.ts'
import { ransomware } from './ransomware.ts'
import { site } from './site.ts'

const kinds: { readonly [K in HazardSpecification['kind']]: HazardKind<Extract<HazardSpecification, { kind: K }>> } = {
  site,
  deletion,
  ransomware,
}

/** Lets a hazard strike the world now. */
export function strike(world: World, hazard: HazardSpecification, random: RandomStream): Incident {
  const kind = kinds[hazard.kind] as HazardKind<HazardSpecification>
  const incident = kind.strike(world, hazard, random)
  const { target } = hazard
  world.simulation.trace?.instant('incident', hazard.name, incident.onset_s, { kind: hazard.kind, target })
  return incident
}

export type { Damage, Incident } from './hazard.ts'
