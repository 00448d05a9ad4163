import { EngineError } from '../errors.ts'
import type { Instant } from '../ports.ts'
import { borg } from './borg.ts'
import type { KeepCounts, KeepWithin, RetentionDialect } from './dialect.ts'
import { gfs } from './gfs.ts'
import { pbs } from './pbs.ts'
import { restic } from './restic.ts'
import { isSpan } from './within.ts'

export type { KeepCounts, KeepWithin, RetentionDialect } from './dialect.ts'
export { isSpan, spanOf } from './within.ts'

/** Every dialect by name. To add one: a file in this folder, and a line here. */
export const retentionDialects = { restic, borg, pbs, gfs } as const satisfies Record<string, RetentionDialect>

export type DialectName = keyof typeof retentionDialects

export interface RetentionPolicy {
  readonly dialect: DialectName
  readonly counts: KeepCounts
  /** For dialects that have such rules. */
  readonly within?: KeepWithin
}

/** What a policy decides about one snapshot. */
export interface Decision {
  readonly id: string
  readonly keep: boolean
  /** Why it is kept, in the words of the dialect; empty when it is not. */
  readonly reasons: readonly string[]
}

/**
 * Decides which snapshots to keep, exactly as the named tool would, in the order given. Calendar periods are in UTC. A
 * policy without counts keeps everything.
 * @throws EngineError for a rule that the dialect lacks, a count that is not a whole number, or an invalid span
 */
export function selectSnapshots(
  snapshots: ReadonlyArray<{ readonly id: string; readonly time: Instant }>,
  policy: RetentionPolicy,
  now: Instant,
): Decision[] {
  const dialect = retentionDialects[policy.dialect]
  checkCounts(policy, dialect)
  const within = policy.within ?? {}
  if (Object.values(policy.counts).every((count) => count === 0) && Object.keys(within).length === 0)
    return snapshots.map(({ id }) => ({ id, keep: true, reasons: ['policy is empty'] }))
  const newestFirst = snapshots.map((_, at) => at).sort((a, b) => timeAt(snapshots, b) - timeAt(snapshots, a))
  const why = dialect.select(
    newestFirst.map((at) => timeAt(snapshots, at)),
    policy.counts,
    now,
    within,
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

function checkCounts({ dialect: name, counts, within = {} }: RetentionPolicy, dialect: RetentionDialect): void {
  const { withinRules = [] } = dialect
  for (const [rule, span] of Object.entries(within)) {
    if (!withinRules.includes(rule))
      throw new EngineError(
        `retention by ${name} has no rule '${rule}' that takes a span of time` +
          (withinRules.length === 0 ? '' : `; it has ${withinRules.join(', ')}`),
      )
    if (!isSpan(span))
      throw new EngineError(
        `retention by ${name} cannot keep ${rule}: '${span}'; write years, months, days and hours, such as 1y5m7d2h`,
      )
  }
  for (const [rule, count] of Object.entries(counts)) {
    if (!dialect.rules.includes(rule))
      throw new EngineError(
        withinRules.includes(rule)
          ? `retention by ${name}: ${rule} takes a span of time, such as ${rule}=1y5m7d2h`
          : `retention by ${name} has no rule '${rule}'; it has ${[...dialect.rules, ...withinRules].join(', ')}`,
      )
    if (!Number.isInteger(count) || count < (dialect.unlimited ? -1 : 0))
      throw new EngineError(
        `retention by ${name} cannot keep ${rule}: ${count}; write a whole number` +
          (dialect.unlimited ? ', or -1 to keep all' : ''),
      )
  }
}
