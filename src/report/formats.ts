import type { Writable } from 'node:stream'
import type { Results } from '../experiment/results.ts'
import { writeCsv } from './tables/csv.ts'
import { markdownSummary } from './text/markdown.ts'
import { currencyOf, inBoth } from './text/currency.ts'
import { summaryRows } from './tables/summary-rows.ts'
import { summaryOf } from './tables/summary.ts'
import { tablesOf } from './tables/tables.ts'
import { terminalSummary } from './text/terminal.ts'

/**
 * The forms in which results are printed, by the name of the option: `table` for people; `json` is summary.json, with amounts in
 * the currency asked for besides; `csv` and `ndjson` have a row a strategy, topology, hazard and service, as in summary.csv;
 * `markdown` for tickets and wikis.
 */
export const FORMATS = {
  table: async (results, output) => print(output, terminalSummary(results, output)),
  json: async (results, output) =>
    print(output, `${JSON.stringify(inBoth(summaryOf(results), currencyOf(results.cells)), undefined, 2)}\n`),
  csv: async (results, output) => {
    const table = tablesOf(results).find(({ name }) => name === 'summary')
    if (table !== undefined) await writeCsv(table, output)
  },
  ndjson: async (results, output) => {
    const currency = currencyOf(results.cells)
    for (const row of summaryRows(results)) print(output, `${JSON.stringify(inBoth(row, currency))}\n`)
  },
  markdown: async (results, output) => print(output, `${markdownSummary(results)}\n`),
} as const satisfies Record<string, (results: Results, output: Writable) => Promise<void>>

export type Format = keyof typeof FORMATS

function print(output: Writable, text: string): void {
  output.write(text)
}
