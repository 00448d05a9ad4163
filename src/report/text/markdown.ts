import type { Results, Summary } from '../../experiment/results.ts'
import { cellHeading, cellNames } from './cell-names.ts'
import { currencyOf, rateOf } from './currency.ts'
import { count, money, percent, shortDuration } from './human.ts'
import { verdictOf } from './verdict.ts'
import { worstLoss, worstOf } from '../../experiment/summary/worst-hazard.ts'
import { experimentOf, failures, headline, objectivesOf, support, WEAK_SPOTS } from './words.ts'

/** The results as Markdown for a ticket or a wiki: verdict, costs, what each hazard does, weak spots, warnings. */
export function markdownSummary(results: Results): string {
  const verdict = verdictOf(results)
  const nameOf = cellNames(results.cells)
  const heading = cellHeading(results.cells)
  const reasons = verdict.cells.map(
    (each) =>
      `- ${each.met ? '✔' : '✘'} ${code(nameOf(each.cell))}: ${escape(each.met ? support(each) : failures(each, 3))}`,
  )
  const cells = results.cells.map((cell) => [
    `${cell.objectiveMet ? '✔' : '✘'} ${code(nameOf(cell))}`,
    ...meanAndP95(worstOf(cell, 'rpo')),
    ...meanAndP95(worstOf(cell, 'rto')),
    percent(worstLoss(cell)),
    money(cell.cost.outlay_usdPerYear, currencyOf([cell])),
    money(cell.cost.total_usdPerYear, currencyOf([cell])),
  ])
  const hazards = results.cells.flatMap((cell) =>
    cell.hazards.map((row) => [
      code(`${row.hazard} → ${row.service}`),
      code(nameOf(cell)),
      objectivesOf(row),
      count(row.n),
      ...meanAndP95(row.rpo),
      percent(row.rpoMet.share),
      ...meanAndP95(row.rto),
      percent(row.rtoMet.share),
      percent(row.lossProbability.share),
    ]),
  )
  return [
    `# ${escape(results.scenario.name)}`,
    `**${escape(headline(verdict))}**`,
    reasons.join('\n'),
    `${experimentOf(results)}; seed ${escape(results.seed)}; digest ${code(results.digest.slice(0, 12))}. Means and percentiles are of incidents that were not lost; in the first table of the hazard and service for which each is largest.`,
    table(
      [heading, 'RPO mean', 'RPO p95', 'RTO mean', 'RTO p95', 'All lost', 'Outlay a year', 'Total a year'],
      cells,
      1,
    ),
    ...rateOf(currencyOf(results.cells)),
    table(
      [
        'Hazard → service',
        heading,
        'Objectives',
        'n',
        'RPO mean',
        'RPO p95',
        'RPO met',
        'RTO mean',
        'RTO p95',
        'RTO met',
        'All lost',
      ],
      hazards,
      3,
    ),
    ...(results.weakSpots.length === 0
      ? []
      : [`${WEAK_SPOTS}:`, results.weakSpots.map((text) => `- ${escape(text)}`).join('\n')]),
    ...(results.warnings.length === 0 ? [] : [results.warnings.map((warning) => `> ${escape(warning)}`).join('\n>\n')]),
  ].join('\n\n')
}

function meanAndP95(summary: Summary | undefined): [string, string] {
  return [shortDuration(summary?.mean), shortDuration(summary?.p95)]
}

/** @param words how many columns at the left hold words; the others hold figures, which end at the right */
function table(heads: readonly string[], rows: ReadonlyArray<readonly string[]>, words: number): string {
  return [line(heads), line(heads.map((_, index) => (index < words ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``
}

/** What Markdown would take as markup. */
function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`)
}

function line(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`
}
