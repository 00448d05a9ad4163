import { Simulation } from '../../src/kernel/index.ts'
import { World } from '../../src/world/index.ts'
import type {
  DatasetSpecification,
  LinkSpecification,
  NodeSpecification,
  StoreSpecification,
} from '../../src/world/specification.ts'

export const START = Date.UTC(2026, 0, 5) / 1000

const FREE = {
  chunk: Infinity,
  hash: Infinity,
  compress: Infinity,
  encrypt: Infinity,
  decrypt: Infinity,
  decompress: Infinity,
}

/** A node on which nothing takes time. */
export function node(name: string, site: string, parts: Partial<NodeSpecification> = {}): NodeSpecification {
  return {
    name,
    site,
    cpu: { preset: 'unlimited', cores: 1, rates_bytesPerSecond: FREE },
    disk: {
      read_bytesPerSecond: Infinity,
      write_bytesPerSecond: Infinity,
      capacity_bytes: Infinity,
      scan_entriesPerSecond: Infinity,
    },
    ...parts,
  }
}

/** A store on which nothing takes time. */
export function disk(name: string, site: string): StoreSpecification {
  return {
    kind: 'disk',
    name,
    site,
    read_bytesPerSecond: Infinity,
    write_bytesPerSecond: Infinity,
    capacity_bytes: Infinity,
    latency_s: 0,
    usdPerYear: 0,
  }
}

/** A world of sites named by what stands at them, without data unless some is given. */
export function smallWorld(parts: {
  readonly nodes: readonly NodeSpecification[]
  readonly stores: readonly StoreSpecification[]
  readonly links: readonly LinkSpecification[]
  readonly datasets?: readonly DatasetSpecification[]
}): World {
  const named = <T extends { readonly name: string }>(things: readonly T[]): Map<string, T> =>
    new Map(things.map((thing) => [thing.name, thing]))
  const sites = [...new Set([...parts.nodes, ...parts.stores].map(({ site }) => site))]
  const simulation = new Simulation({ seed: 'small world' })
  const world = new World(
    {
      sites: named(sites.map((name) => ({ name, region: name }))),
      nodes: named(parts.nodes),
      stores: named(parts.stores),
      links: named(parts.links),
      domains: new Map(),
      datasets: named(parts.datasets ?? []),
      services: new Map(),
      credentials: new Map(),
      principals: new Map(),
      hazards: new Map(),
    },
    simulation,
    { start: START },
  )
  world.timetable.start()
  return world
}
