import type { Damage, World } from '../../../world/index.ts'
import type { Operations } from '../../operations.ts'
import { restoreDataset } from './restore-dataset.ts'
import type { RestoreTask } from './restore-candidate.ts'
import type { RestoredDataset } from './restored-dataset.ts'

/** All shards of a dataset that is spread over nodes, itself included; undefined for a single dataset. */
export function shardsOf(world: World, dataset: string): string[] | undefined {
  const { group } = world.dataset(dataset).specification
  if (group === undefined) return undefined
  return [...world.datasets.values()]
    .filter(({ specification }) => specification.group === group)
    .map(({ name }) => name)
}

/**
 * Adds to the damage the other shards of every group that has to go back: shards are only consistent at one common
 * instant. (A deleted part is repaired within its shard, and data that an outage keeps away need not go back.)
 */
export function withShards(world: World, damage: readonly Damage[]): Damage[] {
  const all = new Map(damage.map((item) => [item.dataset, item]))
  for (const { dataset, only, backAt_s, intactOn } of damage) {
    if (only !== undefined || backAt_s !== undefined || intactOn !== undefined) continue
    for (const shard of shardsOf(world, dataset) ?? []) {
      const known = all.get(shard)
      if (known === undefined || known.only !== undefined || known.backAt_s !== undefined) {
        all.set(shard, { dataset: shard })
      }
    }
  }
  return [...all.values()]
}

/**
 * Restores all shards together to the newest cut that all of them have. If one of them cannot be restored to it, all go
 * back to an earlier one.
 * @returns the result of each shard's restore, in their order
 */
export async function restoreGroup(
  operations: Operations,
  shards: readonly RestoreTask[],
): Promise<Array<RestoredDataset | string>> {
  const { world } = operations
  const names = shards.map(({ damage }) => damage.dataset)
  let cuts = commonCuts(operations, names)
  const passedOver: string[] = []
  let older = false
  for (;;) {
    const results = await Promise.all(shards.map((task) => restoreDataset({ ...task, cuts: new Set(cuts) })))
    const restored = results.filter((result) => typeof result !== 'string')
    const points = new Set(restored.map(({ recoveryPoint_s }) => recoveryPoint_s))
    if (restored.length < results.length) {
      const why = results.find((result) => typeof result === 'string')
      return results.map((result) => (typeof result === 'string' ? result : `${why}`))
    }
    older ||= restored.some((result) => result.older)
    if (points.size === 1) {
      const earlier = [...new Set(passedOver)]
      return restored.map((result) => ({ ...result, older, passedOver: [...earlier, ...result.passedOver] }))
    }
    passedOver.push(...restored.flatMap((result) => result.passedOver))
    const oldest_s = Math.min(...points)
    cuts = cuts.filter((cut) => cut - world.start <= oldest_s)
  }
}

/** Instants at which every shard was cut and of which every shard still has a point somewhere. */
export function commonCuts({ points, world }: Operations, shards: readonly string[]): number[] {
  const [first = '', ...others] = shards
  const cutsOf = (shard: string): Set<number> =>
    new Set(
      points.all
        .filter(({ dataset, until_s }) => dataset === shard && until_s === Infinity)
        .map(({ cut_s }) => world.start + cut_s),
    )
  const sets = others.map(cutsOf)
  return [...cutsOf(first)].filter((cut) => sets.every((set) => set.has(cut)))
}
