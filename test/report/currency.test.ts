import { describe, expect, it } from 'vitest'
import { costByCategory } from '../../src/report/charts/cost-by-category.ts'
import { headerIn } from '../../src/report/text/currency.ts'
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
    const text = terminalSummary(inEuros)
    expect(text).toContain(shortMoney(outlay_usdPerYear / 1.25).replace('$', '€'))
    expect(text).not.toMatch(/\$\d(?!.25)/)
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
      expect.arrayContaining(['EUR a year', expect.stringMatching(/^The same in EUR: Outlay, /)]),
    )
    expect(['rpo_s', 'usd', 'total_usdPerYear'].map((each) => headerIn({ code: 'EUR', usd: 1 }, each))).toEqual([
      undefined,
      'eur',
      'total_eurPerYear',
    ])
  })
})
