import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import type { World } from '../world.ts'
import { datasetsOn, harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'
import { Intruder } from './intruder.ts'
import type { RandomStream } from '../../kernel/index.ts'

const DAY_S = 86_400
/** Interval at which fast encryption advances: the files of one interval are encrypted together. */
const STEP_S = 600
const STEPS_AT_MOST = 48

/**
 * Without an encryption rate, files of every dataset at a site are encrypted from the onset, a share a day and
 * unnoticed at first; backups taken during the dwell are tainted. With a rate, the intruder stays quiet for the dwell,
 * spreads from node to node, and then encrypts everything reached at that rate: the onset is the first encrypted file.
 * On revealing the attack, the intruder also uses the stolen credentials on the stores. Early detection shuts the
 * intruder out, and what has not been done by then does not happen. Logical.
 */
export interface RansomwareHazard extends HazardCommon {
  readonly kind: 'ransomware'
  /** A site. */
  readonly target: string
  readonly dwell: Distribution
  /**
   * Credentials that the intruder has in addition to those held on the nodes reached. Where none are declared: stores,
   * and nodes that keep snapshots, whose administrator's credential it is. What they allow to delete is deleted.
   */
  readonly credentials: readonly string[]
  /** Node where the intruder enters; absent: all nodes of the site at once. */
  readonly entry?: string
  /** Time from one node to the next. */
  readonly spread?: Distribution
  /** Bytes that each node encrypts per second. */
  readonly encryption_bytesPerSecond?: number
  /** Probability that the intruder attacks the backups. */
  readonly attack: number
}

export const ransomware: HazardKind<RansomwareHazard> = {
  kind: 'ransomware',
  hits: () => 'estate',
  strike(world, hazard, random) {
    const entered_s = world.simulation.now
    const shown_s = entered_s + sample(hazard.dwell, random)
    const nodes = reached(world, hazard, shown_s - entered_s, random)
    const goesForBackups = hazard.attack >= 1 || world.chances.happens(hazard.attack, random)
    const victims = datasetsOn(world, nodes).map((name) => world.dataset(name))
    let contained = false
    const encrypt = (dataset: (typeof victims)[number], from_s: number, until_s: number, steps: number): void => {
      for (let step = 0; step < steps; step += 1) {
        world.simulation.at(from_s + ((until_s - from_s) * step) / steps, () => {
          if (contained || !world.nodeOf(dataset.name).alive) return
          dataset.workload.encryptShare(dataset.files, step, steps, world.instant(world.simulation.now))
        })
      }
    }
    const rate = hazard.encryption_bytesPerSecond
    let onset_s = entered_s
    let detected_s = shown_s
    if (rate === undefined) {
      const steps = Math.max(1, Math.ceil((shown_s - entered_s) / DAY_S))
      for (const dataset of victims) encrypt(dataset, entered_s, shown_s, steps)
    } else {
      onset_s = shown_s
      for (const dataset of victims) {
        const duration_s = dataset.files.bytes / rate
        const steps = Math.min(STEPS_AT_MOST, Math.max(1, Math.ceil(duration_s / STEP_S)))
        encrypt(dataset, shown_s, shown_s + duration_s, steps)
        detected_s = Math.max(detected_s, shown_s + duration_s)
      }
    }
    world.simulation.at(shown_s, () => {
      if (contained) return
      // The backup program's local caches of its repositories are encrypted with the rest of the machine.
      for (const name of nodes) world.node(name).forget()
      const from = [...nodes].find((name) => world.node(name).alive)
      if (!goesForBackups || from === undefined) return
      const loot = [...hazard.credentials, ...world.principals.heldOn(nodes)]
      new Intruder(world, hazard.name, from, loot).deleteBackups()
    })
    return harmless(world, hazard, {
      onset_s,
      detected_s,
      logical: true,
      damage: victims.map((dataset) => ({ dataset: dataset.name })),
      invadedNodes: [...nodes],
      contain: () => {
        contained = true
      },
    })
  },
}

/** Nodes that the intruder has reached when the attack shows, in the order in which they are reached. */
function reached(world: World, hazard: RansomwareHazard, dwell_s: number, random: RandomStream): ReadonlySet<string> {
  const { target, entry, spread } = hazard
  const nodes = [...world.nodes.values()].filter(({ specification }) => specification.site === target)
  const names = nodes.map(({ name }) => name)
  if (entry === undefined) return new Set(names)
  const found = new Set([entry])
  let at_s = 0
  for (const name of names) {
    if (name === entry) continue
    at_s += spread === undefined ? 0 : sample(spread, random)
    if (at_s > dwell_s) break
    found.add(name)
  }
  return found
}
