import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { ComplianceRow, Results } from '../../src/experiment/results.ts'
import { complianceTable } from '../../src/report/html/compliance-table.ts'
import { presentValues } from '../../src/report/text/present-value.ts'
import { terminalSummary } from '../../src/report/text/terminal.ts'
import { fixtureResults } from './fixture.ts'

const base = fixtureResults({ hazards: ['office-fire'], strategies: ['nightly'], topologies: ['base'], lossShare: 0 })
const rule = { rule: 'three-copies', dataset: 'documents', met: 0.98, share: 1 }
const results: Results = {
  ...base,
  cells: base.cells.map((cell) => ({ ...cell, objectiveMet: false, compliance: [rule] })),
  compliance: [
    requirement('copies', 1),
    requirement('offsite', 0.98, { breaches: 3, longestBreach_s: 7200 }),
    requirement('all', 0.98, { breaches: 3, longestBreach_s: 7200 }),
  ],
}

function requirement(name: ComplianceRow['requirement'], met: number, breaches: Partial<ComplianceRow> = {}) {
  return {
    strategy: 'nightly',
    topology: 'base',
    ...rule,
    requirement: name,
    met,
    breaches: 0,
    longestBreach_s: 0,
    ...breaches,
  }
}

describe('a strategy that only breaks a rule of compliance', () => {
  it('is told in the verdict by that rule', () => {
    const text = terminalSummary(results, new PassThrough()).replace(/\s+/g, ' ')
    expect(text).toContain('the rule three-copies for documents is met 98 % of the time, not 100 %.')
  })

  it('has one row in the report, with the requirements that were not met', () => {
    const rows = complianceTable(results)!
      .markup.match(/<tr>[\s\S]*?<\/tr>/g)!
      .slice(1)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatch(/✘ 98 %[\s\S]*offsite \(met 98 %\)[\s\S]*>3<[\s\S]*2 h/)
    expect(rows[0]).not.toContain('copies (met')
  })
})

describe('the present value', () => {
  const valued = (currency: string, usdPerUnit: number): string[] => {
    const presentValue = {
      years: 5,
      discount_perYear: 0.05,
      usd: 1080,
      currency,
      usdPerUnit,
      amount: 1080 / usdPerUnit,
    }
    return presentValues(base.cells.map((cell) => ({ ...cell, cost: { ...cell.cost, presentValue } })))
  }

  it('says in which currency amounts are', () => {
    expect(valued('EUR', 1.08)).toEqual([
      'nightly: EUR 1,000 over 5 years, discounted by 5 % a year',
      'Amounts are in EUR, 1 EUR is $1.08; files have them in US dollars, too',
    ])
    expect(valued('USD', 1)).toHaveLength(1)
  })
})
