import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { IncidentRow, Outcome } from '../experiment/results.ts'
import type { Manifest } from './manifest.ts'
import type { ResultsSummary } from './tables/summary.ts'

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
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by writeResults; a digest would tell, if wanted
  const stored = JSON.parse(await readIn(folder, 'summary.json')) as ResultsSummary
  // Earlier versions did not write them.
  const summary = { ...stored, weakSpots: 'weakSpots' in stored ? stored.weakSpots : [] }
  const rows: Record<string, string>[] = parse(await readIn(folder, 'incidents.csv'), { columns: true })
  const missing = ['strategy', 'onset_s', 'rpo_s', 'outcome', 'penalty_usd'].find((header) => {
    return rows[0] !== undefined && !(header in rows[0])
  })
  if (missing !== undefined) throw new NoResultsError(`${join(folder, 'incidents.csv')} has no column ${missing}`)
  return { summary, incidents: rows.map(incidentOf) }
}

/**
 * Reads the text of the scenario that the results in a folder are of.
 * @throws NoResultsError
 */
export async function readScenarioText(folder: string): Promise<string> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by writeResults
  const { scenario } = JSON.parse(await readIn(folder, 'manifest.json')) as Pick<Manifest, 'scenario'>
  return scenario.text
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
    ...(optional('history') === undefined ? {} : { history: number('history') }),
    onset_s: number('onset_s'),
    detected_s: number('detected_s'),
    recoveryPoint_s: optional('recoveryPoint_s'),
    rpo_s: optional('rpo_s'),
    rto_s: optional('rto_s'),
    phases_s: phasesOf(number),
    criticalPath: text('criticalPath'),
    complete_s: optional('complete_s'),
    failBack_s: optional('failBack_s'),
    failBack_bytes: number('failBack_bytes'),
    failBack_usd: number('failBack_usd'),
    outcome: outcomeOf(text('outcome')),
    reason: text('reason'),
    store: text('store') === '' ? undefined : text('store'),
    deleted_bytes: optional('deleted_bytes'),
    lost_bytes: number('lost_bytes'),
    restored_bytes: number('restored_bytes'),
    verified: text('verified') === 'true',
    recovery_usd: number('recovery_usd'),
    penalty_usd: number('penalty_usd'),
  }
}

function phasesOf(number: (header: string) => number): IncidentRow['phases_s'] {
  return {
    detect: number('rto_detect_s'),
    declare: number('rto_declare_s'),
    provision: number('rto_provision_s'),
    retrieve: number('rto_retrieve_s'),
    transfer: number('rto_transfer_s'),
    apply: number('rto_apply_s'),
    verify: number('rto_verify_s'),
    cutOver: number('rto_cutOver_s'),
  }
}

function outcomeOf(text: string): Outcome {
  if (text === 'recovered' || text === 'degraded' || text === 'lost') return text
  throw new NoResultsError(`incidents.csv says '${text}' of an outcome; expected recovered, degraded or lost`)
}
