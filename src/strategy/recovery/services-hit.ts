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
 * back: by urgency, and none before what it depends on. What others depend on is as urgent as the most urgent of them.
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

function inOrderOfNeed(services: readonly ServiceSpecification[]): ServiceSpecification[] {
  const dependents = (name: string): ServiceSpecification[] =>
    services.filter(({ dependsOn }) => dependsOn.includes(name))
  // No service depends on itself, by whatever detour: who reads the scenario sees to that.
  const urgency = ({ name, priority }: ServiceSpecification): number =>
    Math.min(priority, ...dependents(name).map(urgency))
  const ordered = new Set<ServiceSpecification>()
  const add = (service: ServiceSpecification): void => {
    for (const name of service.dependsOn) {
      const needed = services.find((other) => other.name === name)
      if (needed !== undefined) add(needed)
    }
    ordered.add(service)
  }
  for (const service of services.toSorted((a, b) => urgency(a) - urgency(b))) add(service)
  return [...ordered]
}
