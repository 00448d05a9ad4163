import type { EstateSpecification } from './estate.ts'
import type { HazardSpecification } from './hazards/index.ts'

/** A world as a scenario describes it. */
export interface WorldSpecification extends EstateSpecification {
  readonly hazards: ReadonlyMap<string, HazardSpecification>
}

export type {
  CpuRates,
  DatasetSpecification,
  DomainSpecification,
  LinkSpecification,
  NodeSpecification,
  ServiceSpecification,
  SiteSpecification,
  VmSpecification,
} from './estate.ts'
export type { HazardSpecification } from './hazards/index.ts'
export type { Distribution } from './sample.ts'
export type { ObjectStorePrices } from './storage-meter.ts'
export type { StoreSpecification } from './stores/index.ts'
export type { Schedule, StepFunction } from './timetable.ts'
