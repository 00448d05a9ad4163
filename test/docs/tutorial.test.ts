import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { headline, support } from '../../src/report/text/words.ts'
import { verdictOf } from '../../src/report/text/verdict.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const ROOT = join(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/tutorial.md'), 'utf8')

/** Blocks of a kind, in order: what stands behind the fence, and what is in it. */
function blocks(kind: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block)
}

const [scenario = ''] = blocks('yaml')
const [copied = '', frequent = ''] = blocks('yaml strategies')
const [lines = ''] = blocks('yaml experiment')
const [monitoring = ''] = blocks('yaml monitoring')
const mistakes = new Map([...page.matchAll(/```text mistake (\S+)\n(.*)\n```/g)].map(([, name, text]) => [name, text]))

/** The scenario with a strategy below those that it has. */
const withStrategy = (text: string, strategy: string): string => text.replace('\nhazards:', `${strategy}\nhazards:`)
const improved = withStrategy(scenario, copied)
const finished = withStrategy(improved, frequent).replace('\nhazards:', `\n${monitoring}\nhazards:`)

function messageOf(text: string): string {
  try {
    parseScenario(text, 'bakery.yaml')
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
  }
  return 'no mistake'
}

describe('docs/tutorial.md', { timeout: 120_000 }, () => {
  it('says rightly that a NAS in the shop burns with it', async () => {
    const results = await run(parseScenario(scenario, 'bakery.yaml'), { replications: 3 })
    expect(headline(verdictOf(results))).toMatch(
      /^nas-only does not meet every objective: everything lost in all 3 drills of fire; /,
    )
  })

  it('says rightly that the copy in the cloud survives, on either line, and that a faster one does nothing for deletions', async () => {
    const { cells } = await run(parseScenario(improved + lines, 'bakery.yaml'), { replications: 3 })
    const lost = cells.map(({ strategy, topology, hazards }) => [strategy, topology, hazards[0]!.lost])
    expect(lost).toEqual([
      ['nas-only', 'base', 3],
      ['nas-only', 'wan-200m', 3],
      ['nas-and-cloud', 'base', 0],
      ['nas-and-cloud', 'wan-200m', 0],
    ])
    const [, , slow, fast] = cells
    expect(fast!.hazards[0]!.rto!.mean).toBeLessThan(slow!.hazards[0]!.rto!.mean - 3000)
    expect(fast!.hazards[1]!.rto!.mean).toBeCloseTo(slow!.hazards[1]!.rto!.mean, -1)
  })

  it('ends with the file in examples/, which has a strategy that meets every objective', async () => {
    const example = readFileSync(join(ROOT, 'examples/bakery.yaml'), 'utf8')
    expect(finished).toBe(example.slice(example.indexOf('\n') + 1))
    const verdict = verdictOf(await run(parseScenario(finished, 'bakery.yaml'), { replications: 20 }))
    // The cost to a few dollars: it follows the engine's overhead.
    const [, said = '', usd = ''] = /^> (every-four-hours .*): \$(\d+) a year\.$/m.exec(page) ?? []
    expect(headline(verdict)).toContain(`${said}: $`)
    expect(Math.abs(Number(usd) / verdict.best!.cell.cost.total_usdPerYear - 1)).toBeLessThan(0.02)
    expect(support(verdict.best!)).toContain('all 40 drills within the objectives')
    expect(verdict.cells[1]!.trials.filter(({ hazard }) => hazard === 'fire').map(({ met }) => met)).toEqual([20, 20])
  })

  it('shows the answers to the three most likely mistakes as they are', () => {
    expect([...mistakes]).toEqual([
      ['strategy-at-the-end', messageOf(scenario + copied)],
      ['no-unit', messageOf(scenario.replace('rpo: 24 h', 'rpo: 24'))],
      ['wrong-name', messageOf(scenario.replace('to: nas', 'to: NAS'))],
    ])
  })
})
