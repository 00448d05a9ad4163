import type { RandomStream } from '../src/kernel/index.ts'

/** One gigabit per second, in bytes. */
const GIGABIT = 1e9 / 8

/** Hosts, links with their capacities in bytes per second, and the links between any two hosts. */
export interface Topology {
  readonly name: string
  readonly capacities: readonly number[]
  path(from: number, to: number): readonly number[]
  /** Two hosts between which a transfer is likely. */
  pick(random: RandomStream): readonly [from: number, to: number]
}

/** 64 hosts around one switch of 40 Gbit/s; eight of them are servers with ten times the bandwidth and most of the traffic. */
export function star(random: RandomStream): Topology {
  const hosts = 64
  const capacities: number[] = []
  for (let host = 0; host < hosts; host++) {
    const capacity = (host < 8 ? 10 : 1) * GIGABIT * (0.8 + 0.4 * random.uniform())
    capacities.push(capacity, capacity)
  }
  capacities.push(40 * GIGABIT)
  return {
    name: 'star',
    capacities,
    path: (from, to) => [2 * from, 2 * hosts, 2 * to + 1],
    pick: (draw) => apart(draw.integer(hosts), draw.integer(draw.chance(0.7) ? 8 : hosts), hosts),
  }
}

/** A fat tree of 8-port switches: 128 hosts, every link one gigabit, each pair of hosts bound to one path by its hash. */
export function fatTree(): Topology {
  const half = 4
  const hosts = 8 * half * half
  const capacities: number[] = []
  const numbers = new Map<string, number>()
  const link = (name: string): number => {
    let number = numbers.get(name)
    if (number === undefined) {
      number = capacities.push(GIGABIT) - 1
      numbers.set(name, number)
    }
    return number
  }
  const path = (from: number, to: number): number[] => {
    const hash = from * 7919 + to * 104_729
    const [edge, otherEdge] = [Math.floor(from / half), Math.floor(to / half)]
    const [pod, otherPod] = [Math.floor(edge / half), Math.floor(otherEdge / half)]
    const over = hash % half
    const core = Math.floor(hash / half) % half
    const links = [link(`host ${from} up`)]
    if (edge !== otherEdge) {
      links.push(link(`edge ${edge} up ${over}`))
      if (pod !== otherPod)
        links.push(link(`pod ${pod} ${over} up ${core}`), link(`pod ${otherPod} ${over} down ${core}`))
      links.push(link(`edge ${otherEdge} down ${over}`))
    }
    return [...links, link(`host ${to} down`)]
  }
  for (let from = 0; from < hosts; from++) for (let to = 0; to < hosts; to++) if (from !== to) path(from, to)
  return {
    name: 'fat-tree',
    capacities,
    path,
    pick: (draw) => apart(draw.integer(hosts), draw.integer(hosts), hosts),
  }
}

/** Eight sites of 16 hosts, a link of its own between any two sites each way, and most traffic to two of the sites. */
export function wan(random: RandomStream): Topology {
  const sites = 8
  const perSite = 16
  const hosts = sites * perSite
  const capacities: number[] = []
  const add = (capacity: number): number => capacities.push(capacity) - 1
  const up: number[] = []
  const down: number[] = []
  for (let host = 0; host < hosts; host++) {
    up.push(add(GIGABIT * (0.5 + random.uniform())))
    down.push(add(GIGABIT * (0.5 + random.uniform())))
  }
  const between = Array.from({ length: sites }, (_, a) =>
    Array.from({ length: sites }, (__, b) => (a === b ? -1 : add(GIGABIT * (0.5 + 4 * random.uniform())))),
  )
  const out = Array.from({ length: sites }, () => add(8 * GIGABIT))
  const into = Array.from({ length: sites }, () => add(8 * GIGABIT))
  return {
    name: 'wan',
    capacities,
    path: (from, to) => {
      const [a, b] = [Math.floor(from / perSite), Math.floor(to / perSite)]
      return a === b ? [up[from]!, down[to]!] : [up[from]!, out[a]!, between[a]![b]!, into[b]!, down[to]!]
    },
    pick: (draw) => {
      const from = draw.integer(hosts)
      const to = draw.chance(0.6) ? draw.integer(2) * perSite + draw.integer(4) : draw.integer(hosts)
      return apart(from, to, hosts)
    },
  }
}

function apart(from: number, to: number, hosts: number): readonly [number, number] {
  return [from, from === to ? (to + 1) % hosts : to]
}
