import type { StoreForecast } from '../../experiment/capacity/forecast.ts'
import type { BandwidthNeed, CapacityPlan, WhatIf } from '../../experiment/capacity/plan.ts'
import { cellNames } from './cell-names.ts'
import { bitRate, bytes, duration, percent, shortDuration, significant } from './human.ts'
import { plainTable } from './plain-table.ts'
import { wrap } from './wrap.ts'

const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S

/** A plan of capacity as a person reads it. */
export function capacityPlanText({ stores, jobs, peaks, settling, warmUp_s }: CapacityPlan): string {
  const storage = plainTable(
    ['storage', 'at the end', 'capacity', 'growth a year', 'full on'],
    byCell(stores, (row) => [
      row.store,
      bytes(row.end_bytes),
      Number.isFinite(row.capacity_bytes) ? bytes(row.capacity_bytes) : 'no limit',
      bytes(Math.max(0, row.growth_bytesPerYear)),
      Number.isFinite(row.capacity_bytes) ? full(row.exhausted) : '–',
    ]),
  )
  const windows = plainTable(
    ['windows', 'runs', 'skipped', 'failed', 'overran', 'by up to', 'missed', 'first on'],
    byCell(jobs, (row) => [
      row.job,
      `${row.runs}`,
      `${row.skipped}`,
      `${row.failed}`,
      `${row.overran}`,
      row.overran === 0 ? '' : shortDuration(row.longestOverrun_s),
      row.late === undefined ? 'none' : `${row.late}`,
      row.firstLate === undefined ? '' : date(row.firstLate),
    ]),
  )
  const durations = plainTable(
    ['how long', 'first run', 'stored', 'longest other'],
    byCell(jobs, (row) => [
      row.job,
      shortDuration(row.seeding_s),
      bytes(row.seeding_bytes),
      shortDuration(row.longest_s),
    ]),
  )
  const ages = plainTable(
    ['age of the newest point', 'daily peak, mean', 'worst', 'over the RPO from'],
    byCell(peaks, (row) => [
      `${row.dataset} at ${row.store}`,
      shortDuration(row.mean_s),
      shortDuration(row.worst_s),
      row.firstOver === undefined ? 'never' : date(row.firstOver),
    ]),
  )
  const notes = [
    ...(jobs.length === 0 ? [] : [NOTE_ON_WINDOWS]),
    ...(stores.some(({ capacity_bytes }) => Number.isFinite(capacity_bytes)) ? [NOTE_ON_FULL] : []),
  ].map((note) => `${wrap('', note)}\n`)
  return `${storage}\n${windows}\n${durations}\n${ages}\n${settlingText(settling, warmUp_s)}\n${notes.join('')}`
}

const NOTE_ON_WINDOWS =
  'skipped: due while the run before was under way. overran: not done when the next was due. missed: not done within its window; none: it has no window.'
const NOTE_ON_FULL = 'full on: as simulated, or along the straight line of growth beyond the horizon.'

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

/** From when on jobs take as long as they will, and whether drills begin before. */
function settlingText(settling: CapacityPlan['settling'], warmUp_s: number): string {
  const table = plainTable(
    ['settled', 'after'],
    byCell(settling, ({ job, settled_s }) => [job, settled_s === undefined ? 'not seen' : shortDuration(settled_s)]),
  )
  const latest_s = Math.max(0, ...settling.map(({ settled_s }) => settled_s ?? 0))
  const days = Math.ceil(latest_s / DAY_S)
  if (latest_s <= warmUp_s) return table
  return `${table}Drills begin after ${duration(warmUp_s)}, before that; consider experiment.warm-up: ${days} d\n`
}

/** What becomes of stores and jobs in each variant. */
export function whatIfText(variants: readonly WhatIf[]): string {
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
  return plainTable(['what if: storage', 'at the end', 'full on', 'windows missed', 'worst age'], rows)
}

function settingsText(settings: WhatIf['settings']): string {
  return Object.entries(settings)
    .map(([path, value]) => `${path} = ${String(value)}`)
    .join(', ')
}

export function bandwidthText(needs: readonly BandwidthNeed[]): string {
  const nameOf = cellNames(needs, ', ')
  const variants = [...Map.groupBy(needs, ({ settings }) => settingsText(settings))]
  return plainTable(
    ['link', 'for every RPO, of the time', 'bandwidth needed'],
    variants.flatMap(([variant, own]) => [
      ...(variant === '' ? [] : [[variant]]),
      ...own.map(({ link, share, bandwidth_bytesPerSecond, ...cell }) => [
        `${variant === '' ? '' : '  '}${link} (${nameOf(cell)})`,
        percent(share),
        bandwidth_bytesPerSecond === undefined ? 'none is enough' : bitRate(bandwidth_bytesPerSecond),
      ]),
    ]),
  )
}

/** What becomes of a store, with what nine of ten forecasts of the back-test would have allowed for. */
export function forecastText({ store, model, values, exhausted, backTest }: StoreForecast): string {
  const { forecasts, ahead_s, meanAbsoluteError_bytes, naiveError_bytes, ratio } = backTest
  const table = plainTable(
    [`${store} in`, 'forecast', 'from', 'to'],
    values.map(({ ahead_s: ahead, bytes: value, low_bytes, high_bytes }) => [
      `${ahead / YEAR_S} y`,
      bytes(value),
      bytes(low_bytes),
      bytes(high_bytes),
    ]),
  )
  const verdict =
    ratio < 1
      ? `${significant(ratio, 2)} of the error of "stays as it is" (${bytes(naiveError_bytes)})`
      : 'no model was better than "stays as it is"'
  const sentences = [
    `By ${model}. Back-test: ${forecasts} forecasts, up to ${duration(ahead_s)} ahead, were wrong by ` +
      `${bytes(meanAbsoluteError_bytes)} on average, ${verdict}.`,
    `From, to: nine of ten of them were not more wrong; beyond ${duration(ahead_s)} this is widened in proportion.`,
  ]
  if (exhausted !== undefined) {
    const { expected, earliest, latest } = exhausted
    sentences.push(`Full: ${full(expected)} (${full(earliest)} to ${full(latest)})`)
  }
  return `${table}${sentences.map((sentence) => wrap('', sentence)).join('\n')}\n`
}

function full(exhausted: number | undefined): string {
  return exhausted === undefined ? 'not in 20 y' : date(exhausted)
}

function date(instant: number): string {
  return new Date(instant * 1000).toISOString().slice(0, 10)
}
