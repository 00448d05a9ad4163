import { run } from '../../src/experiment/run.ts'
import type { IncidentRow, JobRow, Results } from '../../src/experiment/results.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import { HORIZON_D } from './random-hazards.ts'
import type { RandomWorld } from './random-world.ts'

/** Instants are seconds since 1970 in snapshots, and since the start in results. */
const PRECISION_S = 1e-3

/** What one world came to. */
export interface Verdict {
  readonly outcomes: Readonly<Record<IncidentRow['outcome'], number>>
  /** What cannot be true of it; empty, as a rule. */
  readonly wrong: readonly string[]
}

/** Runs a world to its end and holds what it reports against what must be true of every world. */
export async function judge(world: RandomWorld, name: string): Promise<Verdict> {
  const outcomes = { recovered: 0, degraded: 0, lost: 0 }
  let results: Results
  try {
    results = await run(parseScenario(world.text, `${name}.yaml`))
  } catch (cause) {
    const why = cause instanceof Error ? cause.stack : String(cause)
    return { outcomes, wrong: [`${name} did not run to its end: ${why}`] }
  }
  for (const { outcome } of results.incidents) outcomes[outcome] += 1
  const wrong = [...ofIncidents(results), ...ofJobs(world, results)]
  return { outcomes, wrong: wrong.map((what) => `${name}, ${what}`) }
}

function* ofIncidents({ incidents, jobs }: Results): Generator<string> {
  for (const row of incidents) {
    for (const what of [...ofOutcome(row), ...ofSource(row, jobs)]) yield `${row.hazard}, ${row.service}: ${what}`
  }
}

function* ofOutcome(row: IncidentRow): Generator<string> {
  const { outcome, verified, recoveryPoint_s, onset_s, detected_s, rpo_s, rto_s, phases_s, reason } = row
  const times = Object.entries(phases_s)
  for (const [phase, seconds] of times) if (!(seconds >= 0 && seconds < Infinity)) yield `${phase} took ${seconds} s`
  if (!(detected_s >= onset_s)) yield 'detected before the onset'
  if (!(row.lost_bytes >= 0 && row.restored_bytes >= 0)) yield 'negative bytes'
  if (outcome === 'lost') {
    if (verified || row.restored_bytes > 0 || rpo_s !== undefined || reason === '') {
      yield 'lost, and something came back'
    }
    return
  }
  // The comparison with the history is made where data is restored, and a difference stops the run.
  if (!verified) yield 'came back without having been compared with the history'
  if (outcome === 'degraded' && reason === '') yield 'degraded for no reason'
  if (recoveryPoint_s === undefined || rpo_s === undefined || rto_s === undefined) {
    yield 'came back from nowhere'
    return
  }
  // What a burst strikes later was backed up until then.
  const struckBy_s = row.hazard === 'burst' ? detected_s : onset_s
  if (recoveryPoint_s > struckBy_s) yield 'came back with what the incident did'
  if (!(rpo_s >= 0)) yield `an RPO of ${rpo_s} s`
  if (rpo_s === 0 && row.lost_bytes > 0) yield `${row.lost_bytes} bytes lost in no time`
  const sum = times.reduce((total, [, seconds]) => total + seconds, 0)
  if (sum !== rto_s) yield `phases of ${sum} s make an RTO of ${rto_s} s`
  if (!(row.complete_s! >= rto_s - 1e-3))
    yield `all data is back ${row.complete_s} s after the onset, before the service`
}

/** A recovery point is the onset, for data that an outage left alone or a replica had, or else of the time of a run. */
function* ofSource({ recoveryPoint_s, onset_s, outcome }: IncidentRow, jobs: readonly JobRow[]): Generator<string> {
  // What jobs do after the horizon is not told.
  if (outcome === 'lost' || recoveryPoint_s === onset_s || recoveryPoint_s! >= HORIZON_D * 86_400) return
  const made = jobs.some(
    ({ kind, started_s = Infinity, ended_s = Infinity }) =>
      ['backup', 'replicate', 'snapshot'].includes(kind) &&
      recoveryPoint_s! >= started_s - PRECISION_S &&
      recoveryPoint_s! <= ended_s + PRECISION_S,
  )
  if (!made) yield `came back with the state of ${recoveryPoint_s} s, when no job was at work`
}

/** What must be true of the undisturbed world. */
function* ofJobs({ gentle, calm, sharded }: RandomWorld, { jobs, incidents }: Results): Generator<string> {
  for (const { job, kind, scheduled_s, started_s, outcome, reason } of jobs) {
    if (outcome === 'running' && started_s === undefined) yield `${job} of ${scheduled_s} s runs and has not begun`
    // Where nothing strikes, nothing stored may go bad.
    if (calm && kind === 'verify' && /error/.test(reason)) yield `${job} of ${scheduled_s} s: ${reason}`
  }
  if (!gentle || sharded) return
  for (const row of incidents) {
    if (row.hazard !== 'dead' && row.hazard !== 'node-disk') continue
    const done = jobs.filter(
      ({ kind, outcome, ended_s }) => kind === 'backup' && outcome === 'succeeded' && ended_s! < row.onset_s,
    )
    const both = ['d', 'm'].every((job) => done.some((run_) => run_.job === job))
    // Bytes are not lost without something that takes them: a machine that dies leaves its backups.
    if (both && row.outcome === 'lost')
      yield `${row.hazard}, ${row.service}: lost, with a backup of each: ${row.reason}`
  }
}
