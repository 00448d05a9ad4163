import { describe, expect, it } from 'vitest'
import { Simulation } from '../../../src/kernel/index.ts'
import { Link } from '../../../src/world/network/link.ts'
import { RouteTable } from '../../../src/world/network/route.ts'
import type { LinkSpecification } from '../../../src/world/specification.ts'
import { Timetable } from '../../../src/world/timetable.ts'

function routes(links: ReadonlyArray<readonly [name: string, a: string, b: string, latency_s: number]>): RouteTable {
  const simulation = new Simulation({ seed: 'route' })
  const timetable = new Timetable(simulation)
  const built = new Map<string, Link>()
  for (const [name, a, b, latency_s] of links) {
    const link: LinkSpecification = { name, between: [a, b], bandwidth_bytesPerSecond: 1e6, latency_s, usdPerMonth: 0 }
    built.set(name, new Link(link, simulation, timetable))
  }
  const world = {
    nodes: new Map([['files', { specification: { site: 'office' } }]]),
    stores: new Map([
      ['nas', { specification: { site: 'office' } }],
      ['s3', { specification: { site: 'cloud' } }],
    ]),
  }
  return new RouteTable(world, built)
}

const names = (table: RouteTable, from: string, to: string) => table.find(from, to)?.resources.map(({ name }) => name)

describe('routes', () => {
  it('between things at one site cost nothing', () => {
    expect(routes([]).find('files', 'nas')).toEqual({ resources: [], latency_s: 0 })
  })

  it('take a link that names both ends rather than the free way through the site', () => {
    expect(names(routes([['lan', 'files', 'nas', 0.001]]), 'files', 'nas')).toEqual(['lan (files→nas)'])
  })

  it('pass the link between the sites, in the direction of the traffic', () => {
    const table = routes([['wan', 'office', 'cloud', 0.025]])
    expect(names(table, 'files', 's3')).toEqual(['wan (office→cloud)'])
    expect(names(table, 's3', 'files')).toEqual(['wan (cloud→office)'])
  })

  it('have the fewest hops, and of those the least latency', () => {
    const table = routes([
      ['slow', 'office', 'cloud', 0.3],
      ['fast', 'office', 'cloud', 0.1],
      ['a', 'office', 'hub', 0.001],
      ['b', 'hub', 'cloud', 0.001],
    ])
    expect(names(table, 'files', 's3')).toEqual(['fast (office→cloud)'])
    expect(table.find('files', 's3')?.latency_s).toBe(0.1)
  })

  it('do not lead through a store that a link names', () => {
    const direct = [
      ['lan', 'files', 'nas', 0],
      ['uplink', 'nas', 'cloud', 0.001],
    ] as const
    expect(routes(direct).find('files', 's3')).toBeUndefined()
    const table = routes([...direct, ['a', 'office', 'hub', 0.01], ['b', 'hub', 'cloud', 0.01]])
    expect(names(table, 'files', 's3')).toEqual(['a (office→hub)', 'b (hub→cloud)'])
    expect(names(table, 'nas', 's3')).toEqual(['uplink (nas→cloud)'])
  })

  it('do not lead through a server with a line of its own, unless it is the only way there is', () => {
    const own = ['own', 'files', 'cloud', 0.001] as const
    const table = routes([own, ['a', 'office', 'hub', 0.01], ['b', 'hub', 'cloud', 0.01]])
    expect(names(table, 'nas', 's3')).toEqual(['a (office→hub)', 'b (hub→cloud)'])
    expect(names(table, 'files', 's3')).toEqual(['own (files→cloud)'])
    expect(names(routes([own]), 'nas', 's3')).toEqual(['own (files→cloud)'])
  })

  it('do not exist where no links lead', () => {
    expect(routes([]).find('files', 's3')).toBeUndefined()
  })
})
