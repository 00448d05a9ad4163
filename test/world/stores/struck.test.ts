import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../src/kernel/index.ts'
import { ALL_RIGHTS, strike } from '../../../src/world/index.ts'
import { Cluster } from '../../../src/world/stores/index.ts'
import type { ClusterStoreSpecification } from '../../../src/world/stores/index.ts'
import { node, smallWorld } from '../small-world.ts'
import { content } from './one-store.ts'

const NOW = { law: 'constant', value: 0 } as const

/** Three replicas over two sites. */
const stretched: ClusterStoreSpecification = {
  kind: 'cluster',
  name: 'ceph',
  site: 'east',
  read_bytesPerSecond: Infinity,
  write_bytesPerSecond: Infinity,
  latency_s: 0,
  sites: ['east', 'west'],
  racks: 4,
  nodesPerRack: 1,
  disksPerNode: 2,
  scheme: { data: 1, parity: 2 },
  spread: 'site',
  groups: 32,
  disk_bytesPerSecond: 100e6,
  repairAfter_s: 600,
  repair_bytesPerSecond: Infinity,
  replacement_s: 0,
  usdPerYear: 0,
}

function estate() {
  const world = smallWorld({
    nodes: [node('files', 'east'), node('other', 'west')],
    stores: [stretched],
    links: [{ name: 'wan', between: ['east', 'west'], bandwidth_bytesPerSecond: 1e9, latency_s: 0, usdPerMonth: 0 }],
  })
  const blobs = world.connect('ceph', 'files', { principal: 'backup', may: ALL_RIGHTS, purpose: 'backup' })
  const run = <T>(work: () => Promise<T>): Promise<T> => world.simulation.complete(world.simulation.task('test', work))
  const { behaviour } = world.store('ceph')
  if (!(behaviour instanceof Cluster)) throw new Error('a cluster was expected')
  return { world, blobs, run, cluster: behaviour }
}

describe('a cluster over two sites', () => {
  it.each(['east', 'west'])('lives on when site %s is destroyed', async (target) => {
    const { world, blobs, run, cluster } = estate()
    for (let k = 0; k < 20; k++) await run(() => blobs.put(`data/${k}`, content(`${k}`, 1e6)))
    const fire = { kind: 'site', name: 'fire', target, rate_perYear: 0.01, detection: NOW } as const
    const { destroyedStores, destroyedNodes } = strike(world, fire, randomStream(['fire']))
    expect(destroyedStores).toEqual([])
    expect(destroyedNodes).toEqual([target === 'east' ? 'files' : 'other'])
    expect([world.store('ceph').alive, cluster.lostObjects]).toEqual([true, 0])
  })

  it('loses one disk at a time to worn-out disks, and makes its shards anew', async () => {
    const { world, blobs, run, cluster } = estate()
    for (let k = 0; k < 50; k++) await run(() => blobs.put(`data/${k}`, content(`${k}`, 1e6)))
    const wear = {
      kind: 'disk',
      name: 'wear',
      target: 'ceph',
      rate_perYear: 0.1,
      replacement: NOW,
      detection: NOW,
    } as const
    for (let k = 0; k < 20; k++) {
      expect(strike(world, wear, randomStream(['wear', k])).destroyedStores).toEqual([])
      await world.simulation.run(world.simulation.now + 3600)
    }
    expect(cluster.lostObjects).toBe(0)
    expect(cluster.repaired_bytes).toBeGreaterThan(100e6)
    expect(world.store('ceph').objects.objects).toBe(50)
  })
})
