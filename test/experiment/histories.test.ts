import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cellsOf, drillBlocks } from '../../src/experiment/blocks.ts'
import { runBlock } from '../../src/experiment/cell/run-block.ts'
import type { Finding } from '../../src/experiment/cell/run-block.ts'
import { run } from '../../src/experiment/run.ts'
import { terminalSummary } from '../../src/report/index.ts'
import { parseScenario } from '../../src/scenario/load.ts'

/** A tenth of the miniature, ten weeks of it, in which a fifth of the backups fail by chance. */
function scenario(histories: string) {
  const text = readFileSync('scenarios/miniature.yaml', 'utf8')
    .replace('size: 100 MB, files: 4', 'size: 4 MB, files: 1')
    .replace('at: daily 12:00', 'at: daily 12:00, fails: 20 %')
    .replace('horizon: 10 d', 'horizon: 70 d')
    .replace('warm-up: 2 d', 'warm-up: 14 d')
    .replace('replications: 10', `replications: 40\n  ${histories}`)
  return parseScenario(text, 'miniature.yaml')
}

describe('drills over several histories', () => {
  it('are staged in turn in each, at the instants of a single one', async () => {
    const one = await run(scenario(''))
    const ten = await run(scenario('histories: 10'))
    expect(ten.incidents.map(({ onset_s }) => onset_s)).toEqual(one.incidents.map(({ onset_s }) => onset_s))
    expect(ten.incidents.map(({ history }) => history)).toEqual(ten.incidents.map((_, k) => k % 10))
    // the first history is the only one of the other run, and what goes on without incidents is looked at there
    const first = (results: typeof one) => results.incidents.filter((_, k) => k % 10 === 0).map(({ rpo_s }) => rpo_s)
    expect(first(ten)).toEqual(first(one))
    expect(ten.jobs).toEqual(one.jobs)
    expect(terminalSummary(ten).replaceAll(/\s+/g, ' ')).toContain(
      '40 drills of each hazard in each, over 10 histories',
    )
    expect(ten.incidents.map(({ rpo_s }) => rpo_s)).not.toEqual(one.incidents.map(({ rpo_s }) => rpo_s))
  })

  it('find the same in pieces, and when they go on after an interruption', async () => {
    const [cell] = cellsOf(scenario('histories: 10'), { seed: '1' })
    const blocksFor = (workers: number) => drillBlocks([cell!], { from: 0, count: 40 }, workers, true)
    const [{ block }] = blocksFor(1) as [ReturnType<typeof blocksFor>[number]]
    const findings: Finding[] = []
    const whole = await runBlock(cell!, block, { onFinding: (finding) => findings.push(finding) })
    expect(whole.incidents).toHaveLength(40)
    expect(await runBlock(cell!, block, { known: findings.slice(0, 17) })).toEqual(whole)
    const pieces = await Promise.all(blocksFor(4).map((piece) => runBlock(cell!, piece.block)))
    expect(pieces.length).toBeGreaterThan(1)
    const byNumber = (results: readonly { incidents: typeof whole.incidents }[]) =>
      results.flatMap(({ incidents }) => incidents).sort((a, b) => a.replication - b.replication)
    expect(byNumber(pieces)).toEqual(byNumber([whole]))
    expect(pieces.flatMap(({ undisturbed }) => undisturbed ?? [])).toEqual([whole.undisturbed])
  })

  it('tell the mean, of which one history only tells its own', async () => {
    // failures are independent: the mean age of the newest point is 12 h · (2 − 0.8) ÷ 0.8 = 18 h, and 4 s for the transfer
    const { cells } = await run(scenario('histories: 40'), { replications: 200 })
    const [low, high] = cells[0]!.rpo!.ci95
    expect(low).toBeLessThan(18 * 3600 + 4)
    expect(high).toBeGreaterThan(18 * 3600 + 4)
  })

  it('have other instants of jobs at random intervals, and so has each seed', async () => {
    const text = readFileSync('scenarios/miniature.yaml', 'utf8')
      .replace('size: 100 MB, files: 4', 'size: 4 MB, files: 1')
      .replace('at: daily 12:00', 'every: { exponential: { mean: 24 h } }')
    const startsOf = async (seed: string) => {
      const { jobs } = await run(parseScenario(text, 'miniature.yaml'), { seed, replications: 1 })
      return jobs.map(({ started_s }) => started_s)
    }
    expect(await startsOf('1')).toEqual(await startsOf('1'))
    expect(await startsOf('2')).not.toEqual(await startsOf('1'))
  })
})
