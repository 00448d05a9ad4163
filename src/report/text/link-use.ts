import type { LinkRow } from '../../experiment/results.ts'

/** The 95th percentile of a link's five-minute means as a share of its capacity; 0 where capacity has no limit. */
export function utilisation(link: LinkRow): number {
  return link.p95_bytesPerSecond / link.capacity_bytesPerSecond
}

/** The link, in one direction, whose 95th percentile is nearest to its capacity. */
export function busiestLink(links: readonly LinkRow[]): LinkRow | undefined {
  return links.toSorted((a, b) => utilisation(b) - utilisation(a)).at(0)
}
