import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GROUPS } from '../validated.ts'

const DOCS = join(import.meta.dirname, '../../docs')
const page = readFileSync(join(DOCS, 'validation.md'), 'utf8')
const rows = [...page.matchAll(/^\| (.*) \| \[[\w-]+\]\((\.\.\/test\/[\w/.-]+)\) \|$/gm)]

// Each row is held by the test that it links: test/validated.ts.
describe('docs/validation.md', () => {
  it('has rows in every group', () => {
    for (const group of GROUPS) {
      const section = page.split(`## ${group}\n`)[1]!.split('\n## ')[0]!
      expect(section.match(/\]\(\.\.\/test\//g)?.length ?? 0, group).toBeGreaterThan(0)
    }
    expect(rows.length).toBeGreaterThan(50)
  })

  it('links tests that hold the row', () => {
    for (const path of new Set(rows.map(([, , target = '']) => target))) {
      const file = join(DOCS, path)
      expect(existsSync(file) && /\b(validated|holds)\(/.test(readFileSync(file, 'utf8')), path).toBe(true)
    }
  })

  it('says nothing twice', () => {
    const cases = rows.map(([, cells = '']) => cells.slice(0, cells.indexOf(' | ')))
    expect(new Set(cases).size).toBe(cases.length)
  })
})
