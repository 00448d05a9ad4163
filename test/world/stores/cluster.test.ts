import { describe, expect, it } from 'vitest'
import { BlobNotFoundError, StoreUnavailableError } from '../../../src/engine/errors.ts'
import { randomStream } from '../../../src/kernel/index.ts'
import { Cluster } from '../../../src/world/stores/index.ts'
import type { ClusterStoreSpecification } from '../../../src/world/stores/index.ts'
import { layOut, place } from '../../../src/world/stores/placement.ts'
import { describeBlobStore } from '../../adapters/blob-store-conformance.ts'
import { DAY_S, HOUR_S, START, content, oneStore } from './one-store.ts'
import type { OneStore } from './one-store.ts'

const GB = 1e9

/** Six racks of one node with two disks of 100 MB/s; 4 + 2 shards, one a rack. */
const erasureCoded: ClusterStoreSpecification = {
  kind: 'cluster',
  name: 'ceph',
  site: 'east',
  read_bytesPerSecond: Infinity,
  write_bytesPerSecond: Infinity,
  latency_s: 0,
  sites: ['east'],
  racks: 6,
  nodesPerRack: 1,
  disksPerNode: 2,
  scheme: { data: 4, parity: 2 },
  spread: 'rack',
  groups: 64,
  disk_bytesPerSecond: 100e6,
  repairAfter_s: 600,
  repair_bytesPerSecond: Infinity,
  replacement_s: 7 * DAY_S,
  usdPerYear: 0,
}
const replicated: ClusterStoreSpecification = { ...erasureCoded, scheme: { data: 1, parity: 2 } }

function clusterOf({ store }: OneStore): Cluster {
  if (store.behaviour instanceof Cluster) return store.behaviour
  throw new Error('a cluster was expected')
}

const names = Array.from({ length: 100 }, (_, k) => `data/${k}`)

async function filled(specification: ClusterStoreSpecification): Promise<OneStore> {
  const one = oneStore(specification)
  for (const name of names) await one.run(() => one.blobs.put(name, content(name, GB)))
  return one
}

describeBlobStore('a simulated cluster of erasure-coded objects', async () => {
  const { simulation, blobs, run } = oneStore(erasureCoded)
  return { store: blobs, now: () => START + simulation.now, run }
})

describe('placement', () => {
  it('puts the shards of a group into racks of their own, and on as many nodes as there are', () => {
    const disks = layOut(['east'], { racks: 6, nodesPerRack: 2, disksPerNode: 4 })
    for (let group = 0; group < 100; group++) {
      const chosen = place(disks, 6, 'rack', randomStream(['placement', group])).map((disk) => disks[disk]!)
      expect(new Set(chosen.map(({ rack }) => rack)).size).toBe(6)
    }
    const crowded = place(disks, 12, 'rack', randomStream(['crowded'])).map((disk) => disks[disk]!)
    expect(new Set(crowded.map(({ node }) => node)).size).toBe(12)
  })

  it('deals racks out to sites in turn', () => {
    const disks = layOut(['east', 'west'], { racks: 4, nodesPerRack: 1, disksPerNode: 1 })
    expect(disks.map(({ site }) => site)).toEqual(['east', 'west', 'east', 'west'])
  })
})

describe('4 + 2 shards over twelve disks of 100 MB/s', () => {
  it('write six bytes for four', async () => {
    // 8 GB × 6/4 over 1.2 GB/s
    const one = oneStore(erasureCoded)
    expect(await one.seconds(() => one.blobs.put('a', content('a', 8 * GB)))).toBeCloseTo(10, 6)
    expect(await one.seconds(() => one.blobs.get('a'))).toBeCloseTo(8 / 1.2, 6)
  })

  it('read whole objects from whichever four shards are there while a rack is away', async () => {
    const one = oneStore(erasureCoded)
    const cluster = clusterOf(one)
    await one.run(() => one.blobs.put('a', content('a', 8 * GB)))
    cluster.disks.takeAway(cluster.disks.numbersOf('rack', 0), one.simulation.now + HOUR_S)
    // 10 disks are left; the last stripe is read whole.
    expect(await one.seconds(() => one.blobs.get('a'))).toBeCloseTo(8 / 1, 4)
    // Of less than a stripe, what lay on the missing shard, a sixth of it, is worked out from four others: 1 + 1/6 × 3.
    const part = { start: 4096, end: 8192 }
    expect(await one.seconds(() => one.blobs.get('a', part))).toBeCloseTo((4096 * 1.5) / GB, 15)
    await one.simulation.run(2 * HOUR_S)
    expect(await one.seconds(() => one.blobs.get('a'))).toBeCloseTo(8 / 1.2, 6)
  })

  it('lose nothing with two racks, are out of reach with a third away, and lose everything with a third gone', async () => {
    const one = await filled(erasureCoded)
    const cluster = clusterOf(one)
    for (const rack of [0, 1]) cluster.disks.fail(cluster.disks.numbersOf('rack', rack))
    for (const name of names) expect((await one.run(() => one.blobs.get(name))).length).toBe(GB)
    cluster.disks.takeAway(cluster.disks.numbersOf('rack', 2), one.simulation.now + HOUR_S)
    await expect(one.run(() => one.blobs.get('data/0'))).rejects.toThrow(StoreUnavailableError)
    await expect(one.run(() => one.blobs.get('data/0'))).rejects.toThrow('3 of 6 shards of data/0 are out of reach')
    expect(cluster.lostObjects).toBe(0)
    cluster.disks.fail(cluster.disks.numbersOf('rack', 3))
    expect(cluster.lostObjects).toBe(100)
    await expect(one.run(() => one.blobs.get('data/0'))).rejects.toThrow(BlobNotFoundError)
    // What is written afterwards is safe again.
    await one.simulation.run(one.simulation.now + 30 * DAY_S)
    await one.run(() => one.blobs.put('again', content('again', GB)))
    expect((await one.run(() => one.blobs.get('again'))).length).toBe(GB)
  })

  it('are whole again after a repair: then two more may go', async () => {
    const one = await filled({ ...erasureCoded, racks: 8 })
    const cluster = clusterOf(one)
    for (const racks of [
      [0, 1],
      [2, 3],
      [0, 1],
    ]) {
      for (const rack of racks) cluster.disks.fail(cluster.disks.numbersOf('rack', rack))
      await one.simulation.run(one.simulation.now + 30 * DAY_S)
    }
    expect(cluster.lostObjects).toBe(0)
    for (const name of names) expect((await one.run(() => one.blobs.get(name))).length).toBe(GB)
  })

  it('repair what one disk held: a quarter of each group that it was in, after ten minutes', async () => {
    const one = await filled({ ...erasureCoded, replacement_s: Infinity })
    const cluster = clusterOf(one)
    cluster.disks.fail([0])
    const before = one.simulation.now
    await one.simulation.run(before + 600)
    expect(cluster.repaired_bytes).toBe(0)
    await one.simulation.run(before + DAY_S)
    // 100 GB × 6/4 over 12 disks is 12.5 GB a disk.
    expect(cluster.repaired_bytes / GB).toBeGreaterThan(6)
    expect(cluster.repaired_bytes / GB).toBeLessThan(19)
  })

  it('are made anew at the rate of the repair, however many groups were hit', async () => {
    const one = await filled({ ...erasureCoded, replacement_s: Infinity, repair_bytesPerSecond: 10e6 })
    const cluster = clusterOf(one)
    cluster.disks.fail([0])
    await one.simulation.run(one.simulation.now + 600 + 300)
    expect(cluster.repaired_bytes).toBeLessThanOrEqual(300 * 10e6)
    await one.simulation.run(one.simulation.now + 19e9 / 10e6)
    expect(cluster.repaired_bytes).toBeGreaterThan(6 * GB)
  })

  it('share the disks between repair and backup', async () => {
    const one = await filled(erasureCoded)
    const cluster = clusterOf(one)
    const alone = await one.seconds(() => one.blobs.put('a', content('a', 100 * GB)))
    cluster.disks.fail([0])
    await one.simulation.run(one.simulation.now + 600)
    const beside = await one.seconds(() => one.blobs.put('b', content('b', 100 * GB)))
    expect(beside).toBeGreaterThan(1.1 * alone)
  })
})

describe('three replicas', () => {
  it('write three bytes for one, and read one', async () => {
    const one = oneStore(replicated)
    expect(await one.seconds(() => one.blobs.put('a', content('a', 12 * GB)))).toBeCloseTo(30, 6)
    expect(await one.seconds(() => one.blobs.get('a'))).toBeCloseTo(10, 6)
  })
})

describe('a cluster over two sites', () => {
  const stretched: ClusterStoreSpecification = { ...replicated, sites: ['east', 'west'], spread: 'site' }

  it('survives the loss of the site of its front door, and of the other', async () => {
    const one = await filled(stretched)
    one.store.destroy(new Error('fire'))
    expect(one.store.alive).toBe(true)
    for (const name of names) expect((await one.run(() => one.blobs.get(name))).length).toBe(GB)
    const other = await filled(stretched)
    clusterOf(other).losePart({ domain: 'site', which: 'west' })
    for (const name of names) expect((await other.run(() => other.blobs.get(name))).length).toBe(GB)
  })

  it('at one site only does not', async () => {
    const one = await filled(replicated)
    one.store.destroy(new Error('fire'))
    expect(one.store.alive).toBe(false)
  })
})

describe('disks that fail by themselves', () => {
  /** Lifetimes of 100 days. */
  const mortal: ClusterStoreSpecification = {
    ...replicated,
    failure: { law: 'exponential', mean: 100 * DAY_S },
    replacement_s: DAY_S,
  }

  it('are repaired and replaced for years without a loss, where repairs are quick', async () => {
    const one = await filled(mortal)
    await one.simulation.run(3 * 365 * DAY_S)
    // 12 disks × 3 years / 100 days: about 131 failures of about 25 GB each
    expect(clusterOf(one).repaired_bytes / GB).toBeGreaterThan(1500)
    expect(clusterOf(one).lostObjects).toBe(0)
  })

  it('lose data where repairs are slow', async () => {
    const one = await filled({ ...mortal, repairAfter_s: 90 * DAY_S, replacement_s: 200 * DAY_S })
    await one.simulation.run(3 * 365 * DAY_S)
    expect(clusterOf(one).lostObjects).toBeGreaterThan(0)
  })

  it('go on failing in a branch of the world as they would have', async () => {
    const trunk = await filled(mortal)
    await trunk.simulation.run(50 * DAY_S)
    const branch = oneStore(mortal, trunk)
    await branch.simulation.run(100 * DAY_S)
    const before = clusterOf(trunk).repaired_bytes
    await trunk.simulation.run(100 * DAY_S)
    expect(clusterOf(branch).repaired_bytes).toBeCloseTo(clusterOf(trunk).repaired_bytes - before, -9)
  })
})

describe('latent errors', () => {
  const fragile = (scrubInterval_s: number): ClusterStoreSpecification => ({
    ...replicated,
    scheme: { data: 2, parity: 1 },
    repairAfter_s: 60,
    replacement_s: 120,
    latentErrors: { perDiskYear: 5, scrubInterval_s },
  })

  /** Objects lost in ten failures, one every 30 days: with one parity shard every repair reads all that is left. */
  async function lostIn(specification: ClusterStoreSpecification): Promise<number> {
    const one = await filled(specification)
    for (let k = 1; k <= 10; k++) {
      await one.simulation.run(k * 30 * DAY_S)
      clusterOf(one).disks.fail([k])
    }
    return clusterOf(one).lostObjects
  }

  it('take objects when the last spare shard is gone, fewer of them with scrubbing', async () => {
    const never = await lostIn(fragile(Infinity))
    const weekly = await lostIn(fragile(7 * DAY_S))
    expect(never).toBeGreaterThan(0)
    expect(weekly).toBeLessThan(never / 3)
  })

  it('are looked for by reading everything, which the disks have to do besides', async () => {
    const one = await filled(fragile(DAY_S))
    const alone = await one.seconds(() => one.blobs.get('data/0'))
    await one.simulation.run(DAY_S + 1)
    const beside = await one.seconds(() => one.blobs.get('data/0'))
    // The scrub has a tenth of the weight of a reader.
    expect(beside / alone).toBeCloseTo(1.1, 6)
  })
})
