import { cluster } from './cluster.ts'
import { courier } from './courier.ts'
import { disk } from './disk.ts'
import { object } from './object.ts'
import { tape } from './tape.ts'
import type { StoreBehaviour, StoreKind, StoreSetting } from './store-kind.ts'

/** Every kind of store. */
const kinds = { cluster, courier, disk, object, tape }

type SpecificationOf<Kind> = Kind extends StoreKind<infer S> ? S : never

/** A store of any kind. */
export type StoreSpecification = SpecificationOf<(typeof kinds)[keyof typeof kinds]>

/** The behaviour of the store's kind beyond holding bytes. */
export function behaviourOf(
  specification: StoreSpecification,
  setting: StoreSetting,
  origin?: StoreBehaviour,
): StoreBehaviour {
  const kind = kinds[specification.kind] as StoreKind<StoreSpecification>
  return kind.build(specification, setting, origin)
}

export { Cluster } from './cluster.ts'
export type { ClusterStoreSpecification } from './cluster.ts'
export type { CourierStoreSpecification } from './courier.ts'
export type { DiskStoreSpecification } from './disk.ts'
export type { ObjectStoreSpecification, StorageClass, Transition } from './object.ts'
export type { ReadingProspect, StoreBehaviour, StoreCost } from './store-kind.ts'
export type { Thaw } from './thawing.ts'
export type { TapeStoreSpecification, VaultSpecification } from './tape.ts'
