import { historiesOf } from './statistics/histories.ts'
import type { Cell, IncidentRow } from './results.ts'
import { correctedForComparisons, pairedDifference } from './statistics/paired-difference.ts'
import type { PairedDifference } from './statistics/paired-difference.ts'

/** A strategy on a topology, from any run, with the incidents that it went through. */
export interface Contender {
  /** A name that no other contender has. */
  readonly name: string
  readonly incidents: readonly IncidentRow[]
  readonly cost: Cell['cost']
}

const COMPARED = ['rpo_s', 'rto_s', 'penalty_usd'] as const
export type Compared = (typeof COMPARED)[number]

/** How one contender differs from the baseline over the same incidents. */
export interface ComparisonRow {
  readonly contender: string
  readonly hazard: string
  readonly service: string
  readonly figure: Compared
  /** Contender − baseline. */
  readonly difference: PairedDifference
  /** The p-value of that difference, corrected by Holm's method for all comparisons of this call. */
  readonly p: number
  /** Which of the two is better, if the corrected p is below 0.05. */
  readonly better: 'contender' | 'baseline' | 'not decided'
}

/** The contenders did not go through the same incidents, so that they cannot be compared pair by pair; the message says why. */
export class NotPairedError extends Error {
  override readonly name = 'NotPairedError'
}

/**
 * Compares contenders with a baseline, drill by drill: RPO and RTO in seconds, penalties in US dollars.
 * @throws NotPairedError when they did not go through the same incidents
 */
export function compare(baseline: Contender, contenders: readonly Contender[]): ComparisonRow[] {
  const rows = contenders.flatMap((contender) => {
    const groups = Map.groupBy(baseline.incidents, ({ hazard, service }) => JSON.stringify([hazard, service]))
    return [...groups.values()].flatMap((own) => {
      const { hazard, service } = own[0]!
      const other = pairs(own, contender, baseline.name)
      return COMPARED.map((figure) => ({
        contender: contender.name,
        hazard,
        service,
        figure,
        difference: pairedDifference(
          other.map((row) => observed(row, figure)),
          own.map((row) => observed(row, figure)),
          historiesOf(own),
        ),
      }))
    })
  })
  const corrected = correctedForComparisons(rows.map(({ difference }) => difference.p))
  return rows.map((row, k) => ({ ...row, p: corrected[k]!, better: betterOf(row.difference.mean, corrected[k]!) }))
}

function betterOf(mean: number, p: number): ComparisonRow['better'] {
  if (!(p < 0.05)) return 'not decided'
  return mean < 0 ? 'contender' : 'baseline'
}

/** Undefined where there is no figure: the penalty of a service that is lost for good is unknown. */
function observed(row: IncidentRow, figure: Compared): number | undefined {
  if (row.outcome === 'lost') return undefined
  return figure === 'penalty_usd' ? row.penalty_usd + row.recovery_usd : row[figure]
}

/** Seconds; instants in files are rounded. */
const SAME_INSTANT_S = 1e-3

function keyOf({ hazard, service, replication }: IncidentRow): string {
  return JSON.stringify([hazard, service, replication])
}

function pairs(own: readonly IncidentRow[], { name, incidents }: Contender, baseline: string): IncidentRow[] {
  const byKey = new Map(incidents.map((row) => [keyOf(row), row]))
  return own.map((row) => {
    const other = byKey.get(keyOf(row))
    const what = `drill ${row.replication} of ${row.hazard} on ${row.service}`
    if (other === undefined) {
      throw new NotPairedError(
        `${name} has no ${what}, which ${baseline} has; run both with the same hazards and drills`,
      )
    }
    if (Math.abs(other.onset_s - row.onset_s) > SAME_INSTANT_S) {
      throw new NotPairedError(
        `${what} struck ${name} at another instant than ${baseline}; ` +
          'run both with the same seed, start, horizon, warm-up and number of drills',
      )
    }
    return other
  })
}
