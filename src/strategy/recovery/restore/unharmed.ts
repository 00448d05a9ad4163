import { compareTrees } from '../../../adapters/virtual/index.ts'
import type { Damage, World } from '../../../world/index.ts'

/** Asserts that data which an outage put out of reach equal the history, from its onset until they are back. */
export function assertUnharmed(world: World, { dataset, backAt_s }: Damage, onset_s: number): void {
  const { files } = world.dataset(dataset)
  const before = files.at(world.instant(onset_s))
  // At the instant at which the data are back the application may already have written.
  const after = files.at(world.instant(backAt_s! * (1 - Number.EPSILON)))
  if (before === undefined || after === undefined || !compareTrees(after, before).equal) {
    throw new Error(`an outage has changed ${dataset}, which it should have left alone`)
  }
}
