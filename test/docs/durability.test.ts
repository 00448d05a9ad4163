import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as firedrill from '../../src/index.ts'

const page = readFileSync(fileURLToPath(new URL('../../docs/durability.md', import.meta.url)), 'utf8')

interface Example {
  readonly title: string
  readonly code: string
}

function examples(): Example[] {
  return page.split('\n## ').flatMap((section) => {
    const [title = ''] = section.split('\n')
    return [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => ({ title, code: code! }))
  })
}

/** Runs an example; every line that ends in "// → value" must have that value. */
async function play({ code }: Example): Promise<number> {
  let promises = 0
  const checks: Array<[found: unknown, expected: unknown, line: string]> = []
  const body = code.split('\n').map((line) => {
    const imported = /^import (\{.*\}) from 'firedrill'$/.exec(line)
    if (imported !== null) return `const ${imported[1]} = firedrill`
    const promised = /^(.*\S) \/\/ → (.*)$/.exec(line)
    if (promised === null) return line
    promises += 1
    return `check(${promised[1]}, ${promised[2]}, ${JSON.stringify(line)})`
  })
  // oxlint-disable-next-line typescript/no-implied-eval -- the page is ours
  const run = new Function('firedrill', 'check', `return (async () => {\n${body.join('\n')}\n})()`)
  await run(firedrill, (...check: [unknown, unknown, string]) => checks.push(check))
  for (const [found, expected, line] of checks) {
    if (typeof expected === 'number') expect(found, line).toBeCloseTo(expected, 6)
    else expect(found, line).toBe(expected)
  }
  expect(checks).toHaveLength(promises)
  return promises
}

describe('docs/durability.md', () => {
  it.each(examples())('$title: what it says comes out', async (example) => {
    expect(await play(example)).toBeGreaterThan(0)
  })
})
