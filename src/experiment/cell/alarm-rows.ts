import type { Alarm } from '../../strategy/index.ts'
import { concerns } from '../../strategy/index.ts'
import type { Incident } from '../../world/index.ts'
import type { AlarmRow } from '../results.ts'
import type { CellNames, OperatedWorld } from './operated-world.ts'

/** The incident that was staged in a branch, by the number of its drill. */
interface Staged {
  readonly incident: Incident
  readonly replication: number
}

/**
 * The alarms that monitoring has raised: all of them in the undisturbed world, those since the onset in the branch of a
 * drill.
 */
export function alarmRows(operated: OperatedWorld, names: CellNames, staged?: Staged): AlarmRow[] {
  const { monitoring } = operated.operations
  const from_s = staged?.incident.onset_s ?? 0
  return monitoring.alarms
    .filter(({ raised_s }) => raised_s >= from_s)
    .map((alarm) => {
      const { detector, job, dataset, store, evidence_s, raised_s, heard_s, text } = alarm
      const isOfIncident = staged !== undefined && concerns(alarm, staged.incident)
      const cause = isOfIncident ? staged.incident.hazard.name : causeOf(alarm, operated)
      return {
        ...names,
        hazard: staged?.incident.hazard.name,
        replication: staged?.replication,
        detector,
        job,
        dataset,
        store,
        evidence_s,
        raised_s,
        heard_s,
        afterOnset_s: isOfIncident && heard_s !== undefined ? heard_s - staged.incident.onset_s : undefined,
        isFalse: cause === '',
        cause,
        reason: text,
        response: responseTo(alarm, operated, cause),
      }
    })
}

/** The cause of an alarm that is not about the staged incident; empty for a false alarm. */
function causeOf({ detector, job, evidence_s, text }: Alarm, { operations }: OperatedWorld): string {
  // What a job has read back and found damaged is, and what is full is full: these alarms are never false.
  if (detector === 'failed-verify' || detector === 'full-store') return text
  if (detector !== 'missed-job') return ''
  const run = operations.runs.findLast((each) => each.job === job && each.scheduled_s === evidence_s)
  if (run === undefined) return 'it was not run'
  const hasDone = run.outcome === 'running' || (run.outcome === 'succeeded' && !run.reason.startsWith('stored nothing'))
  return hasDone ? '' : run.reason
}

function responseTo(alarm: Alarm, { operations, simulation }: OperatedWorld, cause: string): string {
  const { heard_s } = alarm
  if (heard_s === undefined) return 'nobody heard of it'
  if (heard_s > simulation.now) return 'nobody has heard of it yet'
  return operations.monitoring.responses.get(alarm) ?? (cause === '' ? 'nothing was found' : 'it was looked into')
}
