import type { StoreForecast } from '../../experiment/capacity/forecast.ts'
import type { BandwidthNeed, CapacityPlan, WhatIf } from '../../experiment/capacity/plan.ts'
import { cellNames } from './cell-names.ts'
import { bitRate, bytes, duration, percent, shortDuration, significant } from './human.ts'
import { titledTable } from './plain-table.ts'
import type { TextTable } from './plain-table.ts'
import { settingsText } from './settings-text.ts'
import { wrap } from './wrap.ts'

const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S

/** A plan of capacity as a person reads it. */
export function capacityPlanText(plan: CapacityPlan): string {
  const notes = capacityNotes(plan).map((note) => `${wrap('', note)}\n`)
  return `${capacityTables(plan).map(titledTable).join('\n')}${warmUpText(plan)}\n${notes.join('')}`
}

/** Storage, windows, durations, ages of the newest points, and when jobs have settled. */
export function capacityTables({ stores, jobs, peaks, settling }: CapacityPlan): TextTable[] {
  return [
    {
      headings: ['storage', 'at the end', 'capacity', 'growth a year', 'full on'],
      rows: byCell(stores, (row) => [
        row.store,
        bytes(row.end_bytes),
        Number.isFinite(row.capacity_bytes) ? bytes(row.capacity_bytes) : 'no limit',
        bytes(Math.max(0, row.growth_bytesPerYear)),
        Number.isFinite(row.capacity_bytes) ? full(row.exhausted) : '–',
      ]),
    },
    {
      headings: ['windows', 'runs', 'skipped', 'failed', 'overran', 'by up to', 'missed', 'first on'],
      rows: byCell(jobs, (row) => [
        row.job,
        `${row.runs}`,
        `${row.skipped}`,
        `${row.failed}`,
        `${row.overran}`,
        row.overran === 0 ? '' : shortDuration(row.longestOverrun_s),
        row.late === undefined ? 'no window' : `${row.late}`,
        row.firstLate === undefined ? '' : date(row.firstLate),
      ]),
    },
    {
      headings: ['how long', 'first run', 'stored', 'longest other'],
      rows: byCell(jobs, (row) => [
        row.job,
        shortDuration(row.seeding_s),
        bytes(row.seeding_bytes),
        shortDuration(row.longest_s),
      ]),
    },
    {
      headings: ['age of the newest point', 'daily peak, mean', 'worst', 'over the RPO from'],
      rows: byCell(peaks, (row) => [
        `${row.dataset} at ${row.store}`,
        shortDuration(row.mean_s),
        shortDuration(row.worst_s),
        row.firstOver === undefined ? 'never' : date(row.firstOver),
      ]),
    },
    {
      headings: ['settled', 'after'],
      rows: byCell(settling, ({ job, settled_s }) => [
        job,
        settled_s === undefined ? 'not seen' : shortDuration(settled_s),
      ]),
    },
  ]
}

/** What the columns mean. */
export function capacityNotes({ jobs, stores }: CapacityPlan): string[] {
  return [
    ...(jobs.length === 0 ? [] : [NOTE_ON_WINDOWS]),
    ...(stores.some(({ capacity_bytes }) => Number.isFinite(capacity_bytes)) ? [NOTE_ON_FULL] : []),
  ]
}

/** What gets too small, in sentences: windows that are missed, runs that fail, points that get too old, stores that are full. */
export function capacityFindings({ stores, jobs, peaks }: CapacityPlan): string[] {
  const nameOf = cellNames([...stores, ...jobs])
  const findings = [
    ...jobs
      .filter(({ late = 0 }) => late > 0)
      .map((row) => ({
        row,
        text: `${row.job} misses its window in ${row.late} of ${row.runs} runs, for the first time on ${date(row.firstLate ?? 0)}`,
      })),
    ...jobs
      .filter(({ failed, skipped }) => failed + skipped > 0)
      .map((row) => ({
        row,
        text: `of ${row.runs} runs of ${row.job}, ${row.failed} fail and ${row.skipped} are skipped`,
      })),
    ...peaks.flatMap((row) => {
      if (row.firstOver === undefined) return []
      const worst = duration(row.worst_s)
      const text = `the newest point of ${row.dataset} on ${row.store} is at worst ${worst} old, more than the RPO allows, from ${date(row.firstOver)} on`
      return { row, text }
    }),
    ...stores
      .filter(({ capacity_bytes, exhausted }) => Number.isFinite(capacity_bytes) && exhausted !== undefined)
      .map((row) => ({ row, text: `${row.store} is full on ${full(row.exhausted)}` })),
  ]
  return [...Map.groupBy(findings, ({ text }) => text)].map(([text, own]) => {
    const whose = own.map(({ row }) => nameOf(row)).join(', ')
    return `${text[0]!.toUpperCase()}${text.slice(1)} (${whose}).`
  })
}

const NOTE_ON_WINDOWS =
  'skipped: due while the previous run was still going on. overran: not finished when the next was due. missed: not finished within its window.'
const NOTE_ON_FULL = 'full on: as simulated or, beyond the horizon, extrapolated along a straight line.'

/** Rows of a table below the strategy and topology that they are of. */
function byCell<Row extends { readonly strategy: string; readonly topology: string }>(
  rows: readonly Row[],
  entries: (row: Row) => readonly [string, ...string[]],
): string[][] {
  const cells = Map.groupBy(rows, cellNames(rows, ', '))
  return [...cells].flatMap(([cell, own]) => [
    [cell],
    ...own.map((row) => {
      const [name, ...others] = entries(row)
      return [`  ${name}`, ...others]
    }),
  ])
}

/** Whether drills begin before jobs take as long as they will. */
function warmUpText({ settling, warmUp_s }: CapacityPlan): string {
  const latest_s = Math.max(0, ...settling.map(({ settled_s }) => settled_s ?? 0))
  const days = Math.ceil(latest_s / DAY_S)
  if (latest_s <= warmUp_s) return ''
  return `Drills begin earlier, after ${duration(warmUp_s)}; consider experiment.warm-up: ${days} d\n`
}

/** What becomes of stores and jobs in each variant. */
export function whatIfTable(variants: readonly WhatIf[]): TextTable {
  const nameOf = cellNames(
    variants.flatMap(({ plan }) => plan.stores),
    ', ',
  )
  const rows = variants.flatMap(({ settings, plan: { stores, jobs, peaks } }) => {
    const rowsOfStores = stores.map((row) => {
      const ofCell = <Row extends { strategy: string; topology: string }>(all: readonly Row[]): Row[] =>
        all.filter(({ strategy, topology }) => strategy === row.strategy && topology === row.topology)
      const own = ofCell(jobs)
      const worst_s = ofCell(peaks).reduce(
        (worst, peak) => (peak.store === row.store ? Math.max(worst, peak.worst_s) : worst),
        0,
      )
      return [
        `  ${row.store} (${nameOf(row)})`,
        bytes(row.end_bytes),
        Number.isFinite(row.capacity_bytes) ? full(row.exhausted) : '–',
        `${own.reduce((sum, job) => sum + job.skipped + Math.max(job.overran, job.late ?? 0), 0)}`,
        shortDuration(worst_s),
      ]
    })
    return [[settingsText(settings)], ...rowsOfStores]
  })
  return { headings: ['what if: storage', 'at the end', 'full on', 'windows missed', 'worst age'], rows }
}

/** What a link has to carry. */
export function bandwidthTable(needs: readonly BandwidthNeed[]): TextTable {
  const nameOf = cellNames(needs, ', ')
  const variants = [...Map.groupBy(needs, ({ settings }) => settingsText(settings))]
  return {
    headings: ['link', 'for every RPO, of the time', 'bandwidth needed'],
    rows: variants.flatMap(([variant, own]) => [
      ...(variant === '' ? [] : [[variant]]),
      ...own.map(({ link, share, bandwidth_bytesPerSecond, ...cell }) => [
        `${variant === '' ? '' : '  '}${link} (${nameOf(cell)})`,
        percent(share),
        bandwidth_bytesPerSecond === undefined ? 'none is enough' : bitRate(bandwidth_bytesPerSecond),
      ]),
    ]),
  }
}

/** What becomes of a store, with what nine of ten forecasts of the back-test would have allowed for. */
export function forecastTable({ store, values }: StoreForecast): TextTable {
  return {
    headings: [`${store} in`, 'forecast', 'from', 'to'],
    rows: values.map(({ ahead_s, bytes: value, low_bytes, high_bytes }) => [
      `${ahead_s / YEAR_S} y`,
      bytes(value),
      bytes(low_bytes),
      bytes(high_bytes),
    ]),
  }
}

/** The same, with how the forecast was made. */
export function forecastText(forecast: StoreForecast): string {
  const { model, since, exhausted, backTest } = forecast
  const changed =
    since === undefined ? '' : `, of what was measured since ${date(since)}, when level or pace changed for good`
  const { forecasts, ahead_s, meanAbsoluteError_bytes, naiveError_bytes, ratio } = backTest
  const verdict =
    ratio < 1
      ? `${significant(ratio, 2)} of the error of "stays as it is" (${bytes(naiveError_bytes)})`
      : 'no model was better than "stays as it is"'
  const sentences = [
    `By ${model}${changed}. Back-test: ${forecasts} forecasts, up to ${duration(ahead_s)} ahead, were wrong by ` +
      `${bytes(meanAbsoluteError_bytes)} on average, ${verdict}.`,
    `From, to: nine out of ten of them were at least this accurate; beyond ${duration(ahead_s)} the range is widened in proportion.`,
  ]
  if (exhausted !== undefined) {
    const { expected, earliest, latest } = exhausted
    const range = earliest === undefined && latest === undefined ? '' : ` (${full(earliest)} to ${full(latest)})`
    sentences.push(`Full: ${full(expected)}${range}`)
  }
  return `${titledTable(forecastTable(forecast))}${sentences.map((sentence) => wrap('', sentence)).join('\n')}\n`
}

function full(exhausted: number | undefined): string {
  return exhausted === undefined ? 'not in 20 y' : date(exhausted)
}

function date(instant: number): string {
  return new Date(instant * 1000).toISOString().slice(0, 10)
}
