import type { Resource } from '../kernel/index.ts'
import type { Link } from './link.ts'

/** What traffic from one place to another passes, in order. */
export interface Route {
  readonly resources: readonly Resource[]
  /** Sum of the links' latencies, one way. */
  readonly latency_s: number
}

interface Edge {
  readonly to: string
  readonly resource: Resource | undefined
  readonly latency_s: number
}

/** What stands at which site. */
export interface Places {
  readonly nodes: ReadonlyMap<string, { readonly site: string }>
  readonly stores: ReadonlyMap<string, { readonly site: string }>
}

/**
 * Routes between sites, nodes and stores: fewest hops first, then least latency, then order in the scenario.
 * Nodes and stores are one hop from their site at no cost; a link that names them directly is used instead because it
 * saves a hop.
 */
export class RouteTable {
  readonly #edges = new Map<string, Edge[]>()
  readonly #found = new Map<string, Route | undefined>()

  constructor(places: Places, links: ReadonlyMap<string, Link>) {
    for (const { specification: link, forward, backward } of links.values()) {
      const [a, b] = link.between
      this.#add(a, { to: b, resource: forward, latency_s: link.latency_s })
      this.#add(b, { to: a, resource: backward, latency_s: link.latency_s })
    }
    for (const [name, { site }] of [...places.nodes, ...places.stores]) {
      this.#add(name, { to: site, resource: undefined, latency_s: 0 })
      this.#add(site, { to: name, resource: undefined, latency_s: 0 })
    }
  }

  #add(from: string, edge: Edge): void {
    const edges = this.#edges.get(from)
    if (edges === undefined) this.#edges.set(from, [edge])
    else edges.push(edge)
  }

  /** Undefined when no links connect the two. */
  find(from: string, to: string): Route | undefined {
    const key = `${from}\n${to}`
    if (!this.#found.has(key)) this.#found.set(key, this.#search(from, to))
    return this.#found.get(key)
  }

  #search(from: string, to: string): Route | undefined {
    let frontier = new Map<string, Route>([[from, { resources: [], latency_s: 0 }]])
    const visited = new Set<string>([from])
    while (frontier.size > 0) {
      const arrived = frontier.get(to)
      if (arrived !== undefined) return arrived
      const next = new Map<string, Route>()
      for (const [place, route] of frontier) {
        for (const edge of this.#edges.get(place) ?? []) {
          if (visited.has(edge.to)) continue
          const latency_s = route.latency_s + edge.latency_s
          const known = next.get(edge.to)
          if (known !== undefined && known.latency_s <= latency_s) continue
          const resources = edge.resource === undefined ? route.resources : [...route.resources, edge.resource]
          next.set(edge.to, { resources, latency_s })
        }
      }
      for (const place of next.keys()) visited.add(place)
      frontier = next
    }
    return undefined
  }
}
