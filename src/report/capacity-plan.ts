import type { Forecast } from '../experiment/forecast.ts'
import type { BandwidthNeed, CapacityPlan } from '../experiment/plan.ts'
import { bitRate, bytes, duration, percent, shortDuration, significant } from './human.ts'
import { plainTable } from './plain-table.ts'

/** A plan of capacity as a person reads it. */
export function capacityPlanText({ stores, jobs, peaks }: CapacityPlan): string {
  const storage = plainTable(
    ['storage', 'at the end', 'capacity', 'growth a year', 'full on'],
    stores.map((row) => [
      `${row.store} (${row.strategy}, ${row.topology})`,
      bytes(row.end_bytes),
      Number.isFinite(row.capacity_bytes) ? bytes(row.capacity_bytes) : 'no limit',
      bytes(Math.max(0, row.growth_bytesPerYear)),
      row.exhausted === undefined ? 'not in 20 y' : date(row.exhausted),
    ]),
  )
  const windows = plainTable(
    ['job', 'runs', 'skipped', 'failed', 'overran', 'by at most', 'first run', 'wrote', 'longest other'],
    jobs.map((row) => [
      `${row.job} (${row.strategy}, ${row.topology})`,
      `${row.runs}`,
      `${row.skipped}`,
      `${row.failed}`,
      `${row.overran}`,
      row.overran === 0 ? '' : shortDuration(row.longestOverrun_s),
      shortDuration(row.seeding_s),
      bytes(row.seeding_bytes),
      shortDuration(row.longest_s),
    ]),
  )
  const ages = plainTable(
    ['age of the newest point', 'daily peak, mean', 'worst'],
    peaks.map((row) => [
      `${row.dataset} at ${row.store} (${row.strategy}, ${row.topology})`,
      shortDuration(row.mean_s),
      shortDuration(row.worst_s),
    ]),
  )
  return `${storage}\n${windows}\n${ages}`
}

export function bandwidthText(needs: readonly BandwidthNeed[]): string {
  return plainTable(
    ['bandwidth needed', 'for every RPO, of the time', ''],
    needs.map(({ strategy, topology, link, share, bandwidth_bytesPerSecond }) => [
      `${link} (${strategy}, ${topology})`,
      percent(share),
      bandwidth_bytesPerSecond === undefined ? 'none is enough' : bitRate(bandwidth_bytesPerSecond),
    ]),
  )
}

/** @param exhausted seconds since 1970; undefined when it is not for 20 years */
export function forecastText(
  what: string,
  { model, at, backTest }: Forecast,
  last: number,
  exhausted: number | undefined,
): string {
  const YEAR_S = 365.25 * 86_400
  const { forecasts, ahead_s, meanAbsoluteError_bytes, naiveError_bytes, ratio } = backTest
  const ahead = [0.5, 1, 2].map((years) => `${years} y: ${bytes(Math.max(0, at(last + years * YEAR_S)))}`).join(', ')
  const verdict =
    ratio < 1
      ? `${significant(ratio, 2)} of the error of "stays as it is" (${bytes(naiveError_bytes)})`
      : 'no model was better than "stays as it is"'
  return (
    `Forecast of ${what} by ${model}: ${ahead}\n` +
    `Back-test: ${forecasts} forecasts, up to ${duration(ahead_s)} ahead, were wrong by ` +
    `${bytes(meanAbsoluteError_bytes)} on average, ${verdict}.\n` +
    `Full: ${exhausted === undefined ? 'not within 20 years' : date(exhausted)}\n`
  )
}

function date(instant: number): string {
  return new Date(instant * 1000).toISOString().slice(0, 10)
}
