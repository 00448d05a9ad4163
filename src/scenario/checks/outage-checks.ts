import type { WorldSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { PlacedStrategy } from '../sections/strategies.ts'

/** Hazards that keep machines down for a while and leave their data unharmed. */
const OUTAGES: ReadonlySet<string> = new Set(['node-crash', 'power', 'rack', 'region'])

/**
 * Warns where there is a standby but no rule for when to use it: an outage of hours would then last hours, to the
 * surprise of whoever pays for the standby.
 */
export function checkOutages({ strategy }: PlacedStrategy, world: WorldSpecification, { warnings }: Compilation): void {
  if (strategy.recovery.failOverAfter_s !== undefined) return
  if (!strategy.jobs.some(({ kind }) => kind === 'replicate' || kind === 'journal')) return
  const outages = [...world.hazards.values()].filter(({ kind }) => OUTAGES.has(kind)).map(({ name }) => name)
  if (outages.length === 0) return
  warnings.add(
    `strategy ${strategy.name}: ${outages.join(', ')} is waited out although there is a standby; fail-over-after in its recovery plan says when to use it`,
  )
}
