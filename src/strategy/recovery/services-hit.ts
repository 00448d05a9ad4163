import type { Damage, Incident, World } from '../../world/index.ts'
import type { ServiceSpecification } from '../../world/specification.ts'

/** A service that an incident takes down. */
export interface HitService {
  readonly service: ServiceSpecification
  /** Damage to its own data; empty where only a service that it depends on is down. */
  readonly damage: readonly Damage[]
  /** Since when it is down, seconds since start. */
  readonly onset_s: number
}

/**
 * The services that an incident takes down, through their data or through their dependencies, in the order in which to
 * bring them back: by urgency, and none before what it depends on.
 */
export function servicesHit(
  { specification }: World,
  { damage, onset_s }: Pick<Incident, 'damage' | 'onset_s'>,
): HitService[] {
  const { services } = specification
  const hit = new Map<string, HitService>()
  for (const service of inOrderOfNeed([...services.values()])) {
    const own = damage.filter(({ dataset }) => service.needs.includes(dataset))
    const onsets = [
      ...own.map(({ since_s }) => since_s ?? onset_s),
      ...service.dependsOn.flatMap((name) => hit.get(name)?.onset_s ?? []),
    ]
    if (onsets.length > 0) hit.set(service.name, { service, damage: own, onset_s: Math.min(...onsets) })
  }
  return [...hit.values()]
}

/** Priority of the most urgent service that needs a dataset; lower is more urgent. */
export function urgencyOf({ specification }: World, dataset: string): number {
  const services = [...specification.services.values()]
  const needing = services.filter(({ needs }) => needs.includes(dataset))
  return Math.min(...needing.map((service) => urgency(service, services)))
}

/** A service is as urgent as the most urgent of those that depend on it. */
function urgency({ name, priority }: ServiceSpecification, services: readonly ServiceSpecification[]): number {
  // Ends, because the scenario reader rejects circular dependencies.
  const dependents = services.filter(({ dependsOn }) => dependsOn.includes(name))
  return Math.min(priority, ...dependents.map((other) => urgency(other, services)))
}

function inOrderOfNeed(services: readonly ServiceSpecification[]): ServiceSpecification[] {
  const ordered = new Set<ServiceSpecification>()
  const add = (service: ServiceSpecification): void => {
    for (const name of service.dependsOn) {
      const needed = services.find((other) => other.name === name)
      if (needed !== undefined) add(needed)
    }
    ordered.add(service)
  }
  for (const service of services.toSorted((a, b) => urgency(a, services) - urgency(b, services))) add(service)
  return [...ordered]
}
