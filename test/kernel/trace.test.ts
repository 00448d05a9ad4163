import { describe, expect, it } from 'vitest'

import { Simulation, Trace } from '../../src/kernel/index.ts'
import { checkedEvents } from './trace-format.ts'

/** Runs a simulation with a trace and gives the events of it. */
async function traced(play: (sim: Simulation, trace: Trace) => Promise<void>) {
  const pieces: string[] = []
  const trace = new Trace((piece) => pieces.push(piece))
  await play(new Simulation({ seed: 'trace', trace }), trace)
  trace.close()
  return checkedEvents(pieces.join(''))
}

describe('a trace', () => {
  it('shows tasks and transfers as spans, in microseconds of simulated time', async () => {
    const events = await traced(async (sim) => {
      const wan = sim.flows.resource({ name: 'wan', capacity: 10 })
      await sim.complete(
        sim.task('copy', async () => {
          await sim.sleep(2)
          await sim.flows.transfer({ amount: 40, over: [{ resource: wan }], purpose: 'copy' }).done
        }),
      )
    })
    const spans = events.filter(({ ph }) => ph === 'b' || ph === 'e')
    expect(spans.map(({ ph, cat, name, ts, args }) => [ph, cat, name, ts, args])).toEqual([
      ['b', 'task', 'copy', 0, undefined],
      ['b', 'transfer', 'copy', 2e6, { amount: 40, over: 'wan' }],
      ['e', 'transfer', 'copy', 6e6, undefined],
      ['e', 'task', 'copy', 6e6, undefined],
    ])
  })

  it('counts the load and the utilisation of every resource whenever they change', async () => {
    const events = await traced(async (sim) => {
      const wan = sim.flows.resource({ name: 'wan', capacity: 10 })
      const session = sim.flows.resource({ name: 'session', capacity: Infinity })
      const over = [{ resource: wan }, { resource: session }]
      sim.flows.transfer({ amount: 20, over, cap: 4 })
      sim.at(1, () => sim.flows.transfer({ amount: 6, over }))
      await sim.run(10)
    })
    const counters = events.filter(({ ph }) => ph === 'C')
    expect(counters.filter(({ name }) => name === 'wan').map(({ ts, args }) => [ts, args])).toEqual([
      [0, { load: 4, utilisation: 0.4 }],
      [1e6, { load: 10, utilisation: 1 }],
      [2e6, { load: 4, utilisation: 0.4 }],
      [5e6, { load: 0, utilisation: 0 }],
    ])
    // What has no limit has no utilisation.
    expect(counters.find(({ name }) => name === 'session')?.args).toEqual({ load: 4 })
  })

  it('nests the parts of a span, and shows what takes no time as an instant', async () => {
    const events = await traced(async (sim, trace) => {
      const recovery = sim.span('incident', 'fire')
      trace.instant('incident', 'smoke "seen"', sim.now, { floor: 3 })
      const declare = recovery.part('declare')
      await sim.run(60)
      declare.end()
      recovery.end({ outcome: 'recovered' })
      recovery.end({ outcome: 'a span ends once' })
    })
    const shown = events.filter(({ ph }) => ph !== 'M').map(({ ph, name, id, args }) => [ph, name, id, args])
    expect(shown).toEqual([
      ['b', 'fire', 1, undefined],
      ['i', 'smoke "seen"', undefined, { floor: 3 }],
      ['b', 'declare', 1, undefined],
      ['e', 'declare', 1, undefined],
      ['e', 'fire', 1, { outcome: 'recovered' }],
    ])
  })

  it('ends what is open when it is closed, and says so', async () => {
    const events = await traced(async (sim) => {
      const incident = sim.span('incident', 'fire')
      incident.part('declare')
      const wan = sim.flows.resource({ name: 'wan', capacity: 0 })
      sim.flows.transfer({ amount: 1, over: [{ resource: wan }] }).done.catch(() => {})
      await sim.run(5)
    })
    const ends = events.filter(({ ph }) => ph === 'e').map(({ name, args }) => [name, args])
    expect(ends).toEqual([
      ['transfer', { unfinished: true }],
      ['declare', { unfinished: true }],
      ['fire', { unfinished: true }],
    ])
  })

  it('says why a transfer was killed and what was left', async () => {
    const events = await traced(async (sim) => {
      const wan = sim.flows.resource({ name: 'wan', capacity: 10 })
      sim.flows.transfer({ amount: 100, over: [{ resource: wan }] }).done.catch(() => {})
      sim.at(4, () => wan.fail(new Error('cable cut')))
      await sim.run(5)
    })
    expect(events.find(({ ph }) => ph === 'e')?.args).toEqual({ left: 60, error: 'cable cut' })
  })

  it('of nothing is a trace, and closed it is closed', async () => {
    expect(await traced(async () => {})).toHaveLength(3)
    const trace = new Trace(() => {})
    trace.close()
    trace.close()
    expect(() => trace.instant('incident', 'late', 0)).toThrow('the trace is closed')
  })
})

it('a simulation without a trace has spans that do nothing', () => {
  const sim = new Simulation({ seed: 'trace' })
  expect(sim.span('job', 'backup')).toBe(sim.span('job', 'copy').part('upload'))
})
