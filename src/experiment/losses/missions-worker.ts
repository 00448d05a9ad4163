import { randomStream } from '../../kernel/index.ts'
import { LifeSimulator, playBlock } from '../../world/durability/index.ts'
import type { MissionCount } from '../../world/durability/index.ts'
import type { MissionTask } from './missions.ts'

/** Plays the blocks of a task; each has a random stream of its own, so that it does not matter who plays it. */
export default function playTask({ system, seed, mission, firstBlock, blocks }: MissionTask): MissionCount {
  const simulator = new LifeSimulator(system)
  let count: MissionCount = { missions: 0, losses: 0, failures: 0 }
  for (const [offset, missions] of blocks.entries()) {
    const random = randomStream([seed, 'missions', firstBlock + offset])
    const { losses, failures } = playBlock(simulator, mission, missions, random)
    count = {
      missions: count.missions + missions,
      losses: count.losses + losses,
      failures: count.failures + failures,
    }
  }
  return count
}
