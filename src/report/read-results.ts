import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { RTO_PHASES } from '../experiment/results.ts'
import type { IncidentRow, Outcome, RtoPhase } from '../experiment/results.ts'
import type { ResultsSummary } from './summary.ts'

/** What can be read back from a results folder. */
export interface StoredResults {
  readonly summary: ResultsSummary
  readonly incidents: readonly IncidentRow[]
}

/** A folder that does not hold results; the message says what is missing. */
export class NoResultsError extends Error {
  override readonly name = 'NoResultsError'
}

/**
 * Reads what `writeResults` wrote.
 * @throws NoResultsError
 */
export async function readResults(folder: string): Promise<StoredResults> {
  const summary = JSON.parse(await readIn(folder, 'summary.json')) as ResultsSummary
  const rows: Record<string, string>[] = parse(await readIn(folder, 'incidents.csv'), { columns: true })
  const missing = ['strategy', 'onset_s', 'rpo_s', 'outcome', 'penalty_usd'].find((header) => {
    return rows[0] !== undefined && !(header in rows[0])
  })
  if (missing !== undefined) throw new NoResultsError(`${join(folder, 'incidents.csv')} has no column ${missing}`)
  return { summary, incidents: rows.map(incidentOf) }
}

async function readIn(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8')
  } catch {
    throw new NoResultsError(`${folder} holds no results: there is no ${name} in it; expected a folder that run wrote`)
  }
}

function incidentOf(row: Record<string, string>): IncidentRow {
  const optional = (header: string): number | undefined => {
    const text = row[header] ?? ''
    return text === '' ? undefined : Number(text)
  }
  const number = (header: string): number => optional(header) ?? Number.NaN
  const text = (header: string): string => row[header] ?? ''
  return {
    strategy: text('strategy'),
    topology: text('topology'),
    hazard: text('hazard'),
    service: text('service'),
    replication: number('replication'),
    onset_s: number('onset_s'),
    detected_s: number('detected_s'),
    recoveryPoint_s: optional('recoveryPoint_s'),
    rpo_s: optional('rpo_s'),
    rto_s: optional('rto_s'),
    phases_s: Object.fromEntries(RTO_PHASES.map((phase) => [phase, number(`rto_${phase}_s`)])) as Record<
      RtoPhase,
      number
    >,
    outcome: text('outcome') as Outcome,
    reason: text('reason'),
    store: text('store') === '' ? undefined : text('store'),
    lost_bytes: number('lost_bytes'),
    restored_bytes: number('restored_bytes'),
    verified: text('verified') === 'true',
    recovery_usd: number('recovery_usd'),
    penalty_usd: number('penalty_usd'),
  }
}
