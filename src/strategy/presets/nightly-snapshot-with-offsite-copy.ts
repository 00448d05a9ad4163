import type { Schedule } from '../../world/specification.ts'
import type { Job, KeepPolicy } from '../strategy.ts'

export interface NightlySnapshotWithOffsiteCopy {
  readonly dataset: string
  /** Store beside the data. */
  readonly to: string
  /** Store elsewhere that each snapshot is copied to. */
  readonly offsite: string
  /** Time of day: '22:00'. */
  readonly at: string
  readonly keep?: KeepPolicy
  readonly renewLocks?: true
  readonly keepOffsite?: KeepPolicy
}

/** A deduplicated snapshot every night beside the data, then a copy of it to another place: three copies, two places. */
export function nightlySnapshotWithOffsiteCopy(
  { dataset, to, offsite, at, keep, keepOffsite, renewLocks }: NightlySnapshotWithOffsiteCopy,
  schedule: (text: string) => Schedule,
): Job[] {
  const renewal = renewLocks === undefined ? {} : { renewLocks }
  return [
    {
      kind: 'backup',
      name: 'nightly-snapshot',
      trigger: { at: schedule(`daily ${at}`) },
      dataset,
      to,
      type: 'snapshot',
      ...(keep === undefined ? {} : { keep }),
      ...renewal,
    },
    {
      kind: 'copy',
      name: 'offsite-copy',
      trigger: { after: 'nightly-snapshot' },
      from: to,
      to: offsite,
      ...(keepOffsite === undefined ? {} : { keep: keepOffsite }),
      ...renewal,
    },
  ]
}
