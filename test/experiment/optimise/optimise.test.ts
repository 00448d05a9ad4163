import { describe, expect, it } from 'vitest'
import { grid } from '../../../src/experiment/design.ts'
import { figuresOf } from '../../../src/experiment/figures.ts'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { optimise } from '../../../src/experiment/optimise/index.ts'
import { optimumText } from '../../../src/report/text/optimum.ts'
import { SHOP } from '../shop.ts'
import { INTERVAL_COST } from '../interval-cost.ts'

const PATH = 'strategies.periodic.backup.at'
const intervals = [3, 4, 6, 8, 12, 24].map((hours) => `every ${hours} h`)
const points = grid([{ path: PATH, values: intervals }])
const options = { seed: '1', replications: 60 }

describe('the optimum', { timeout: 300_000 }, () => {
  it('is the interval P* = sqrt(2c/(Lv)) = 6 h where every interval meets the objectives', async () => {
    const optimum = await optimise(INTERVAL_COST.text, 'interval.yaml', { points }, options)
    expect(optimum.best?.settings).toEqual({ [PATH]: `every ${INTERVAL_COST.best_h} h` })
    expect(optimum.candidates.every(({ verdict, dearer }) => verdict === 'meets' || dearer)).toBe(true)
    // Who is half as dear again has not had all drills.
    const { drills } = optimum.candidates.find(({ settings }) => settings[PATH] === 'every 24 h')!
    expect(drills).toBeLessThan(60)
    expect(optimum.binding).toEqual([])
    // Figures of fewer drills are no match for the others: they stand below, with the reason.
    const standings = optimum.candidates.map(({ standing, drills: had }) => [standing, had === 60])
    expect(standings.toSorted()).toEqual(standings)
    expect(new Set(standings.map(([standing]) => standing))).toEqual(new Set(['finished', 'out']))
    const [above, below] = optimumText(optimum, 0.9, 0.95).split(/^Dropped before that, with fewer drills$/m)
    expect(above).toMatch(/^→ periodic, backup.at = every 6 h\n +met /m)
    expect(below).toMatch(/^ {2}periodic, backup.at = every 24 h\n +dearer /m)
    // Of those that had all drills, a shorter interval is dearer and has a smaller RPO; a longer one is dearer and worse.
    const front = optimum.candidates.filter(({ pareto }) => pareto).map(({ settings }) => settings[PATH])
    expect(front).toEqual(['every 6 h', 'every 4 h'])
  })

  it('is dearer where the RPO has to be 4 h; the RPO is what binds, and costs what the closed form says', async () => {
    const strict = INTERVAL_COST.text.replace('rpo: 24 h', 'rpo: 4 h')
    const optimum = await optimise(strict, 'interval.yaml', { points }, options)
    expect(optimum.best?.settings).toEqual({ [PATH]: 'every 4 h' })
    const [binding] = optimum.binding
    expect(binding).toMatchObject({
      requirement: { service: 'service', objective: 'rpo' },
      missed: [{ hazard: 'crash' }],
    })
    expect(binding?.instead.settings).toEqual({ [PATH]: 'every 6 h' })
    // Just backed up every 6 h, at most that is lost.
    expect(binding!.missed[0]!.enough_s / 3600).toBeGreaterThan(4)
    expect(binding!.missed[0]!.enough_s / 3600).toBeLessThan(6.5)
    const saving = INTERVAL_COST.cost_usdPerYear(4) - INTERVAL_COST.cost_usdPerYear(6)
    expect(Math.abs(binding!.saving_usdPerYear - saving)).toBeLessThan(0.4 * saving)
    // Its exposure says that it misses the RPO in 5/6 of crashes; and it is too dear to be had in place of the RPO.
    const dropped = optimum.candidates.filter(({ verdict, drills }) => verdict === 'fails' && drills < 60)
    expect(dropped.map(({ settings }) => settings[PATH])).toContain('every 24 h')
    const text = optimumText(optimum, 0.9, 0.95)
    expect(text).toContain('Cheapest: periodic, backup.at = every 4 h')
    expect(text).toMatch(/The RPO of service after crash binds: .* An RPO of [\d.]+ h would be enough\./)
  })

  it('chooses among tiers and standbys: the spare that starts in time, from a tier that gives data back at once', async () => {
    // Without the spare a node takes 4 h; a deep archive takes half a day and more.
    const dimensions = grid([
      { path: 'stores.bucket.class', values: ['s3-standard', 's3-glacier-deep-archive'] },
      { path: 'strategies.standby.recovery.start-standby', values: ['10 min', '3 h'] },
    ])
    const optimum = await optimise(SHOP, 'shop.yaml', { points: dimensions }, { seed: '1', replications: 29 })
    expect(optimum.best).toMatchObject({
      strategy: 'standby',
      settings: {
        'stores.bucket.class': 's3-standard',
        'strategies.standby.recovery.start-standby': '10 min',
      },
    })
    const [binding] = optimum.binding
    expect(binding).toMatchObject({
      requirement: { objective: 'rto' },
      missed: [{ hazard: 'fire' }],
      instead: { strategy: 'backup-only' },
    })
    // What the spare costs, less what an hour of tills saves.
    expect(binding!.saving_usdPerYear).toBeGreaterThan(1150)
    expect(binding!.saving_usdPerYear).toBeLessThan(1200)
    expect(binding!.missed[0]!.enough_s / 3600).toBeCloseTo(4.4, 0)
    expect(optimumText(optimum, 0.9, 0.95)).toMatch(
      /→ standby, bucket.class = s3-standard, recovery.start-standby = 10 min\n +met/,
    )
  })

  it('counts a strategy once that what is varied does not touch, and calls it by what touches it', async () => {
    const starts = grid([{ path: 'strategies.standby.recovery.start-standby', values: ['10 min', '20 min', '3 h'] }])
    const { candidates, cells } = await optimise(SHOP, 'shop.yaml', { points: starts }, { seed: '1', replications: 29 })
    expect(cells).toBe(3 + 1)
    expect(candidates.find(({ strategy }) => strategy === 'backup-only')?.settings).toEqual({})
  })

  it('tells of the winner what run tells with as many drills', async () => {
    const { best } = await optimise(INTERVAL_COST.text, 'interval.yaml', { points: points.slice(2, 3) }, options)
    const { cells } = await run(parseScenario(INTERVAL_COST.text, 'interval.yaml', points[2]), options)
    expect(best?.figures).toEqual(figuresOf(cells[0]!))
  })

  it('is not named where a budget of drills is spent before: what is known by then is told', async () => {
    // Six intervals have 4 drills each; the next look would cost another 48.
    const optimum = await optimise(INTERVAL_COST.text, 'interval.yaml', { points }, { ...options, drills: 30 })
    expect(optimum).toMatchObject({ best: undefined, drills: 24, cells: 6, stoppedAt: 'race' })
    expect(optimum.candidates.map(({ drills }) => drills)).toEqual([4, 4, 4, 4, 4, 4])
    const text = optimumText(optimum, 0.9, 0.95)
    expect(text).toContain('Ended during the race, with something known of 6 of 6 candidates: none is confirmed')
    expect(text).toMatch(/The cheapest so far that is not known to miss anything: periodic, backup.at = every/)
  })

  it('does without what is asked after a hazard, where that is all that nobody meets', async () => {
    // The till is gone for 4 h and more after a fire, and the spare takes 3 h.
    const slow = [{ 'strategies.standby.recovery.start-standby': '3 h' }]
    const few = { seed: '1', replications: 29 }
    const { best } = await optimise(SHOP, 'shop.yaml', { points: slow }, { ...few, except: ['fire'] })
    expect(best).toMatchObject({ strategy: 'backup-only', constraints: [{ hazard: 'deletion' }, {}] })
    const strict = SHOP.replace('rpo: 8 h, rto: 2 h', 'rpo: 1 min, rto: 10 min').replace('[fire, deletion]', '[fire]')
    const none = await optimise(strict, 'shop.yaml', { points: slow }, few)
    expect(none.binding.map(({ requirement }) => requirement)).toEqual([{ hazard: 'fire' }])
    expect(optimumText(none, 0.9, 0.95)).toMatch(
      /^Without what is asked after fire, backup-only.* An RPO of 5\.\d+ h and an RTO of 4\.\d+ h would be enough\.$/m,
    )
  })

  it('is none where no candidate can meet the objectives', async () => {
    const impossible = INTERVAL_COST.text.replace('rpo: 24 h', 'rpo: 1 min')
    const optimum = await optimise(impossible, 'interval.yaml', { points: points.slice(0, 1) }, options)
    expect(optimum.best).toBeUndefined()
    expect(optimum.candidates[0]?.verdict).toBe('fails')
    // Without the RPO the interval would do; with 3 h and what a backup takes it would be met.
    const [instead] = optimum.binding
    expect(instead).toMatchObject({ requirement: { objective: 'rpo' }, missed: [{ hazard: 'crash' }] })
    expect(instead!.missed[0]!.enough_s / 3600).toBeCloseTo(3, 0)
    expect(optimumText(optimum, 0.9, 0.95)).toMatch(
      /^Without the RPO of service after crash, periodic.* meets the rest/m,
    )
  })
})
