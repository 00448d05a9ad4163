import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { FORMATS } from '../../src/report/index.ts'
import { costByCategory } from '../../src/report/charts/cost-by-category.ts'
import { headerIn, inBoth } from '../../src/report/text/currency.ts'
import { money, shortMoney } from '../../src/report/text/human.ts'
import { tablesOf } from '../../src/report/tables/tables.ts'
import { terminalSummary } from '../../src/report/text/terminal.ts'
import { fixtureResults } from './fixture.ts'

const base = fixtureResults({ replications: 4, days: 4 })
/** The same, in euros of $1.25. */
const inEuros = {
  ...base,
  cells: base.cells.map((cell) => {
    const presentValue = { years: 1, discount_perYear: 0, usd: 1, currency: 'EUR', usdPerUnit: 1.25, amount: 0.8 }
    return { ...cell, cost: { ...cell.cost, presentValue } }
  }),
}

describe('another currency', () => {
  it('has its sign, or its code where it has none', () => {
    const [euro, franc] = [
      { code: 'EUR', usd: 1.25 },
      { code: 'CHF', usd: 0.5 },
    ]
    expect([money(1500), money(1500, euro), money(1500, franc)]).toEqual(['$1,500', '€1,200', 'CHF 3,000'])
    expect([shortMoney(-1500, euro), shortMoney(0, euro)]).toEqual(['−€1.2k', '€0'])
  })

  it('is that of tables and charts', () => {
    const { outlay_usdPerYear } = base.cells[0]!.cost
    const told = terminalSummary(inEuros)
    expect(told).toContain(shortMoney(outlay_usdPerYear / 1.25).replace('$', '€'))
    expect(told).not.toMatch(/\$\d(?!.25)/)
    const chart = JSON.stringify(costByCategory(inEuros))
    expect(chart).toContain('EUR a year')
    expect(chart).toContain(`"total_perYear":${inEuros.cells[0]!.cost.total_usdPerYear / 1.25}`)
  })

  it('is in the files beside US dollars, and explained there', () => {
    const tables = tablesOf(inEuros)
    const costs = tables.find(({ name }) => name === 'costs')!
    expect(costs.headers.slice(-4)).toEqual(['usdPerUnit', 'usdPerYear', 'eurPerUnit', 'eurPerYear'])
    for (const row of costs.records()) expect(row.at(-1)).toBe(Number(row.at(-3)) / 1.25)
    expect(tables.find(({ name }) => name === 'incidents')!.headers).toContain('penalty_eur')
    const explained = [...tables.at(-1)!.records()].find(
      ([file, column]) => file === 'summary' && column === 'total_eurPerYear',
    )
    expect(explained).toEqual(
      expect.arrayContaining(['EUR a year', expect.stringMatching(/^The same in EUR: Outlay plus/)]),
    )
    expect(['rpo_s', 'usd', 'total_usdPerYear'].map((each) => headerIn({ code: 'EUR', usd: 1 }, each))).toEqual([
      undefined,
      'eur',
      'total_eurPerYear',
    ])
  })
  it('is beside US dollars in JSON, in whatever holds amounts', () => {
    const euro = { code: 'EUR', usd: 1.25 }
    const data = { total_usdPerYear: 10, byCategory_usd: { links: 5 }, rows: [{ usd: 1 }], rpo_s: 60 }
    expect(inBoth(data, { code: 'USD', usd: 1 })).toBe(data)
    expect(inBoth([data], euro)).toEqual([
      { ...data, total_eurPerYear: 8, byCategory_eur: { links: 4 }, rows: [{ usd: 1, eur: 0.8 }] },
    ])
  })

  it('is in what is printed for programs', async () => {
    const printed = async (format: 'json' | 'ndjson'): Promise<string> => {
      const output = new PassThrough()
      await FORMATS[format](inEuros, output)
      return text(output.end())
    }
    const amount = inEuros.cells[0]!.cost.total_usdPerYear / 1.25
    expect(JSON.parse(await printed('json')).cells[0].cost.total_eurPerYear).toBe(amount)
    expect(JSON.parse((await printed('ndjson')).split('\n')[0]!).total_eurPerYear).toBe(amount)
  })
})
