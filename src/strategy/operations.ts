import { EngineError } from '../engine/errors.ts'
import type { AuditRecord } from '../engine/ports.ts'
import type { Resource } from '../kernel/index.ts'
import { onSchedule } from '../world/index.ts'
import type { World } from '../world/index.ts'
import { kindOf } from './jobs/index.ts'
import { Monitoring } from './monitoring.ts'
import { RecoveryPoints } from './recovery-points.ts'
import { Replicas } from './replicas.ts'
import { Repositories } from './repositories.ts'
import type { Job, Strategy } from './strategy.ts'

const WEEK_S = 7 * 86_400

/** One run of a job. Times are seconds since start. */
export interface JobRun {
  readonly job: string
  readonly kind: Job['kind']
  readonly scheduled_s: number
  started_s: number | undefined
  ended_s: number | undefined
  outcome: 'succeeded' | 'failed' | 'skipped' | 'running'
  reason: string
  read_bytes: number
  written_bytes: number
}

/** Runs the jobs of a strategy in a world, day after day, until something happens. */
export class Operations {
  readonly world: World
  readonly strategy: Strategy
  readonly repositories: Repositories
  readonly replicas: Replicas
  readonly monitoring: Monitoring
  readonly runs: JobRun[] = []
  /** Of these operations; what an origin did before is not among them. */
  readonly points: RecoveryPoints
  #session: Resource
  readonly #busySubjects = new Set<string>()
  readonly #lastPruned: Map<string, number>
  #suspended = false
  #underWay = 0
  #busySince_s = 0

  /** With `origin`: goes on where those operations stand; nothing of theirs may be under way. */
  constructor(world: World, strategy: Strategy, origin?: Operations) {
    this.world = world
    this.strategy = strategy
    this.repositories = new Repositories(world, strategy.repository, origin?.repositories)
    this.replicas = new Replicas(origin?.replicas)
    this.points = new RecoveryPoints(origin?.points)
    this.monitoring = new Monitoring(world, strategy, origin?.monitoring)
    this.#lastPruned = new Map(origin === undefined ? [] : origin.#lastPruned)
    this.#session = world.simulation.flows.resource({ name: 'jobs', capacity: Infinity })
    for (const job of strategy.jobs) {
      if (!('at' in job.trigger)) continue
      world.timetable.add(
        onSchedule(job.trigger.at, world.simulation.now, (scheduled_s) => void this.#launch(job, scheduled_s)),
      )
    }
  }

  get idle(): boolean {
    return this.busySince_s === undefined
  }

  /** Since when work has been under way; undefined when none is. */
  get busySince_s(): number | undefined {
    const { activeSince_s } = this.world
    if (this.#underWay === 0) return activeSince_s
    return Math.min(this.#busySince_s, activeSince_s ?? Infinity)
  }

  /** The latest instant not after this one at which the calendar starts a job; 0 when there is none. */
  lastStart_s(notAfter_s: number): number {
    let last_s = 0
    for (const { trigger } of this.strategy.jobs) {
      if (!('at' in trigger)) continue
      last_s = Math.max(last_s, trigger.at.occurrences.findLast((start_s) => start_s <= notAfter_s) ?? 0)
    }
    return last_s
  }

  /** Calls off what runs and starts nothing more: backups and retention are frozen for the recovery. */
  suspend(reason: string): void {
    this.#suspended = true
    this.#session.fail(new EngineError(reason))
    // What nobody stops goes on, but for the runs that were under way.
    this.#session = this.world.simulation.flows.resource({ name: 'jobs that run on', capacity: Infinity })
  }

  /** Nobody has thought of stopping the job. */
  #runsOn(job: Job): boolean {
    const forgotten = this.world.conditions.holding('retention-runs-on')
    return forgotten.some(({ hazard }) => hazard.target === targetOf(job))
  }

  async #launch(job: Job, scheduled_s: number): Promise<void> {
    if (this.#suspended && !this.#runsOn(job)) return
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
    if (this.#busySubjects.has(subject)) run.reason = 'the previous run has not ended'
    else if (!this.world.node(node).alive) run.reason = `node ${node} is down`
    if (run.reason !== '') return
    run.started_s = simulation.now
    run.outcome = 'running'
    this.#busySubjects.add(subject)
    if (this.#underWay === 0) this.#busySince_s = simulation.now
    this.#underWay += 1
    const span = simulation.span('job', job.name, { kind: job.kind, node, scheduled_s })
    const succeeded = await simulation.task(job.name, () => this.#perform(job, run, node))
    const { outcome, reason, read_bytes, written_bytes } = run
    span.end({ outcome, reason, read_bytes, written_bytes })
    this.#busySubjects.delete(subject)
    if (succeeded) {
      for (const next of this.strategy.jobs) {
        if ('after' in next.trigger && next.trigger.after === job.name) void this.#launch(next, scheduled_s)
      }
    }
    this.#underWay -= 1
  }

  /** Returns whether the job did what it is for. */
  async #perform(job: Job, run: JobRun, node: string): Promise<boolean> {
    const { world, repositories, replicas, points } = this
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
      const report = await kindOf(job).run(job, {
        world,
        repositories,
        replicas,
        points,
        pruneDue: week !== this.#lastPruned.get(job.name),
        work: {
          principal: job.name,
          purpose: job.kind,
          node,
          occurrence: run.scheduled_s,
          session: this.#session,
        },
      })
      run.outcome = 'succeeded'
      run.reason = report.remark
      run.read_bytes = report.read_bytes
      run.written_bytes = report.written_bytes
      this.#lastPruned.set(job.name, week)
    } catch (error) {
      // What the world does to a job is a failed run; anything else is a mistake of ours and must not pass as one.
      if (!(error instanceof EngineError)) throw error
      run.outcome = 'failed'
      run.reason = error.message
    }
    run.ended_s = world.simulation.now
    this.monitoring.ended(job, run, repositories.audit.slice(recorded).filter(isOf(job)))
    return run.outcome === 'succeeded'
  }
}

/** The store that a job fills; undefined for one that fills none. */
function targetOf(job: Job): string | undefined {
  return job.kind === 'backup' || job.kind === 'copy' ? job.to : undefined
}

/** Records of a job's own work: others may have worked meanwhile. */
function isOf({ name }: Job): (record: AuditRecord) => boolean {
  return ({ principal }) => principal === name || principal.startsWith(`${name} as `)
}
