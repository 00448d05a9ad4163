import { describe, expect, it } from 'vitest'
import { complete } from '../../src/page/completion.ts'
import { jsonSchema } from '../../src/scenario/json-schema.ts'

const schema = jsonSchema()
const HEAD = `firedrill: 1
topology:
  sites:
    office: { region: eu-west }
  stores:
    nas: { site: office, kind: disk }
    bucket: { site: office, kind: object }
`

/** What is offered at the end of a text. */
function offered(text: string): readonly string[] {
  return complete(text, schema)?.candidates ?? []
}

describe('completion', () => {
  it('offers the sections that are not there yet', () => {
    expect(offered(HEAD)).toEqual(expect.arrayContaining(['datasets', 'services', 'hazards', 'strategies']))
    expect(offered(HEAD)).not.toContain('topology')
    expect(offered(`${HEAD}da`)).toEqual(['datasets'])
  })

  it('offers keys within braces, and within blocks', () => {
    expect(offered(`${HEAD}services:\n  web: { obj`)).toEqual(['objectives'])
    expect(offered(`${HEAD}services:\n  web:\n    needs: [x]\n    obj`)).toEqual(['objectives'])
    expect(offered(`${HEAD}services:\n  web: { objectives: { `)).toEqual(['rpo', 'rto'])
    expect(offered(`${HEAD}services:\n  web: { objectives: { rpo: 1 h, `)).toEqual(['rto'])
  })

  it('offers only what goes with the kind that is written', () => {
    const object = offered(`topology:\n  stores:\n    s: { kind: object, `)
    expect(object).toContain('class')
    expect(offered(`topology:\n  stores:\n    s: { kind: disk, `)).not.toContain('class')
  })

  it('offers values: choices, examples of quantities, names that the scenario has', () => {
    expect(offered('topology:\n  stores:\n    s: { class: s3-g')).toEqual([
      's3-glacier-instant',
      's3-glacier-flexible',
      's3-glacier-deep-archive',
    ])
    expect(offered('hor'.concat('izon: '))).toEqual(['13 weeks'])
    expect(offered(`${HEAD}strategies:\n  nightly:\n    - backup: { to: `)).toEqual(['nas', 'bucket'])
    expect(offered(`${HEAD}  nodes:\n    files: { site: `)).toEqual(['office'])
  })

  it('knows the jobs of a list, one after the other', () => {
    expect(offered(`strategies:\n  nightly:\n    - ba`)).toEqual(['backup'])
    expect(offered(`strategies:\n  nightly:\n    - backup: { dataset: d, to: s, at: daily 22:00 }\n    - co`)).toEqual([
      'copy',
    ])
    expect(offered(`strategies:\n  nightly:\n    - backup: { dataset: d, typ`)).toEqual(['type'])
  })

  it('is silent in comments and where names are free', () => {
    expect(offered('name: x # ho')).toEqual([])
    expect(offered('topology:\n  sites:\n    of')).toEqual([])
  })
})
