import { describe, expect, it } from 'vitest'
import { grid } from '../../src/experiment/design.ts'
import { optimise } from '../../src/experiment/optimise.ts'
import { optimumText } from '../../src/report/optimum.ts'
import { SHOP } from './shop.ts'
import { INTERVAL_COST } from './interval-cost.ts'

const PATH = 'strategies.periodic.backup.at'
const intervals = [3, 4, 6, 8, 12, 24].map((hours) => `every ${hours} h`)
const points = grid([{ path: PATH, values: intervals }])
const options = { seed: '1', replications: 60 }

describe('the optimum', { timeout: 300_000 }, () => {
  it('is the interval P* = sqrt(2c/(Lv)) = 6 h where every interval meets the objectives', async () => {
    const optimum = await optimise(INTERVAL_COST.text, 'interval.yaml', points, options)
    expect(optimum.best?.settings).toEqual({ [PATH]: `every ${INTERVAL_COST.best_h} h` })
    expect(optimum.candidates.every(({ verdict }) => verdict === 'meets')).toBe(true)
    expect(optimum.binding).toEqual([])
    // Shorter intervals are dearer and have a smaller RPO: all on the front. Longer ones are dearer and worse: none is.
    const front = optimum.candidates.filter(({ pareto }) => pareto).map(({ settings }) => settings[PATH])
    expect(front).toEqual(['every 6 h', 'every 4 h', 'every 3 h'])
  })

  it('is dearer where the RPO has to be 4 h; the RPO is what binds, and costs what the closed form says', async () => {
    const strict = INTERVAL_COST.text.replace('rpo: 24 h', 'rpo: 4 h')
    const optimum = await optimise(strict, 'interval.yaml', points, options)
    expect(optimum.best?.settings).toEqual({ [PATH]: 'every 4 h' })
    const [binding] = optimum.binding
    expect(binding).toMatchObject({ hazard: 'crash', service: 'service', objective: 'rpo' })
    expect(binding?.instead.settings).toEqual({ [PATH]: 'every 6 h' })
    // Just backed up every 6 h, at most that is lost.
    expect(binding!.relaxedTo_s / 3600).toBeGreaterThan(4)
    expect(binding!.relaxedTo_s / 3600).toBeLessThan(6.5)
    const saving = INTERVAL_COST.cost_usdPerYear(4) - INTERVAL_COST.cost_usdPerYear(6)
    expect(Math.abs(binding!.saving_usdPerYear - saving)).toBeLessThan(0.4 * saving)
    // One that misses the RPO in 1/3 to 5/6 of crashes is dropped after ten.
    const dropped = optimum.candidates.filter(({ constraints }) => constraints[0]?.n === 10)
    expect(dropped.map(({ settings }) => settings[PATH])).toContain('every 24 h')
    const text = optimumText(optimum, 0.9, 0.95)
    expect(text).toContain('Cheapest: periodic on base, backup.at = every 4 h')
    expect(text).toMatch(/The RPO of service after crash binds: .* would be enough\./)
  })

  it('chooses among tiers and standbys: the spare that starts in time, from a tier that gives data back at once', async () => {
    // Without the spare a node takes 4 h; a deep archive takes half a day and more.
    const dimensions = grid([
      { path: 'stores.bucket.class', values: ['s3-standard', 's3-glacier-deep-archive'] },
      { path: 'strategies.standby.recovery.start-standby', values: ['10 min', '3 h'] },
    ])
    const optimum = await optimise(SHOP, 'shop.yaml', dimensions, { seed: '1', replications: 29 })
    expect(optimum.best).toMatchObject({
      strategy: 'standby',
      settings: {
        'stores.bucket.class': 's3-standard',
        'strategies.standby.recovery.start-standby': '10 min',
      },
    })
    const [binding] = optimum.binding
    expect(binding).toMatchObject({ hazard: 'fire', objective: 'rto', instead: { strategy: 'backup-only' } })
    // What the spare costs, less what an hour of tills saves.
    expect(binding!.saving_usdPerYear).toBeGreaterThan(1150)
    expect(binding!.saving_usdPerYear).toBeLessThan(1200)
    expect(binding!.relaxedTo_s / 3600).toBeCloseTo(4.4, 0)
    expect(optimumText(optimum, 0.9, 0.95)).toMatch(
      /→ standby on base, bucket.class = s3-standard, recovery.start-standby = 10 min +met/,
    )
  })

  it('is none where no candidate can meet the objectives', async () => {
    const impossible = INTERVAL_COST.text.replace('rpo: 24 h', 'rpo: 1 min')
    const optimum = await optimise(impossible, 'interval.yaml', points.slice(0, 1), options)
    expect(optimum.best).toBeUndefined()
    expect(optimum.candidates[0]?.verdict).toBe('fails')
  })
})
