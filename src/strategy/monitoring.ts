import type { AuditRecord } from '../engine/ports.ts'
import { Signal } from '../kernel/index.ts'
import { onSchedule, sample } from '../world/index.ts'
import type { Incident, World } from '../world/index.ts'
import type { Schedule } from '../world/specification.ts'
import { percent } from './detectors/detector.ts'
import { detectors } from './detectors/index.ts'
import type { BackupFigures, DetectorName } from './detectors/index.ts'
import { nodeOfJob } from './jobs/index.ts'
import type { JobRun } from './job-run.ts'
import { targetOf } from './job-target.ts'
import type { AlarmPlan, Job, MonitoringPlan, Strategy } from './strategy.ts'

/** A message that somebody receives and acts on. Times are seconds since start. */
export interface Alarm {
  readonly detector: DetectorName
  readonly job: string
  readonly dataset: string | undefined
  readonly store: string | undefined
  /** The instant that the alarm is about: the cut of a backup, or when a job should have run. */
  readonly evidence_s: number
  readonly raised_s: number
  /** When somebody acts on it; undefined when it reaches nobody. */
  readonly heard_s: number | undefined
  readonly text: string
}

export const BEGAN_RECOVERY = 'the recovery began'

/** Kinds of jobs whose every run leaves a record of the engine; others may find nothing to do, or do not use the engine. */
const RECORDED: ReadonlySet<Job['kind']> = new Set(['backup', 'copy', 'verify', 'synthesise'])

/** How many earlier backups a detector can compare with. */
const REMEMBERED = 14

/**
 * Watches the audit records and the ends of jobs, like monitoring software beside a backup program: it knows what the
 * engine records, and not what has happened in the world. A finding becomes an alarm, which reaches somebody after a
 * delay, or nobody.
 */
export class Monitoring {
  /** Alarms raised by these operations, in order; those of an origin are not included. */
  readonly alarms: Alarm[] = []
  /** The response to an alarm where it was more than looking into it. */
  readonly responses = new Map<Alarm, string>()
  readonly #world: World
  readonly #plan: MonitoringPlan
  readonly #heard: Signal<Alarm>
  /** When each job is last known to have done its work. */
  readonly #lastDone_s: Map<string, number>
  readonly #figures: Map<string, readonly BackupFigures[]>
  /** Stores that somebody has been told of, until there is room again. */
  readonly #full: Set<string>
  #pending: readonly Alarm[] = []

  constructor(world: World, strategy: Strategy, origin?: Monitoring) {
    this.#world = world
    this.#plan = strategy.monitoring ?? {}
    this.#heard = new Signal(world.simulation, 'an alarm')
    this.#lastDone_s = new Map(origin === undefined ? [] : origin.#lastDone_s)
    this.#figures = new Map(origin === undefined ? [] : origin.#figures)
    this.#full = new Set(origin === undefined ? [] : origin.#full)
    for (const alarm of origin === undefined ? [] : origin.#pending) this.#deliver(alarm)
    const plan = this.#plan['missed-job']
    if (plan === undefined) return
    for (const job of strategy.jobs) {
      const found = scheduleOf(job, strategy.jobs)
      if (found === undefined) continue
      const { schedule, hold_s } = found
      const late_s = hold_s + plan.threshold
      const due: Schedule = { ...schedule, occurrences: schedule.occurrences.map((at_s) => at_s + late_s) }
      world.timetable.add(onSchedule(due, world.simulation.now, (due_s) => this.#missing(job, due_s - late_s, plan)))
    }
  }

  /** Whether anything is watched. */
  get watches(): boolean {
    return Object.keys(this.#plan).length > 0
  }

  /** Whether something is watched that tainted data can trigger. */
  get watchesData(): boolean {
    return Object.keys(this.#plan).some((name) => name !== 'missed-job' && name !== 'full-store')
  }

  /** Handles the end of a run; `records` is what the engine recorded about it. */
  ended(job: Job, run: JobRun, records: readonly AuditRecord[]): void {
    const done = records.filter(({ outcome, operation }) => outcome === 'ok' && /^(backup|copy|check)/.test(operation))
    // A job that reports success and has left no record of storing anything has done nothing.
    const isDone = run.outcome === 'succeeded' && (done.length > 0 || !RECORDED.has(job.kind))
    if (isDone) this.#lastDone_s.set(job.name, run.scheduled_s)
    this.#lookAtRoom(job, run)
    if (job.kind === 'verify' && run.reason !== '') this.#find('failed-verify', job, run.scheduled_s, run.reason)
    if (job.kind !== 'backup') return
    for (const { detail, operation } of done) {
      if (!operation.startsWith('backup')) continue
      const figures: BackupFigures = {
        source_bytes: Number(detail['source_bytes'] ?? 0),
        new_bytes: Number(detail['new_bytes'] ?? 0),
        stored_bytes: Number(detail['stored_bytes'] ?? 0),
      }
      const before = this.#figures.get(job.name) ?? []
      for (const detector of detectors) {
        const plan = this.#plan[detector.name]
        const text = plan === undefined ? undefined : detector.judge(figures, before, plan.threshold)
        if (text !== undefined) this.#find(detector.name, job, run.started_s!, text)
      }
      this.#figures.set(job.name, [...before, figures].slice(-REMEMBERED))
    }
  }

  /** Resolves with the first alarm from now on that is heard and is about the effects of an incident. */
  async of(incident: Incident, abort: AbortSignal): Promise<Alarm> {
    for (;;) {
      const alarm = await this.#heard.next(abort)
      if (!concerns(alarm, incident)) continue
      this.responses.set(alarm, BEGAN_RECOVERY)
      return alarm
    }
  }

  #missing(job: Job, scheduled_s: number, plan: AlarmPlan): void {
    if ((this.#lastDone_s.get(job.name) ?? -Infinity) >= scheduled_s) return
    this.#find('missed-job', job, scheduled_s, `${job.name} has done nothing ${plan.threshold} s after its time`)
  }

  /** Told once, when the store has become full, and again when there was room meanwhile. */
  #lookAtRoom(job: Job, run: JobRun): void {
    const plan = this.#plan['full-store']
    const name = targetOf(job)
    if (plan === undefined || name === undefined) return
    const { objects } = this.#world.store(name)
    const share = objects.stored_bytes / objects.capacity_bytes
    const isFull = share >= plan.threshold || run.fullStore === name
    if (isFull && !this.#full.has(name)) {
      const failed = run.fullStore === name ? `, and had no room for ${job.name}` : ''
      this.#find('full-store', job, run.scheduled_s, `${name} is ${percent(share)} full${failed}`)
    }
    if (isFull) this.#full.add(name)
    else this.#full.delete(name)
  }

  #find(detector: DetectorName, job: Job, evidence_s: number, text: string): void {
    const plan = this.#plan[detector]
    if (plan === undefined) return
    const { simulation, conditions } = this.#world
    const random = simulation.random(`${detector} ${job.name}`, 'alarm', evidence_s)
    const raised_s = simulation.now
    const { site } = this.#world.node(nodeOfJob(job, this.#world)).specification
    const isDeaf = conditions.holding('monitoring-failure').some(({ hazard }) => hazard.target === site)
    const isHeard = !random.chance(plan.miss) && !isDeaf
    const alarm: Alarm = {
      detector,
      job: job.name,
      dataset: 'dataset' in job ? job.dataset : undefined,
      store: job.kind === 'verify' ? job.store : targetOf(job),
      evidence_s,
      raised_s,
      heard_s: isHeard ? raised_s + sample(plan.delay, random) : undefined,
      text,
    }
    this.alarms.push(alarm)
    this.#deliver(alarm)
  }

  #deliver(alarm: Alarm): void {
    const { heard_s } = alarm
    if (heard_s === undefined) return
    this.#pending = [...this.#pending, alarm]
    const { simulation } = this.#world
    simulation.at(Math.max(heard_s, simulation.now), () => {
      this.#pending = this.#pending.filter((other) => other !== alarm)
      simulation.trace?.instant('alarm', alarm.detector, simulation.now, { job: alarm.job, text: alarm.text })
      this.#putRight(alarm)
      this.#heard.send(alarm)
    })
  }

  /** Whoever hears of a job that stores nothing, or of damaged packs, finds the cause and removes it. */
  #putRight(alarm: Alarm): void {
    const { detector, store, heard_s } = alarm
    const { conditions } = this.#world
    const causes =
      detector === 'missed-job'
        ? conditions.holding('silent-failure')
        : detector === 'failed-verify'
          ? conditions.holding('software-bug')
          : []
    const ended = causes.filter(({ hazard }) => hazard.target === store)
    for (const { hazard } of ended) conditions.end(hazard, heard_s!)
    if (ended.length > 0) this.responses.set(alarm, `ended ${ended.map(({ hazard }) => hazard.name).join(' and ')}`)
  }
}

/** Whether an alarm is about the effects of an incident. */
export function concerns({ detector, dataset, evidence_s }: Alarm, { logical, damage, onset_s }: Incident): boolean {
  // Jobs keep running on tainted data: a missed job has another cause, and says nothing about the incident.
  if (logical && detector === 'missed-job') return false
  // Who makes room in a store does not look at what is in it.
  if (detector === 'full-store') return false
  return evidence_s >= onset_s && damage.some((each) => dataset === undefined || dataset === each.dataset)
}

/** When a job is due: by its own calendar, or a fixed time after the job that it follows. */
function scheduleOf(
  job: Job,
  jobs: readonly Job[],
): { readonly schedule: Schedule; readonly hold_s: number } | undefined {
  let hold_s = 0
  let current: Job | undefined = job
  while (current !== undefined) {
    const { trigger }: Job = current
    if ('at' in trigger) return { schedule: trigger.at, hold_s }
    if (current.kind === 'copy') hold_s += current.hold_s ?? 0
    current = jobs.find(({ name, group }) => name === trigger.after || group === trigger.after)
  }
  return undefined
}
