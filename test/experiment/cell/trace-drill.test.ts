import { describe, expect, it } from 'vitest'

import { run } from '../../../src/experiment/run.ts'
import { traceDrill, traceWorld } from '../../../src/experiment/cell/trace-drill.ts'
import { loadScenario } from '../../../src/scenario/load.ts'
import { checkedEvents } from '../../kernel/trace-format.ts'

describe('the trace of a scenario', { timeout: 240_000 }, async () => {
  const scenario = await loadScenario('test/experiment/office.yaml')
  const { replications } = scenario.experiment
  const results = await run(scenario)
  const cells = scenario.strategies.map((strategy) => ({
    scenario,
    strategy,
    topology: scenario.topologies[0]!,
    seed: scenario.seed,
  }))

  it('of the undisturbed world shows every job with its outcome, transfers and loads', async () => {
    const [cell] = cells
    const pieces: string[] = []
    await traceWorld(cell!, (piece) => pieces.push(piece))
    const events = checkedEvents(pieces.join(''))
    const ended = events.filter(({ ph, cat }) => ph === 'e' && cat === 'job')
    const jobs = results.jobs.filter((row) => row.strategy === cell!.strategy.name && row.started_s !== undefined)
    expect(ended).toHaveLength(jobs.length)
    const began = events.filter(({ ph, cat }) => ph === 'b' && cat === 'job')
    expect(began.map(({ name, ts }) => [name, ts! / 1e6])).toEqual(jobs.map(({ job, started_s }) => [job, started_s]))
    expect(ended.filter(({ args }) => args?.['outcome'] === 'succeeded')).toHaveLength(
      jobs.filter(({ outcome }) => outcome === 'succeeded').length,
    )
    const counted = new Set(events.filter(({ ph }) => ph === 'C').map(({ name }) => name))
    expect(counted).toContain('wan (office→cloud)')
    expect(events.some(({ cat }) => cat === 'transfer')).toBe(true)
  })

  it('of a drill is of the drill that the run staged, phase by phase', async () => {
    for (const [index, cell] of cells.entries()) {
      // Every hazard for one strategy, one for each other.
      for (const hazard of scenario.experiment.drills.slice(0, index === 0 ? undefined : 1)) {
        const which = { hazard, replication: 0 }
        const pieces: string[] = []
        const rows = await traceDrill(cell, replications, which, (piece) => pieces.push(piece))
        const staged = results.incidents.filter(
          (row) =>
            row.strategy === cell.strategy.name && row.hazard === hazard && row.replication === which.replication,
        )
        expect(rows).toEqual(staged)
        const events = checkedEvents(pieces.join('')).filter(({ cat }) => cat === 'incident')
        const phase = (name: string) => events.filter((event) => event.name.startsWith(name)).map(({ ts }) => ts! / 1e6)
        const [row] = rows
        const [from, to] = phase('declare')
        expect(to! - from!).toBeCloseTo(row!.phases_s.declare, 3)
        expect(phase(hazard)[0]).toBeCloseTo(row!.onset_s, 3)
      }
    }
  })
})
