import type { RandomStream } from '../../kernel/index.ts'
import { Extents, extentStream, materialiseStream } from '../../adapters/virtual/index.ts'
import { sample } from '../sample.ts'
import type { Distribution } from '../sample.ts'
import type { World } from '../world.ts'
import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'
import type { Incident } from '../failures/incident.ts'

/**
 * Latent sector errors and bit rot. In a store, some blobs hold other bytes than were written, which is noticed only
 * when they are read. In a dataset, some files do, and backups made afterwards are sound copies of corrupt files; there
 * it is a logical incident.
 */
export interface BitRotHazard extends HazardCommon {
  readonly kind: 'bit-rot'
  /** A store or a dataset. */
  readonly target: string
  /** Number of blobs or files that are hit. */
  readonly count: number
  /** Corrupted bytes of each. */
  readonly size_bytes: number
  /** In a dataset: time until somebody notices. */
  readonly detection: Distribution
}

export const bitRot: HazardKind<BitRotHazard> = {
  kind: 'bit-rot',
  hits: (hazard, estate) => (estate.stores.has(hazard.target) ? 'protection' : 'estate'),
  strike(world, hazard, random) {
    return world.stores.has(hazard.target) ? inStore(world, hazard, random) : inDataset(world, hazard, random)
  },
}

function inStore(world: World, hazard: BitRotHazard, random: RandomStream): Incident {
  const { objects, alive } = world.store(hazard.target)
  const names = alive ? objects.names('') : []
  // Sectors fail, not blobs, so a blob is hit in proportion to its size.
  const sizes = names.map((name) => objects.find(name)!.size)
  const total_bytes = sizes.reduce((sum, size) => sum + size, 0)
  const hits = total_bytes > 0 ? hazard.count : 0
  for (let hit = 0; hit < hits; hit += 1) {
    let at = Math.floor(random.uniform() * total_bytes)
    let blob = 0
    while (at >= sizes[blob]!) at -= sizes[blob++]!
    objects.damage(names[blob]!, { start: at, end: Math.min(sizes[blob]!, at + hazard.size_bytes) })
  }
  return harmless(world, hazard)
}

function inDataset(world: World, hazard: BitRotHazard, random: RandomStream): Incident {
  const onset_s = world.simulation.now
  const dataset = world.dataset(hazard.target)
  const { files, specification } = dataset
  const hit = new Set<string>()
  for (let count = 0; count < hazard.count && files.bytes > 0; count += 1) {
    const { path, file } = files.root.fileAtByte(random.integer(files.bytes))
    if (hit.has(path)) continue
    hit.add(path)
    const at = random.integer(file.size)
    const length = Math.min(hazard.size_bytes, file.size - at)
    const rotten = extentStream(`${hazard.name} ${onset_s} ${count}`, 1)
    const content =
      specification.fidelity === 'bytes' ? materialiseStream(rotten, 0, length) : Extents.of(rotten, 0, length)
    files.splice(path, at, length, content, world.clock.now(), 'intruder')
  }
  return harmless(world, hazard, {
    detected_s: onset_s + sample(hazard.detection, random),
    logical: true,
    damage: hit.size === 0 ? [] : [{ dataset: dataset.name, only: [...hit].sort() }],
  })
}
