import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const PAGE = join(ROOT, 'docs/validation.md')
/** Set by `npm run validation`: where rows are collected for the page. */
const COLLECTED = process.env['VALIDATION_ROWS']

/** Headings of the page, in its order. */
export const GROUPS = [
  'Queues and sharing',
  'Recovery points',
  'Backup types',
  'Small worlds',
  'Durability',
  'Retention',
  'Devices and bills',
  'Field data',
] as const

export interface ValidationRow {
  readonly group: (typeof GROUPS)[number]
  /** 'M/M/1, ρ 0.8, μ 1: customers L' */
  readonly what: string
  /** As published, or as its closed form gives it. */
  readonly expected: number | string
  readonly measured: number | string
  /** How near it has to be, as the test that calls this demands: 'exact', '|z| < 4', '2 %'. */
  readonly within: string
  /** `seen` in its source; `derived` in closed form; `recalled`: consistent arithmetic, source not read again. */
  readonly mark: 'seen' | 'derived' | 'recalled'
}

/**
 * Holds docs/validation.md against a figure that has just been measured: the page has exactly this row. The test itself holds the
 * figure against what was expected. `npm run validation` writes the page anew.
 */
export function validated(row: ValidationRow): void {
  const { testPath = '' } = expect.getState()
  const line = rowOf(row, relative(ROOT, testPath).replaceAll('\\', '/'))
  if (COLLECTED !== undefined) {
    appendFileSync(COLLECTED, `${JSON.stringify({ group: row.group, line })}\n`)
    return
  }
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
  expect(
    page.includes(`${line}\n`),
    `docs/validation.md has no row\n${line}\nWrite it anew with: npm run validation`,
  ).toBe(true)
}

function rowOf({ what, expected, measured, within, mark }: ValidationRow, test: string): string {
  const name = test.slice(test.lastIndexOf('/') + 1).replace('.test.ts', '')
  const cells = [what, String(expected), figure(measured), within, mark, `[${name}](../${test})`]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Six digits: more would differ from one version of Node to another only by accident. */
function figure(value: number | string): string {
  return typeof value === 'string' ? value : String(Number(value.toPrecision(6)))
}
