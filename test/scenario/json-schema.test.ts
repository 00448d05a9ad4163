import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { jsonSchemaText } from '../../src/scenario/json-schema.ts'

const scenarios = new URL('../../scenarios/', import.meta.url)
const committed = readFileSync(new URL('schema.json', scenarios), 'utf8')

describe('scenarios/schema.json', () => {
  // Read as any JSON Schema: what an editor would see in it.
  const schema = z.fromJSONSchema(JSON.parse(committed))
  const accepts = (url: URL): boolean => schema.safeParse(parse(readFileSync(url, 'utf8'), { merge: true })).success

  it('is what the schema in the source gives; else: node tools/write-schema.ts', () => {
    expect(committed).toBe(jsonSchemaText())
  })

  it.each(readdirSync(scenarios).filter((name) => name.endsWith('.yaml')))('accepts %s', (name) => {
    expect(accepts(new URL(name, scenarios))).toBe(true)
  })

  it.each([
    'unknown-key',
    'rate-in-mbps',
    'unit-in-wrong-case',
    'unknown-class',
    'percentage-without-percent',
    'no-version',
  ])('has an editor underline %s', (name) => {
    expect(accepts(new URL(`wrong/${name}.yaml`, import.meta.url))).toBe(false)
  })
})
