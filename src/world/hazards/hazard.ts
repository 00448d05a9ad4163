import type { RandomStream } from '../../kernel/index.ts'
import type { HazardSpecification } from '../specification.ts'
import type { World } from '../world.ts'

/** Data that an incident took or tainted. */
export interface Damage {
  readonly dataset: string
  /** Paths that are gone, when not the whole dataset is. */
  readonly only?: readonly string[]
}

/** What has happened, as the world knows it; people know it from `detected_s` on. */
export interface Incident {
  readonly hazard: HazardSpecification
  readonly onset_s: number
  readonly detected_s: number
  /** Deletion, corruption, ransomware: points made after the onset are tainted, and work done after it is lost. */
  readonly logical: boolean
  readonly damage: readonly Damage[]
  readonly destroyedNodes: readonly string[]
  readonly destroyedStores: readonly string[]
}

/** One kind of hazard. To add one: a file beside this, and a line in the registry. */
export interface HazardKind<S extends HazardSpecification> {
  readonly kind: S['kind']
  /** Lets the hazard strike now. Effects that come later are scheduled in the world. */
  strike(world: World, hazard: S, random: RandomStream): Incident
}
