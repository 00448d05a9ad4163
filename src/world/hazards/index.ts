import type { RandomStream } from '../../kernel/index.ts'
import type { TargetedHazard } from '../failures/conditions.ts'
import type { EstateSpecification, HazardCommon } from '../estate.ts'
import type { World } from '../world.ts'
import { accountLoss } from './account-loss.ts'
import { bitRot } from './bit-rot.ts'
import { burst } from './burst.ts'
import type { BurstHazard } from './burst.ts'
import { catalogueLoss } from './catalogue-loss.ts'
import { clockSkew } from './clock-skew.ts'
import { credentialCompromise } from './credential-compromise.ts'
import { deletion } from './deletion.ts'
import { disk } from './disk.ts'
import { keyLoss } from './key-loss.ts'
import { linkDegradation } from './link-degradation.ts'
import { linkOutage } from './link-outage.ts'
import { monitoringFailure } from './monitoring-failure.ts'
import { nodeCrash } from './node-crash.ts'
import { node } from './node.ts'
import { power } from './power.ts'
import { rack } from './rack.ts'
import { ransomware } from './ransomware.ts'
import { region } from './region.ts'
import { restoreFailure } from './restore-failure.ts'
import { retentionPoisoning } from './retention-poisoning.ts'
import { retentionRunsOn } from './retention-runs-on.ts'
import { silentFailure } from './silent-failure.ts'
import { site } from './site.ts'
import { softwareBug } from './software-bug.ts'
import type { HazardKind } from './hazard.ts'
import type { Incident } from '../failures/incident.ts'

/** Every kind of hazard but the burst, which is made of others. */
const single = {
  'account-loss': accountLoss,
  'bit-rot': bitRot,
  'catalogue-loss': catalogueLoss,
  'clock-skew': clockSkew,
  'credential-compromise': credentialCompromise,
  deletion,
  disk,
  'key-loss': keyLoss,
  'link-degradation': linkDegradation,
  'link-outage': linkOutage,
  'monitoring-failure': monitoringFailure,
  'node-crash': nodeCrash,
  node,
  power,
  rack,
  ransomware,
  region,
  'restore-failure': restoreFailure,
  'retention-poisoning': retentionPoisoning,
  'retention-runs-on': retentionRunsOn,
  'silent-failure': silentFailure,
  site,
  'software-bug': softwareBug,
}

type SpecificationOf<Kind> = Kind extends HazardKind<infer S> ? S : never

/** A hazard of any kind. */
export type HazardSpecification = SpecificationOf<(typeof single)[keyof typeof single]> | BurstHazard

const kinds: Readonly<Record<string, HazardKind<HazardCommon>>> = { ...single, burst: burst({ strike, hitsOf }) }

/** Makes a hazard strike the world now. */
export function strike(world: World, hazard: HazardCommon, random: RandomStream): Incident {
  const incident = kindOf(hazard).strike(world, hazard, random)
  // A burst names other hazards instead of a target.
  const { target, of = [] }: Partial<Pick<BurstHazard, 'of'> & TargetedHazard> = hazard
  world.simulation.trace?.instant('incident', hazard.name, incident.onset_s, {
    kind: hazard.kind,
    target: target ?? of.join(', '),
  })
  return incident
}

/** Whether a hazard takes away data or services, or hits only what protects them. */
export function hitsOf(hazard: HazardCommon, estate: EstateSpecification): 'estate' | 'protection' {
  return kindOf(hazard).hits(hazard, estate)
}

function kindOf({ kind }: HazardCommon): HazardKind<HazardCommon> {
  const known = kinds[kind]
  if (known === undefined) throw new Error(`there is no hazard of kind ${kind}`)
  return known
}
