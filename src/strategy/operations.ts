import { EngineError, StoreFullError } from '../engine/errors.ts'
import type { AuditRecord } from '../engine/ports.ts'
import type { Resource } from '../kernel/index.ts'
import { onSchedule } from '../world/index.ts'
import type { World } from '../world/index.ts'
import type { JobRun } from './job-run.ts'
import { targetOf } from './job-target.ts'
import { JobGroups } from './job-groups.ts'
import { kindOf } from './jobs/index.ts'
import { Logs } from './logs.ts'
import { Monitoring } from './monitoring.ts'
import { PendingLaunches } from './pending-launches.ts'
import { RecoveryPoints } from './recovery-points.ts'
import { Replicas } from './replicas.ts'
import { Repositories } from './repositories.ts'
import { sessionOf } from './session.ts'
import type { Session } from './session.ts'
import { KEEP_TRYING_S } from './strategy.ts'
import type { Job, Strategy } from './strategy.ts'

const WEEK_S = 7 * 86_400

/** Runs the jobs of a strategy in a world, day after day, until an incident stops them. */
export class Operations {
  readonly world: World
  readonly strategy: Strategy
  readonly repositories: Repositories
  readonly replicas: Replicas
  readonly logs: Logs
  readonly monitoring: Monitoring
  readonly runs: JobRun[] = []
  /** Points made by these operations; those of an origin are not included. */
  readonly points: RecoveryPoints
  /** The session of all runs that have no limits of their own. */
  #shared: Resource
  readonly #sessions = new Set<Session>()
  readonly #pending: PendingLaunches
  readonly #groups: JobGroups
  /** The subjects being worked on, and the job that works on each. */
  readonly #busySubjects = new Map<string, string>()
  readonly #lastPruned: Map<string, number>
  #suspended = false
  #gone: ReadonlySet<string> = new Set()
  #underWay = 0
  #busySince_s = 0

  /** With `origin`: continues where those operations are; they must have nothing under way. */
  constructor(world: World, strategy: Strategy, origin?: Operations) {
    this.world = world
    this.strategy = strategy
    this.repositories = new Repositories(world, strategy.repository, origin?.repositories)
    this.replicas = new Replicas(origin?.replicas)
    this.logs = new Logs(origin?.logs)
    this.points = new RecoveryPoints(origin?.points)
    this.monitoring = new Monitoring(world, strategy, origin?.monitoring)
    this.#lastPruned = new Map(origin === undefined ? [] : origin.#lastPruned)
    this.#shared = world.simulation.flows.resource({ name: 'jobs', capacity: Infinity })
    this.#pending = new PendingLaunches(origin === undefined ? undefined : origin.#pending)
    this.#groups = new JobGroups(strategy.jobs, origin === undefined ? undefined : origin.#groups)
    for (const job of strategy.jobs) {
      const kind = kindOf(job)
      const following = {
        world,
        replicas: this.replicas,
        logs: this.logs,
        busy: () => this.#busySubjects.has(kind.subject(job)),
      }
      const followed = kind.follow?.(job, following, (scheduled_s) => void this.#launch(job, scheduled_s))
      if (followed !== undefined) world.timetable.add(followed)
      if (!('at' in job.trigger)) continue
      world.timetable.add(
        onSchedule(job.trigger.at, world.simulation.now, (scheduled_s) => void this.#launch(job, scheduled_s)),
      )
    }
    world.timetable.add(
      this.#pending.event(({ job, scheduled_s, attempt }) => void this.#launch(job, scheduled_s, attempt)),
    )
  }

  get idle(): boolean {
    return this.busySince_s === undefined
  }

  /** When the current work began; undefined when there is none. */
  get busySince_s(): number | undefined {
    const { activeSince_s } = this.world
    if (this.#underWay === 0) return activeSince_s
    return Math.min(this.#busySince_s, activeSince_s ?? Infinity)
  }

  /** The latest instant up to this one at which the calendar starts a job; 0 when there is none. */
  lastStart_s(notAfter_s: number): number {
    let last_s = 0
    for (const { trigger } of this.strategy.jobs) {
      if (!('at' in trigger)) continue
      last_s = Math.max(last_s, trigger.at.occurrences.findLast((start_s) => start_s <= notAfter_s) ?? 0)
    }
    return last_s
  }

  /** Cancels running jobs and starts no new ones: backups and retention are frozen for the recovery. */
  suspend(reason: string): void {
    this.#suspended = true
    const error = new EngineError(reason)
    this.#shared.fail(error)
    for (const session of this.#sessions) session.callOff(error)
    // Jobs that nobody stops continue, except for the runs that were under way.
    this.#shared = this.world.simulation.flows.resource({ name: 'jobs that run on', capacity: Infinity })
  }

  /** Lets the jobs run on during the recovery, except on these datasets, of which nothing is left to read. */
  goOnWithout(datasets: readonly string[]): void {
    this.#gone = new Set(datasets)
  }

  /** Whether nobody has thought of stopping the job. */
  #runsOn(job: Job): boolean {
    const forgotten = this.world.conditions.holding('retention-runs-on')
    return forgotten.some(({ hazard }) => hazard.target === targetOf(job))
  }

  /** @param attempt number of earlier attempts at this run */
  async #launch(job: Job, scheduled_s: number, attempt = 0): Promise<void> {
    if (this.#suspended && !this.#runsOn(job)) return this.#settle(job, scheduled_s, false)
    if ('dataset' in job && this.#gone.has(job.dataset)) return this.#settle(job, scheduled_s, false)
    const { simulation } = this.world
    const kind = kindOf(job)
    const subject = kind.subject(job)
    const run: JobRun = {
      job: job.name,
      kind: job.kind,
      scheduled_s,
      started_s: undefined,
      ended_s: undefined,
      outcome: 'skipped',
      reason: '',
      read_bytes: 0,
      written_bytes: 0,
    }
    this.runs.push(run)
    const node = kind.node(job, this.world)
    const busyWith = this.#busySubjects.get(subject)
    if (busyWith === job.name) run.reason = 'the previous run has not ended'
    else if (busyWith !== undefined) run.reason = `the job ${busyWith} has not ended: ${subject}`
    else if (!this.world.node(node).alive) run.reason = `node ${node} is down`
    if (run.reason !== '') return this.#settle(job, scheduled_s, false)
    run.started_s = simulation.now
    run.outcome = 'running'
    this.#busySubjects.set(subject, job.name)
    if (this.#underWay === 0) this.#busySince_s = simulation.now
    this.#underWay += 1
    const span = simulation.span('job', job.name, { kind: job.kind, node, scheduled_s })
    const session = sessionOf(job, simulation, this.#shared)
    this.#sessions.add(session)
    const succeeded = await simulation.task(job.name, () => this.#perform(job, run, { node, session, attempt }))
    this.#sessions.delete(session)
    const { outcome, reason, read_bytes, written_bytes } = run
    span.end({ outcome, reason, read_bytes, written_bytes })
    this.#busySubjects.delete(subject)
    if (succeeded || !this.#isTriedAgain(job, scheduled_s, attempt)) this.#settle(job, scheduled_s, succeeded)
    this.#underWay -= 1
  }

  /** Ends this occasion of a job: the jobs that follow it, or its group, become due. */
  #settle(job: Job, scheduled_s: number, succeeded: boolean): void {
    const ended = [
      ...(succeeded ? [job.name] : []),
      ...(this.#groups.isDone(job, scheduled_s, succeeded) ? [job.group!] : []),
    ]
    if (ended.length === 0) return
    for (const next of this.strategy.jobs) {
      if (!('after' in next.trigger) || !ended.includes(next.trigger.after)) continue
      const hold_s = next.kind === 'copy' ? (next.hold_s ?? 0) : 0
      if (hold_s === 0) void this.#launch(next, scheduled_s)
      else this.#launchLater(next, scheduled_s, hold_s, 0)
    }
  }

  #isTriedAgain(job: Job, scheduled_s: number, attempt: number): boolean {
    const { retry } = job.terms ?? {}
    if (retry === undefined || attempt >= retry.times) return false
    this.#launchLater(job, scheduled_s, retry.wait_s, attempt + 1)
    return true
  }

  #launchLater(job: Job, scheduled_s: number, wait_s: number, attempt: number): void {
    const { simulation, timetable } = this.world
    this.#pending.add({ job, scheduled_s, due_s: simulation.now + wait_s, attempt })
    timetable.refresh()
  }

  /** @returns whether the job did its work */
  async #perform(
    job: Job,
    run: JobRun,
    { node, session, attempt }: { readonly node: string; readonly session: Session; readonly attempt: number },
  ): Promise<boolean> {
    const { world, repositories, replicas, logs, points } = this
    const week = Math.floor(run.scheduled_s / WEEK_S)
    const [silent] = world.conditions.holding('silent-failure').filter(({ hazard }) => hazard.target === targetOf(job))
    if (silent !== undefined) {
      run.outcome = 'succeeded'
      run.reason = `stored nothing, and did not say so: ${silent.hazard.name}`
      run.ended_s = world.simulation.now
      return true
    }
    const recorded = repositories.audit.length
    try {
      this.#failByChance(job, run.scheduled_s, attempt)
      const report = await kindOf(job).run(job, {
        world,
        repositories,
        replicas,
        logs,
        points,
        pruneDue: week !== this.#lastPruned.get(job.name),
        work: {
          principal: job.name,
          purpose: job.kind,
          node,
          occurrence: run.scheduled_s,
          attempt,
          session: session.session,
          onRead: (bytes) => {
            run.read_bytes += bytes
          },
          onStored: (bytes) => {
            run.written_bytes += bytes
          },
          keepTrying_s: job.terms?.keepTrying_s ?? KEEP_TRYING_S,
          ...(session.pace === undefined ? {} : { pace: session.pace }),
          ...(session.closing === undefined ? {} : { closing: session.closing }),
        },
      })
      run.outcome = 'succeeded'
      run.reason = report.remark
      run.read_bytes = report.read_bytes
      run.written_bytes = report.written_bytes
      this.#lastPruned.set(job.name, week)
    } catch (error) {
      // What the world does to a job makes the run fail. Any other error is a bug in firedrill and must not pass as a
      // failed run.
      if (!(error instanceof EngineError)) throw error
      run.outcome = 'failed'
      run.reason = error.message
      const store = targetOf(job)
      if (store !== undefined && isForWantOfRoom(error)) run.fullStore = store
    }
    run.ended_s = world.simulation.now
    run.reason = [run.reason, session.close()].filter((text) => text !== '').join('; ')
    this.monitoring.ended(job, run, repositories.audit.slice(recorded).filter(isOf(job)))
    return run.outcome === 'succeeded'
  }

  /** Failures of the backup program itself, independent of stores, links and machines. */
  #failByChance({ name, terms }: Job, scheduled_s: number, attempt: number): void {
    const { failure = 0 } = terms ?? {}
    if (failure === 0) return
    const random = this.world.simulation.random(`${name} try ${attempt}`, 'run fails', scheduled_s)
    if (random.chance(failure)) throw new EngineError('the run failed for a reason of its own')
  }
}

function isForWantOfRoom(error: unknown): boolean {
  return error instanceof StoreFullError || (error instanceof Error && isForWantOfRoom(error.cause))
}

/** Selects the audit records of a job's own work: other jobs may have worked at the same time. */
function isOf({ name }: Job): (record: AuditRecord) => boolean {
  return ({ principal }) => principal === name || principal.startsWith(`${name} as `)
}
