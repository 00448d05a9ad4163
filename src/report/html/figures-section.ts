import type { Cell, Estimate, Results, Summary } from '../../experiment/results.ts'
import { worstCase } from '../../experiment/summary/worst-hazard.ts'
import { cellHeading, cellNames } from '../text/cell-names.ts'
import { currencyOf } from '../text/currency.ts'
import {
  UNKNOWN,
  bitRate,
  bytes,
  count,
  money,
  percent,
  percentRange,
  shortDuration,
  significant,
} from '../text/human.ts'
import { utilisation } from '../text/link-use.ts'
import { writeDelay } from '../text/words.ts'
import { alarmTable } from './alarm-table.ts'
import { complianceTable } from './compliance-table.ts'
import { criticalPathTable } from './critical-path-table.ts'
import { html } from './markup.ts'
import type { Markup } from './markup.ts'
import { table } from './table.ts'

/** The figures behind the charts: strategies, hazards, links, stores. */
export function figuresSection(results: Results): Markup {
  return html`<section id="figures">
    <h2>Figures</h2>
    <h3>RPO and RTO after the worst hazard</h3>
    ${statisticsTable(results)} ${writeDelayList(results)}
    <h3>RPO and RTO after each hazard</h3>
    ${hazardTable(results)}
    <h3>Outcomes, objectives and loss</h3>
    ${outcomeTable(results)} ${criticalPathTable(results)} ${exposureTable(results)} ${complianceTable(results)}
    ${alarmTable(results)} ${riskTable(results)}
    <h3>Links</h3>
    ${linkTable(results)}
    <h3>Stores</h3>
    ${storeTable(results)}
  </section>`
}

const STATISTICS = ['n', 'Mean', '95 % interval of the mean', 'p50', 'p90', 'p95', 'p99', 'Max']

function statisticsOf(summary: Summary | undefined): string[] {
  if (summary === undefined) return ['0', ...STATISTICS.slice(1).map(() => '–')]
  const { n, mean, ci95, p50, p90, p95, p99, max } = summary
  return [count(n), shortDuration(mean), interval(ci95), ...[p50, p90, p95, p99, max].map(shortDuration)]
}

function interval([low, high]: readonly [number, number]): string {
  return Number.isFinite(high) ? `${shortDuration(Math.max(0, low))} – ${shortDuration(high)}` : '–'
}

/** The figures that the first table on the terminal shows. */
function statisticsTable({ cells }: Results): Markup {
  const nameOf = cellNames(cells)
  return table({
    caption:
      'After the hazard and of the service for which the mean is largest, over the incidents that were not lost; p95: 95 of 100 incidents take no more',
    heads: [cellHeading(cells), 'Measure', 'Hazard → service', ...STATISTICS],
    words: [1, 2],
    rows: cells.flatMap((cell) =>
      (['rpo', 'rto'] as const).map((measure) => {
        const worst = worstCase(cell, measure)
        const after = worst === undefined ? UNKNOWN : `${worst.hazard} → ${worst.service}`
        return [nameOf(cell), measure.toUpperCase(), after, ...statisticsOf(worst?.[measure])]
      }),
    ),
  })
}

function writeDelayList({ cells }: Results): Markup | undefined {
  const nameOf = cellNames(cells)
  const delays = cells.flatMap((cell) => (cell.writeDelays ?? []).map((delay) => writeDelay(nameOf(cell), delay)))
  return delays.length === 0
    ? undefined
    : html`<ul>
        ${delays.map((text) => html`<li>${text}</li>`)}
      </ul>`
}

function hazardTable(results: Results): Markup {
  const nameOf = cellNames(results.cells)
  return table({
    caption: 'Over the incidents that were not lost',
    heads: ['Hazard → service', cellHeading(results.cells), 'Measure', 'Objective', ...STATISTICS],
    words: [1, 2],
    rows: byHazard(results).flatMap(({ cell, row }) => {
      const names = [`${row.hazard} → ${row.service}`, nameOf(cell)]
      return [
        [...names, 'RPO', shortDuration(row.objectives.rpo_s), ...statisticsOf(row.rpo)],
        [...names, 'RTO', shortDuration(row.objectives.rto_s), ...statisticsOf(row.rto)],
      ]
    }),
  })
}

function outcomeTable(results: Results): Markup {
  const nameOf = cellNames(results.cells)
  return table({
    caption: 'Shares with their 95 % Wilson intervals; a lost incident meets no objective',
    heads: [
      'Hazard → service',
      cellHeading(results.cells),
      'Rate a year',
      'n',
      'Recovered',
      'Degraded',
      'Lost entirely',
      'RPO met',
      'RTO met',
      'Mean loss',
      'Mean penalty',
    ],
    words: [1],
    rows: byHazard(results).map(({ cell, row }) => [
      `${row.hazard} → ${row.service}`,
      nameOf(cell),
      significant(row.rate_perYear, 3),
      count(row.n),
      count(row.recovered),
      count(row.degraded),
      `${count(row.lost)}: ${share(row.lossProbability)}`,
      share(row.rpoMet),
      share(row.rtoMet),
      bytes(row.expectedLost_bytes),
      money(row.meanPenalty_usd, currencyOf([cell])),
    ]),
  })
}

function share(of: { readonly share: number; readonly ci95: readonly [number, number] }): string {
  return `${percent(of.share)} (${percentRange(of.ci95)})`
}

/** Hazard by hazard, so that the strategies stand below one another. */
function byHazard({ cells }: Results): { cell: Cell; row: Cell['hazards'][number] }[] {
  const rows = cells.flatMap((cell) => cell.hazards.map((row) => ({ cell, row })))
  const groups = Map.groupBy(rows, ({ row }) => JSON.stringify([row.hazard, row.service]))
  return [...groups.values()].flat()
}

function exposureTable({ exposures }: Results): Markup | undefined {
  if (exposures.length === 0) return undefined
  const nameOf = cellNames(exposures)
  return html`<h3>Exposure</h3>
    ${table({
      caption:
        'RPO if the hazard struck, or was noticed after its dwell, at any instant from the warm-up to the horizon; nothing is sampled',
      heads: [
        'Hazard → service',
        cellHeading(exposures),
        'Dataset',
        'Objective',
        'Within objective',
        'No point at all',
        'Mean',
        'p95',
        'Max',
      ],
      words: [1, 2],
      rows: exposures.map((row) => [
        `${row.hazard} → ${row.service}`,
        nameOf(row),
        row.dataset,
        shortDuration(row.objective_s),
        Number.isFinite(row.objective_s) ? percent(row.objectiveMet) : '–',
        percent(row.unprotected),
        ...[row.mean_s, row.p95_s, row.max_s].map(shortDuration),
      ]),
    })}`
}

/** Where hazards also struck by themselves: what drills promise for a year beside what happened. */
function riskTable({ cells }: Results): Markup | undefined {
  const rows = cells.flatMap((cell) => (cell.risk ?? []).map((risk) => ({ cell, risk })))
  if (rows.length === 0) return undefined
  const nameOf = cellNames(cells)
  return html`<h3>Expected in a year</h3>
    ${table({
      caption: 'Rate times the mean of the drills, and worlds that hazards struck by themselves; 95 % intervals',
      heads: ['Hazard → service', cellHeading(cells), 'From', 'Down', 'Work lost', 'Losses of all', 'Penalty'],
      words: [1, 2],
      rows: rows.flatMap(({ cell, risk }) =>
        [
          { from: 'rate × drills', harm: risk.drills },
          {
            from: `${count(risk.natural.incidents)} in ${significant(risk.natural.years, 3)} years`,
            harm: risk.natural,
          },
        ].map(({ from, harm }) => [
          `${risk.hazard} → ${risk.service}`,
          nameOf(cell),
          from,
          estimate(harm.downtime_s, shortDuration),
          estimate(harm.workLost_s, shortDuration),
          estimate(harm.losses, (value) => significant(value, 2)),
          estimate(harm.penalty_usd, (usd) => money(usd, currencyOf([cell]))),
        ]),
      ),
    })}`
}

function estimate({ value, ci95 }: Estimate, write: (value: number) => string): string {
  // A single drill has no interval.
  return Number.isFinite(ci95[1])
    ? `${write(value)} (${write(Math.max(0, ci95[0]))} – ${write(ci95[1])})`
    : write(value)
}

function linkTable({ links }: Results): Markup {
  const nameOf = cellNames(links)
  return table({
    caption:
      'Without incidents. p95: 95th percentile of five-minute means, as carriers bill; each direction on its own',
    heads: ['Link', cellHeading(links), 'Capacity', 'Mean', 'p95', 'p95 of capacity', 'Peak', 'Total', 'By purpose'],
    words: [1, 8],
    rows: links.map((row) => [
      row.link,
      nameOf(row),
      bitRate(row.capacity_bytesPerSecond),
      bitRate(row.mean_bytesPerSecond),
      bitRate(row.p95_bytesPerSecond),
      percent(utilisation(row)),
      bitRate(row.peak_bytesPerSecond),
      bytes(row.total_bytes),
      Object.entries(row.byPurpose_bytes)
        .map(([purpose, size]) => `${purpose} ${bytes(size)}`)
        .join(', '),
    ]),
  })
}

function storeTable({ cells }: Results): Markup {
  const nameOf = cellNames(cells)
  return table({
    caption: 'Bytes held at the end of the time simulated, and at most',
    heads: ['Store', cellHeading(cells), 'At the end', 'At most'],
    words: [1],
    rows: cells.flatMap((cell) =>
      cell.storage.map((row) => [row.store, nameOf(cell), bytes(row.end_bytes), bytes(row.peak_bytes)]),
    ),
  })
}
