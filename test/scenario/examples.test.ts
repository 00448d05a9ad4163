import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { weakSpots } from '../../src/scenario/checks/weak-spots.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const read = (name: string) => parseScenario(readFileSync(join(EXAMPLES, name), 'utf8'), name)

describe('the examples', () => {
  it.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml')))('%s has no mistake', (name) => {
    expect(read(name).strategies.length).toBeGreaterThan(1)
  })

  it('have no weak spot where they are to be followed', () => {
    expect(weakSpots(read('shards.yaml'))).toEqual([])
    for (const spot of weakSpots(read('clinic.yaml'))) expect(spot).toMatch(/^strategy nightly-for-all: /)
  })
})
