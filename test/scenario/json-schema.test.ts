import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { MEANINGS } from '../../src/scenario/schema/meanings.ts'
import { jsonSchemaText } from '../../src/scenario/json-schema.ts'

const scenarios = new URL('../../scenarios/', import.meta.url)
const committed = readFileSync(new URL('schema.json', scenarios), 'utf8')

describe('scenarios/schema.json', () => {
  // Read as any JSON Schema: what an editor would see in it.
  const schema = z.fromJSONSchema(JSON.parse(committed))
  const accepts = (url: URL): boolean => schema.safeParse(parse(readFileSync(url, 'utf8'), { merge: true })).success

  it('is what the schema in the source gives; else: npm run schema', () => {
    expect(committed).toBe(jsonSchemaText())
  })

  it('says of every key what it means, and nothing of keys that are not there', () => {
    const told = new Set<string>()
    const untold: string[] = []
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      for (const [key, property] of Object.entries('properties' in value ? (value.properties ?? {}) : {})) {
        const { description } = property as { description?: string }
        if (description === undefined || description === '') untold.push(key)
        else told.add(description)
      }
      for (const each of Object.values(value)) walk(each)
    }
    walk(JSON.parse(committed))
    expect(untold).toEqual([])
    expect(Object.keys(MEANINGS).filter((key) => !told.has(MEANINGS[key]!))).toEqual([])
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
