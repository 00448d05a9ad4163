import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import { readPriceBook } from '../../src/scenario/sections/price-book-file.ts'
import { scratchFolder } from '../scratch-folder.ts'

const folder = scratchFolder('prices')
const EXAMPLE = join(import.meta.dirname, '../../examples/prices/contract.yaml')

/** A file in a bucket and on tapes; it burns, and comes back in so many hours. */
const scenarioWith = (prices: unknown, more = '') =>
  parseScenario(
    `
firedrill: 1
name: Bought
start: 2026-01-05T00:00:00Z
horizon: 30 d
topology:
  sites: { here: { region: r }, cloud: { region: r } }
  nodes:
    computer: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
  stores:
    bucket: { site: cloud, kind: object, class: s3-standard-ia }
    dear: { site: cloud, kind: object, class: s3-standard-ia, prices: { storage: $9/GB/month } }
    tapes:
      site: here
      kind: tape
      generation: lto-9
      drives: 1
      cartridges: 4
      expiry: 14 d
      vault: { pickup: "Fri 10:00", recall: 1 d, rebuild: 1 d }
  links: { line: { between: [here, cloud], bandwidth: 1 GB/s } }
datasets:
  data: { node: computer, size: 10 GB, files: 1, change: 0 %/day, write-interval: never }
services:
  service: { needs: [data], objectives: { rpo: 7 d, rto: 8 h } }
recovery: { declare: 10 min, provision: 1 h }
repository: { compression: none }
strategies:
  one:
    - backup: { dataset: data, to: bucket, type: full, at: Sun 12:00 }
    - backup: { dataset: data, to: tapes, type: full, at: Sun 12:00 }
hazards:
  fire: { kind: site, target: here, rate: 0.1/year, source: a round number, detection: 5 min }
experiment: { drills: [fire], replications: 2, warm-up: 14 d }
${more}
`,
    'bought.yaml',
    prices === undefined ? {} : { prices },
  )

const storage_perGBMonth = (scenario: ReturnType<typeof scenarioWith>, name: string): number | undefined => {
  const store = scenario.topologies[0]!.world.stores.get(name)
  return store?.kind === 'object' ? store.prices.storage[0]?.usdPerGBMonth : undefined
}

describe('a price book', async () => {
  const book = await readPriceBook(EXAMPLE)

  it('stands in the place of the prices that come with firedrill, in its own currency, and not of those that a store sets', () => {
    const scenario = scenarioWith(book)
    expect(storage_perGBMonth(scenario, 'bucket')).toBeCloseTo(0.0115 * 1.08, 12)
    expect(storage_perGBMonth(scenario, 'dear')).toBe(9)
    expect(storage_perGBMonth(scenarioWith(undefined), 'bucket')).toBe(0.0125)
  })

  it('gives each price that is used with value, unit, region, date, source and mark', () => {
    const used = scenarioWith(book).assumptions.filter(({ subject }) => subject.startsWith('prices.'))
    expect(used).toContainEqual({
      subject: 'prices.classes.s3-standard-ia.storage',
      value: 'EUR 0.0115 per GB-month, eu-central-1',
      source: 'Example of a contract: made up, to show the form',
      mark: 'scenario',
      date: '2026-03',
    })
    expect(used).toContainEqual(
      expect.objectContaining({
        subject: 'prices.tape.cartridge',
        source: "Example of a contract: a logistics company's list",
      }),
    )
    // What no store uses is no assumption.
    expect(used.some(({ subject }) => subject.includes('glacier') || subject.includes('courier'))).toBe(false)
  })

  it('pays for tape media and trucks by what was bought and picked up', async () => {
    const { costs } = await run(scenarioWith(book))
    const of = (item: string) => costs.find((row) => row.item === item)
    expect(of('tapes cartridges')).toMatchObject({ unit: 'cartridges', usdPerUnit: 95 * 1.08 })
    expect(of('tapes truck')).toMatchObject({ quantity: 4, unit: 'pickups' })
    expect(of('tapes truck')!.usdPerUnit).toBeCloseTo(60 * 1.08, 9)
  })

  it('that is wrong is told with line and column, and the nearest name', async () => {
    const wrong = join(folder, 'wrong.yaml')
    writeFileSync(wrong, 'name: Wrong\nclasses:\n  s3-standard-ia: { storage: 0.01 }\n')
    await expect(readPriceBook(wrong)).rejects.toThrow(/wrong.yaml:3:30 {2}classes.s3-standard-ia.storage: .*\$/)
    const unknown = { name: 'x', classes: { 's3-standart': { storage: '$1/GB/month' } } }
    expect(() => scenarioWith(unknown)).toThrow(/did you mean 's3-standard'/)
    await expect(readPriceBook(join(folder, 'absent.yaml'))).rejects.toThrow(/there is no file .*absent.yaml/)
  })
})

describe('money', () => {
  it('a year from now is worth less: the present value of a steady cost, by hand', async () => {
    const more = 'money: { currency: { code: EUR, usd: 2 }, discount: 10 %/year, period: 2 years }'
    const [cell] = (await run(scenarioWith(undefined, more))).cells
    const { total_usdPerYear, presentValue } = cell!.cost
    // ∫ 1.1^−t dt from 0 to 2 is (1 − 1.1^−2) / ln 1.1.
    const years = (1 - 1.1 ** -2) / Math.log(1.1)
    expect(presentValue!.usd / total_usdPerYear).toBeCloseTo(years, 2)
    expect(presentValue).toMatchObject({ currency: 'EUR', amount: presentValue!.usd / 2 })
  })

  it('is told in the currency that is asked for, at the rate that the prices have, and not without one', () => {
    const rates = { name: 'x', currency: { code: 'EUR', usd: 1.08 }, rates: { CHF: 1.25 } }
    const asked = (code: string) => scenarioWith(rates, `money: { report-in: ${code} }`).money?.currency
    expect([asked('CHF'), asked('EUR'), asked('USD')].map((each) => each?.usd)).toEqual([1.25, 1.08, 1])
    expect(scenarioWith(rates).money?.currency?.code).toBe('EUR')
    expect(() => asked('CHR')).toThrow(
      /money.report-in: there is no rate for 'CHR'; did you mean 'CHF'\?; there are CHF, EUR, USD; prices.rates says/,
    )
  })

  it('pays people for pickups, and for a recovery from its detection to its end', async () => {
    const people = 'money: { people: { hour: $60/h, recovering: 2, pickup: 30 min } }'
    const [with_, without] = [await run(scenarioWith(undefined, people)), await run(scenarioWith(undefined))]
    expect(with_.costs.find(({ category }) => category === 'people')).toMatchObject({
      item: 'pickups',
      quantity: 2,
      unit: 'hours',
      usdPerUnit: 60,
    })
    const [paid] = with_.incidents
    const hours = (paid!.rto_s! - (paid!.detected_s - paid!.onset_s)) / 3600
    expect(paid!.recovery_usd - without.incidents[0]!.recovery_usd).toBeCloseTo(2 * 60 * hours, 6)
  })
})
