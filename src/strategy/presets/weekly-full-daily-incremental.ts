import type { Schedule } from '../../world/specification.ts'
import type { BackupJob, Job, KeepPolicy } from '../strategy.ts'

export interface WeeklyFullDailyIncremental {
  readonly dataset: string
  readonly to: string
  /** Time of day: '22:00'. */
  readonly at: string
  /** Day of the full backup: 'Sun'. */
  readonly fullOn: Weekday
  /** Applied after each full backup, once a week. */
  readonly keep?: KeepPolicy
  readonly renewLocks?: true
}

const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
export type Weekday = (typeof WEEK)[number]

/** A full backup once a week, and on the other days what has changed since the day before: the classic tape rotation. */
export function weeklyFullDailyIncremental(
  { dataset, to, at, fullOn, keep, renewLocks }: WeeklyFullDailyIncremental,
  schedule: (text: string) => Schedule,
): Job[] {
  const renewal = renewLocks === undefined ? {} : { renewLocks }
  const full: BackupJob = {
    kind: 'backup',
    name: 'weekly-full',
    trigger: { at: schedule(`${fullOn} ${at}`) },
    dataset,
    to,
    type: 'full',
    ...(keep === undefined ? {} : { keep }),
    ...renewal,
  }
  const others = WEEK.filter((day) => day !== fullOn).join(',')
  const incremental: BackupJob = {
    kind: 'backup',
    name: 'daily-incremental',
    trigger: { at: schedule(`${others} ${at}`) },
    dataset,
    to,
    type: 'incremental',
    ...renewal,
  }
  return [full, incremental]
}
