import { AccessDeniedError, ObjectLockedError } from '../../engine/errors.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../specification.ts'
import { ALL_RIGHTS } from '../rights.ts'
import type { World } from '../world.ts'
import type { HazardCommon, HazardKind } from './hazard.ts'

const DAY_S = 86_400

/**
 * Files of every dataset at a site are encrypted from the onset on, at first unnoticed; backups taken in the dwell are
 * tainted. When the attacker shows himself (`dwell` after the onset) he also uses stolen credentials on the stores.
 */
export interface RansomwareHazard extends HazardCommon {
  readonly kind: 'ransomware'
  /** A site. */
  readonly target: string
  readonly dwell: Distribution
  /** Stores whose administrator credential is stolen: what the store lets it delete is deleted. */
  readonly credentials: readonly string[]
}

/**
 * Files are encrypted a share a day from the onset until the attacker shows himself; then he deletes from every store
 * whose administrator credential he stole what that store lets an administrator delete.
 */
export const ransomware: HazardKind<RansomwareHazard> = {
  kind: 'ransomware',
  hits: () => 'estate',
  strike(world, hazard, random) {
    const onset_s = world.simulation.now
    const detected_s = onset_s + sample(hazard.dwell, random)
    const victims = [...world.datasets.values()].filter(
      (dataset) => world.node(dataset.specification.node).specification.site === hazard.target,
    )
    const steps = Math.max(1, Math.ceil((detected_s - onset_s) / DAY_S))
    for (let step = 0; step < steps; step += 1) {
      world.simulation.at(onset_s + ((detected_s - onset_s) * step) / steps, () => {
        const now = world.instant(world.simulation.now)
        for (const dataset of victims) dataset.workload.encryptShare(dataset.files, step, steps, now)
      })
    }
    world.simulation.at(detected_s, () => {
      for (const store of hazard.credentials) void deleteBackups(world, store, hazard.target)
    })
    return {
      hazard,
      onset_s,
      detected_s,
      logical: true,
      damage: victims.map((dataset) => ({ dataset: dataset.name })),
      destroyedNodes: [],
      destroyedStores: [],
    }
  },
}

/** What the thief of an administrator's credential can do: the store refuses what is locked, and he goes on. */
function deleteBackups(world: World, store: string, site: string): Promise<void> {
  return world.simulation.task(`attack on ${store}`, async () => {
    if (!world.store(store).alive) return
    const from = [...world.nodes.values()].find((node) => node.specification.site === site)
    if (from === undefined) return
    const access = { principal: 'attacker with the administrator credential', may: ALL_RIGHTS, purpose: 'attack' }
    const blobs = world.connect(store, from.name, access)
    const names: string[] = []
    for await (const { name } of blobs.list('')) names.push(name)
    for (const name of names) {
      try {
        await blobs.delete(name)
      } catch (error) {
        if (!(error instanceof ObjectLockedError) && !(error instanceof AccessDeniedError)) throw error
      }
    }
  })
}
