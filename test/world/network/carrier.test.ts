import { describe, expect, it } from 'vitest'
import { carrierOf } from '../../../src/world/index.ts'

/** Nodes and stores by name, each at a site. */
const estate = (nodes: Record<string, string>, stores: Record<string, string>) => ({
  nodes: placed(nodes),
  stores: placed(stores),
})

function placed(sites: Record<string, string>) {
  return new Map(Object.entries(sites).map(([name, site]) => [name, { name, site }]))
}

describe('what goes from one store to another is carried', () => {
  const stores = { origin: 'here', target: 'there' }

  it('by a node beside the origin', () => {
    expect(carrierOf(estate({ x: 'else', t: 'there', o: 'here' }, stores), 'origin', 'target')).toBe('o')
  })

  it('else by one beside the target', () => {
    expect(carrierOf(estate({ x: 'else', t: 'there' }, stores), 'origin', 'target')).toBe('t')
  })

  it('else by the first of all', () => {
    expect(carrierOf(estate({ x: 'else', y: 'else' }, stores), 'origin', 'target')).toBe('x')
    expect(carrierOf(estate({}, stores), 'origin', 'target')).toBeUndefined()
  })
})
