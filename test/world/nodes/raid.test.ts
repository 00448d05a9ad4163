import { describe, expect, it } from 'vitest'
import { StoreUnavailableError } from '../../../src/engine/errors.ts'
import { Simulation, randomStream } from '../../../src/kernel/index.ts'
import { strike } from '../../../src/world/index.ts'
import { RaidGroup } from '../../../src/world/nodes/raid.ts'
import type { RaidSpecification } from '../../../src/world/nodes/raid.ts'
import { disk, node, smallWorld } from '../small-world.ts'

const HOUR_S = 3600
const TB = 1e12

/** RAID 7+1 of 8 TB disks, rebuilt at 100 MB/s from a hot spare: 80,000 s. */
const raid5: RaidSpecification = {
  disks: 8,
  tolerates: 1,
  disk_bytes: 8 * TB,
  rebuild_bytesPerSecond: 100e6,
  replacement_s: 0,
}

function group(specification: RaidSpecification) {
  const simulation = new Simulation({ seed: 'raid' })
  const read = simulation.flows.resource({ name: 'read', capacity: 1600e6 })
  const write = simulation.flows.resource({ name: 'write', capacity: 800e6 })
  const raid = new RaidGroup(specification, simulation, { read, write })
  return { simulation, read, write, raid }
}

describe('a RAID group', () => {
  it('goes on without one disk, is whole again after the rebuild, and then goes on without another', async () => {
    const { simulation, raid } = group(raid5)
    expect(raid.failOne()).toBe(false)
    await simulation.run(80_000 - 1)
    expect(raid.missing).toBe(1)
    await simulation.run(80_000 + 1)
    expect(raid.missing).toBe(0)
    expect(raid.failOne()).toBe(false)
  })

  it('loses everything with a second disk during the rebuild, RAID 6 with a third', async () => {
    const { simulation, raid } = group(raid5)
    raid.failOne()
    await simulation.run(70_000)
    expect(raid.failOne()).toBe(true)
    const six = group({ ...raid5, tolerates: 2 }).raid
    expect([six.failOne(), six.failOne(), six.failOne()]).toEqual([false, false, true])
  })

  it('is slower while a disk is missing: 7 of 8 disks, and 1 of 8 reads needs 7', () => {
    const { read, write, raid } = group({ ...raid5, replacement_s: 10 * HOUR_S })
    raid.failOne()
    expect(read.capacity).toBeCloseTo((1600e6 * (7 / 8)) / (1 + 6 / 8), 0)
    expect(write.capacity).toBeCloseTo(800e6 * (7 / 8), 0)
  })

  it('waits for the replacement, then rebuilds beside other work, which takes longer', async () => {
    const { simulation, read, raid } = group({ ...raid5, replacement_s: 10 * HOUR_S })
    raid.failOne()
    // 800 MB/s are left; the rebuild reads 7 × 100 MB/s of them where it can.
    const busy = simulation.flows.transfer({ amount: 100 * TB, over: [{ resource: read }], purpose: 'backup' })
    await simulation.run(10 * HOUR_S + 80_000)
    expect(raid.missing).toBe(1)
    expect(busy.rate).toBeCloseTo(100e6, -6)
  })

  it('begins its rebuild again after an outage', async () => {
    const { simulation, read, raid } = group(raid5)
    raid.failOne()
    await simulation.run(70_000)
    read.fail(new Error('power'))
    await simulation.run(75_000)
    read.restore()
    raid.resume()
    await simulation.run(150_000)
    expect(raid.missing).toBe(1)
    await simulation.run(156_000)
    expect(raid.missing).toBe(0)
  })
})

describe('a disk failure', () => {
  const hazard = {
    kind: 'disk',
    name: 'worn-out',
    target: 'files',
    rate_perYear: 0.1,
    replacement: { law: 'constant', value: 0 },
    detection: { law: 'constant', value: 60 },
  } as const

  it('is nothing to a node whose disks are guarded, until there is one too many', () => {
    const guarded = node('files', 'office')
    const world = smallWorld({
      nodes: [{ ...guarded, disk: { ...guarded.disk, raid: raid5 } }],
      stores: [],
      links: [],
    })
    expect(strike(world, hazard, randomStream(['first'])).destroyedNodes).toEqual([])
    expect(world.node('files').alive).toBe(true)
    expect(strike(world, hazard, randomStream(['second'])).destroyedNodes).toEqual(['files'])
    expect(world.node('files').alive).toBe(false)
    world.node('files').replace()
    expect(strike(world, hazard, randomStream(['third'])).destroyedNodes).toEqual([])
  })

  it('empties a store whose disks are guarded only when there is one too many', async () => {
    const nas = disk('nas', 'office')
    const world = smallWorld({
      nodes: [node('files', 'office')],
      stores: [{ ...nas, raid: raid5 } as typeof nas],
      links: [],
    })
    const at = { ...hazard, target: 'nas', replacement: { law: 'constant', value: HOUR_S } } as const
    strike(world, at, randomStream(['first']))
    expect(world.store('nas').failure).toBeUndefined()
    strike(world, at, randomStream(['second']))
    expect(world.store('nas').failure).toBeInstanceOf(StoreUnavailableError)
    await world.simulation.run(2 * HOUR_S)
    expect([world.store('nas').failure, world.store('nas').generation]).toEqual([undefined, 1])
  })
})
