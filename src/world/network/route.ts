import { mathisThroughput, tcpWindowRate } from '../../kernel/index.ts'
import type { Resource } from '../../kernel/index.ts'
import type { Link } from './link.ts'
import type { Node } from '../nodes/node.ts'

/** The links and cards that traffic from one place to another passes, in order. */
export interface Route {
  readonly resources: readonly Resource[]
  /** Sum of the links' latencies, one way. */
  readonly latency_s: number
  /** The most that one TCP connection reaches where its window is small or segments are lost; caps each transfer. */
  readonly cap_bytesPerSecond?: number
}

/** Payload of a TCP segment over Ethernet. */
const SEGMENT_BYTES = 1460

interface Edge {
  readonly to: string
  readonly link: Link | undefined
  readonly resource: Resource | undefined
  readonly latency_s: number
}

/** A route under construction. */
interface Path {
  readonly resources: readonly Resource[]
  readonly latency_s: number
  /** Probability that a segment arrives. */
  readonly delivery: number
  /** The smallest window on the way. */
  readonly window_bytes: number
}

/** Where the ends of routes are. */
export interface Places {
  readonly nodes: ReadonlyMap<
    string,
    { readonly specification: { readonly site: string }; readonly network?: Node['network'] }
  >
  readonly stores: ReadonlyMap<string, { readonly specification: { readonly site: string } }>
}

/**
 * Routes between sites, nodes and stores over links that are up: fewest hops first, then least latency, then order in
 * the scenario.
 * Nodes and stores are one hop from their site, at no cost but the capacity of a node's cards; a link that names them
 * directly wins because it saves a hop. Stores never forward traffic for others. A node does only where no links lead
 * around it, as a gateway does; a second card alone does not make a server one. Standby links count only where nothing
 * else connects. Where every route is down, the usual one is returned, and what is sent over it fails.
 */
export class RouteTable {
  readonly #places: Places
  readonly #edges = new Map<string, Edge[]>()
  readonly #found = new Map<string, Route | undefined>()

  constructor(places: Places, links: ReadonlyMap<string, Link>) {
    this.#places = places
    for (const link of links.values()) {
      const { between, latency_s } = link.specification
      const [a, b] = between
      this.#add(a, { to: b, link, resource: link.forward, latency_s })
      this.#add(b, { to: a, link, resource: link.backward, latency_s })
    }
    for (const [name, { specification, network }] of places.nodes) this.#stand(name, specification.site, network)
    for (const [name, { specification }] of places.stores) this.#stand(name, specification.site, undefined)
  }

  #stand(name: string, site: string, network: Node['network']): void {
    this.#add(name, { to: site, link: undefined, resource: network?.out, latency_s: 0 })
    this.#add(site, { to: name, link: undefined, resource: network?.in, latency_s: 0 })
  }

  #add(from: string, edge: Edge): void {
    const edges = this.#edges.get(from)
    if (edges === undefined) this.#edges.set(from, [edge])
    else edges.push(edge)
  }

  /** Undefined when no links connect the two. */
  find(from: string, to: string): Route | undefined {
    const key = `${from}\n${to}`
    if (!this.#found.has(key)) {
      const { nodes, stores } = this.#places
      const path =
        this.#path(from, to, (place) => !stores.has(place) && !nodes.has(place)) ??
        this.#path(from, to, (place) => !stores.has(place))
      this.#found.set(key, path === undefined ? undefined : routeOf(path))
    }
    return this.#found.get(key)
  }

  /** @param forwards whether a place that is not an end of the route lets traffic through */
  #path(from: string, to: string, forwards: (place: string) => boolean): Path | undefined {
    return (
      this.#search(from, to, forwards, (link) => !link.down && link.specification.standby !== true) ??
      this.#search(from, to, forwards, (link) => !link.down) ??
      this.#search(from, to, forwards, () => true)
    )
  }

  /** Call when a link has gone down or come back: routes are computed again. */
  forget(): void {
    this.#found.clear()
  }

  #search(
    from: string,
    to: string,
    forwards: (place: string) => boolean,
    usable: (link: Link) => boolean,
  ): Path | undefined {
    let frontier = new Map<string, Path>([[from, { resources: [], latency_s: 0, delivery: 1, window_bytes: Infinity }]])
    const visited = new Set<string>([from])
    while (frontier.size > 0) {
      const arrived = frontier.get(to)
      if (arrived !== undefined) return arrived
      const next = new Map<string, Path>()
      for (const [place, route] of frontier) {
        if (place !== from && !forwards(place)) continue
        for (const edge of this.#edges.get(place) ?? []) {
          if (visited.has(edge.to) || (edge.link !== undefined && !usable(edge.link))) continue
          const latency_s = route.latency_s + edge.latency_s
          const known = next.get(edge.to)
          if (known !== undefined && known.latency_s <= latency_s) continue
          const resources = edge.resource === undefined ? route.resources : [...route.resources, edge.resource]
          const { loss = 0, tcpWindow_bytes = Infinity } = edge.link?.specification ?? {}
          const delivery = route.delivery * (1 - loss)
          const window_bytes = Math.min(route.window_bytes, tcpWindow_bytes)
          next.set(edge.to, { resources, latency_s, delivery, window_bytes })
        }
      }
      for (const place of next.keys()) visited.add(place)
      frontier = next
    }
    return undefined
  }
}

function routeOf({ resources, latency_s, delivery, window_bytes }: Path): Route {
  const cap_bytesPerSecond = Math.min(
    tcpWindowRate(window_bytes, latency_s),
    mathisThroughput(SEGMENT_BYTES, 2 * latency_s, 1 - delivery),
  )
  return { resources, latency_s, ...(cap_bytesPerSecond === Infinity ? {} : { cap_bytesPerSecond }) }
}
