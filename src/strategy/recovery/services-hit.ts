import type { Damage, Incident, World } from '../../world/index.ts'
import type { ServiceSpecification } from '../../world/specification.ts'

/** A service that an incident takes down. */
export interface HitService {
  readonly service: ServiceSpecification
  /** To its own data; none where only a service that it depends on is down. */
  readonly damage: readonly Damage[]
  /** Since when it is down, seconds since start. */
  readonly onset_s: number
}

/**
 * The services that an incident takes down, by their data or by what they depend on, in the order in which to bring them
 * back: by urgency, and none before what it depends on.
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

/** Of the most urgent service that needs a dataset; the lower the sooner. */
export function urgencyOf({ specification }: World, dataset: string): number {
  const services = [...specification.services.values()]
  const needing = services.filter(({ needs }) => needs.includes(dataset))
  return Math.min(...needing.map((service) => urgency(service, services)))
}

/** What others depend on is as urgent as the most urgent of them. */
function urgency({ name, priority }: ServiceSpecification, services: readonly ServiceSpecification[]): number {
  // No service depends on itself, by whatever detour: who reads the scenario sees to that.
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
