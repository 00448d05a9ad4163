import { z } from 'zod'
import type { HazardSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import { named } from '../schema/section.ts'
import { site } from './site.ts'
import { credentialCompromise } from './credential-compromise.ts'
import { deletion } from './deletion.ts'
import { ransomware } from './ransomware.ts'
import { accountLoss } from './account-loss.ts'
import { bitRot } from './bit-rot.ts'
import { burst } from './burst.ts'
import { catalogueLoss } from './catalogue-loss.ts'
import { clockSkew } from './clock-skew.ts'
import { disk } from './disk.ts'
import { keyLoss } from './key-loss.ts'
import { linkDegradation } from './link-degradation.ts'
import { linkOutage } from './link-outage.ts'
import { monitoringFailure } from './monitoring-failure.ts'
import { nodeCrash } from './node-crash.ts'
import { node } from './node.ts'
import { power } from './power.ts'
import { rack } from './rack.ts'
import { region } from './region.ts'
import { restoreFailure } from './restore-failure.ts'
import { retentionPoisoning } from './retention-poisoning.ts'
import { retentionRunsOn } from './retention-runs-on.ts'
import { silentFailure } from './silent-failure.ts'
import { softwareBug } from './software-bug.ts'
import type { HazardReference } from './reader.ts'

/** Every kind of hazard that a scenario can have. */
const readers = [
  site,
  deletion,
  ransomware,
  accountLoss,
  bitRot,
  burst,
  catalogueLoss,
  clockSkew,
  credentialCompromise,
  disk,
  keyLoss,
  linkDegradation,
  linkOutage,
  monitoringFailure,
  nodeCrash,
  node,
  power,
  rack,
  region,
  restoreFailure,
  retentionPoisoning,
  retentionRunsOn,
  silentFailure,
  softwareBug,
] as const

type Reader = (typeof readers)[number]
type SchemasOf<Readers extends readonly Reader[]> = { [At in keyof Readers]: Readers[At]['schema'] }

// `map` forgets that it keeps the places of a tuple.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const schemas = readers.map(({ schema }) => schema) as unknown as SchemasOf<typeof readers>

export const hazards = named(z.discriminatedUnion('kind', schemas))

export type HazardDocument = z.output<typeof hazards>[string]

const byKind = new Map<string, Reader>(readers.map((reader) => [reader.kind, reader]))

/** Reads a hazard that matches the schema. Problems and assumptions go to the compilation. */
export function readHazard(name: string, written: HazardDocument, compilation: Compilation): HazardSpecification {
  return readerOf(written.kind).read(name, written, compilation)
}

/** Names in a hazard that must refer to something. */
export function referencesOf(hazard: HazardSpecification): readonly HazardReference[] {
  return readerOf(hazard.kind).references(hazard)
}

function readerOf(kind: string): Reader {
  const reader = byKind.get(kind)
  if (reader === undefined) throw new Error(`the schema let a hazard of kind ${kind} through`)
  return reader
}

export type { HazardReference, Referable } from './reader.ts'
