import { EngineError } from '../errors.ts'
import type { Instant } from '../ports.ts'
import { borg } from './borg.ts'
import type { KeepCounts, RetentionDialect } from './dialect.ts'
import { gfs } from './gfs.ts'
import { pbs } from './pbs.ts'
import { restic } from './restic.ts'

export type { KeepCounts, RetentionDialect } from './dialect.ts'

/** Every dialect by name: to add one is one file and one line here. */
export const retentionDialects = { restic, borg, pbs, gfs } as const satisfies Record<string, RetentionDialect>

export type DialectName = keyof typeof retentionDialects

export interface RetentionPolicy {
  readonly dialect: DialectName
  readonly counts: KeepCounts
}

/** What a policy says about one snapshot. */
export interface Decision {
  readonly id: string
  readonly keep: boolean
  /** Why it is kept, in the words of the dialect; empty when it is not. */
  readonly reasons: readonly string[]
}

/**
 * Which snapshots to keep, exactly as the named tool would; in the order given. Calendar periods are those of UTC. Nothing
 * is deleted by a policy without counts: it keeps everything.
 * @throws EngineError for a rule that the dialect does not have or a count that is not a whole number
 */
export function selectSnapshots(
  snapshots: ReadonlyArray<{ readonly id: string; readonly time: Instant }>,
  policy: RetentionPolicy,
  now: Instant,
): Decision[] {
  const dialect = retentionDialects[policy.dialect]
  checkCounts(policy, dialect)
  if (Object.values(policy.counts).every((count) => count === 0))
    return snapshots.map(({ id }) => ({ id, keep: true, reasons: ['policy is empty'] }))
  const newestFirst = snapshots.map((_, at) => at).sort((a, b) => timeAt(snapshots, b) - timeAt(snapshots, a))
  const why = dialect.select(
    newestFirst.map((at) => timeAt(snapshots, at)),
    policy.counts,
    now,
  )
  const decisions: Decision[] = []
  for (const [number, at] of newestFirst.entries()) {
    const reasons = why[number] ?? []
    decisions[at] = { id: snapshots[at]?.id ?? '', keep: reasons.length > 0, reasons }
  }
  return decisions
}

function timeAt(snapshots: ReadonlyArray<{ readonly time: Instant }>, at: number): Instant {
  return snapshots[at]?.time ?? Number.NaN
}

function checkCounts({ dialect: name, counts }: RetentionPolicy, dialect: RetentionDialect): void {
  for (const [rule, count] of Object.entries(counts)) {
    if (!dialect.rules.includes(rule))
      throw new EngineError(`retention by ${name} has no rule '${rule}'; it has ${dialect.rules.join(', ')}`)
    if (!Number.isInteger(count) || count < (dialect.unlimited ? -1 : 0))
      throw new EngineError(
        `retention by ${name} cannot keep ${rule}: ${count}; write a whole number` +
          (dialect.unlimited ? ', or -1 to keep all' : ''),
      )
  }
}
