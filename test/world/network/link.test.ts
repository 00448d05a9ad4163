import { describe, expect, it } from 'vitest'
import { StoreUnavailableError } from '../../../src/engine/errors.ts'
import { ALL_RIGHTS } from '../../../src/world/index.ts'
import type { World } from '../../../src/world/index.ts'
import { burstableMbitMonths } from '../../../src/world/network/link.ts'
import type { LinkSpecification } from '../../../src/world/specification.ts'
import { content } from '../stores/one-store.ts'
import { disk, node, smallWorld } from '../small-world.ts'
import { validated } from '../../validated.ts'

const GB = 1e9
const TB = 1e12
const MBIT = 125_000
const HOUR_S = 3600
const MONTH_S = 30.4375 * 86_400

const wan = (parts: Partial<LinkSpecification> = {}): LinkSpecification => ({
  name: 'wan',
  between: ['office', 'cloud'],
  bandwidth_bytesPerSecond: 155 * MBIT,
  latency_s: 0,
  usdPerMonth: 0,
  ...parts,
})

/** An office with a node, a cloud with a store, links between them. */
function office(...links: LinkSpecification[]): World {
  return smallWorld({ nodes: [node('files', 'office')], stores: [disk('s3', 'cloud')], links })
}

const blobsOf = (world: World) =>
  world.connect('s3', 'files', { principal: 'backup', may: ALL_RIGHTS, purpose: 'backup' })

async function seconds(world: World, work: () => Promise<unknown>): Promise<number> {
  const { simulation } = world
  const before = simulation.now
  await simulation.complete(simulation.task('test', work))
  return simulation.now - before
}

const upload = (world: World, bytes: number, name = 'a') =>
  seconds(world, () => blobsOf(world).put(name, content(name, bytes)))

describe('a link', () => {
  it('carries 1 TB over 155 Mbit/s in 14.34 h', async () => {
    const measured = (await upload(office(wan()), TB)) / HOUR_S
    expect(measured).toBeCloseTo(14.34, 2)
    const what = '1 TB over 155 Mbit/s: h'
    validated({ group: 'Devices and bills', what, expected: 14.34, measured, within: 'as printed', mark: 'derived' })
  })

  it('may be wider one way than the other', async () => {
    const world = office(wan({ bandwidth_bytesPerSecond: 10e6, backward_bytesPerSecond: 50e6 }))
    expect(await upload(world, GB)).toBeCloseTo(100, 6)
    expect(await seconds(world, () => blobsOf(world).get('a'))).toBeCloseTo(20, 6)
  })

  it('that loses 1 segment in 10,000 at a round trip of 80 ms gives one connection 17.881 Mbit/s, and two twice that', async () => {
    const lossy = wan({ bandwidth_bytesPerSecond: 125e6, latency_s: 0.04, loss: 1e-4 })
    const alone = GB / ((await upload(office(lossy), GB)) - 0.04) / MBIT
    expect(alone).toBeCloseTo(17.881, 3)
    const world = office(lossy)
    const blobs = blobsOf(world)
    const both = () => Promise.all(['a', 'b'].map((name) => blobs.put(name, content(name, GB))))
    expect((2 * GB) / ((await seconds(world, both)) - 0.04) / MBIT).toBeCloseTo(2 * 17.881, 2)
  })

  it('counts the losses of all links on the way', async () => {
    const near = wan({ name: 'near', between: ['office', 'hub'], bandwidth_bytesPerSecond: 125e6, latency_s: 0.02 })
    const far = { ...near, name: 'far', between: ['hub', 'cloud'] as const, loss: 1e-4 }
    const world = office(near, far)
    expect(GB / ((await upload(world, GB)) - 0.04) / MBIT).toBeCloseTo(17.881, 3)
  })

  it('follows its throttle calendar both ways, and what is wider than it is not touched', async () => {
    const throttle = { from_s: Float64Array.of(0, 50), value: Float64Array.of(10e6, 20e6) }
    const world = office(wan({ bandwidth_bytesPerSecond: 100e6, backward_bytesPerSecond: 5e6, throttle }))
    // 50 s at 10 MB/s, then 25 s at 20 MB/s
    expect(await upload(world, GB)).toBeCloseTo(75, 6)
    expect(world.link('wan').backward.capacity).toBe(5e6)
  })

  it('that is degraded to a tenth goes on at a tenth, throttle or not', async () => {
    const world = office(wan({ bandwidth_bytesPerSecond: 10e6 }))
    world.simulation.at(50, () => world.link('wan').degrade(0.1))
    world.simulation.at(150, () => world.link('wan').degrade(1))
    // 500 MB, then 100 s at 1 MB/s, then 400 MB at 10 MB/s
    expect(await upload(world, GB)).toBeCloseTo(190, 6)
  })
})

describe('when a link fails', () => {
  const standby = wan({ name: 'lte', bandwidth_bytesPerSecond: 1e6, standby: true })

  it('what is under way begins again over the standby, and what comes later uses it until the link is back', async () => {
    const world = office(standby, wan({ bandwidth_bytesPerSecond: 10e6 }))
    world.simulation.at(5, () => world.link('wan').interrupt(new Error('a digger')))
    // 5 s lost, then 100 MB at 1 MB/s
    expect(await upload(world, 0.1 * GB)).toBeCloseTo(105, 6)
    expect(await upload(world, 0.1 * GB, 'b')).toBeCloseTo(100, 6)
    world.link('wan').resume()
    expect(await upload(world, 0.1 * GB, 'c')).toBeCloseTo(10, 6)
    expect(world.link('lte').forward.usage.total()).toBeCloseTo(0.2 * GB, 0)
  })

  it('and there is no other way, what is under way fails with the reason', async () => {
    const world = office(wan())
    world.simulation.at(5, () => world.link('wan').interrupt(new Error('a digger')))
    await expect(upload(world, TB)).rejects.toThrow(StoreUnavailableError)
    await expect(upload(world, TB)).rejects.toThrow('a digger')
  })
})

describe("a link's bill", () => {
  it('is flat, by the gigabyte, or by the 95th percentile', async () => {
    const world = office(wan({ bandwidth_bytesPerSecond: 10e6, usdPerMonth: 60, usdPerGB: 0.02 }))
    await upload(world, 100 * GB)
    await world.simulation.run(MONTH_S)
    const [flat, traffic] = world.link('wan').costs(MONTH_S)
    expect(flat?.usd).toBeCloseTo(60, 9)
    expect(traffic?.usd).toBeCloseTo(2, 9)
  })

  it('by the 95th percentile leaves bursts of a twentieth of the month free', async () => {
    const bins = Math.round(MONTH_S / 300)
    const quiet = new Float64Array(bins).fill(10 * MBIT)
    // 5 % of the bins at 100 Mbit/s are dropped; one more counts.
    const burst = (count: number) => quiet.map((rate, at) => (at < count ? 100 * MBIT : rate))
    const free = bins - Math.ceil(0.95 * bins)
    expect(burstableMbitMonths(burst(free), quiet, MONTH_S)).toBeCloseTo(10, 3)
    expect(burstableMbitMonths(burst(free + 1), quiet, MONTH_S)).toBeCloseTo(100, 2)
    expect(burstableMbitMonths(quiet, burst(free + 1), MONTH_S)).toBeCloseTo(100, 2)
  })

  it('by the 95th percentile follows what has passed', async () => {
    const world = office(wan({ bandwidth_bytesPerSecond: 10e6, usdPerMbitMonth: 1.2 }))
    // A tenth of the month at 80 Mbit/s: more than a twentieth.
    await upload(world, 10e6 * MONTH_S * 0.1)
    await world.simulation.run(MONTH_S)
    const item = world.link('wan').costs(MONTH_S).at(-1)
    expect(item?.item).toBe('wan 95th percentile')
    expect(item?.usd).toBeCloseTo(80 * 1.2, 2)
  })
})
