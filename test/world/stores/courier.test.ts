import { describe, expect, it } from 'vitest'
import { StoreUnavailableError } from '../../../src/engine/errors.ts'
import { ALL_RIGHTS } from '../../../src/world/index.ts'
import type { CourierStoreSpecification } from '../../../src/world/stores/index.ts'
import { describeBlobStore } from '../../adapters/blob-store-conformance.ts'
import { disk, node, smallWorld } from '../small-world.ts'
import { run as runScenario } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'
import { NOON, scenarioText } from '../hazards/small-estate.ts'
import { DAY_S, START, content, oneStore } from './one-store.ts'

const TB = 1e12

/** Picked up at the end of each day, a day on its way, read in at 200 MB/s. */
const portable: CourierStoreSpecification = {
  kind: 'courier',
  name: 'disk',
  site: 'office',
  read_bytesPerSecond: 200e6,
  write_bytesPerSecond: 100e6,
  latency_s: 0,
  capacity_bytes: 10 * TB,
  carriesTo: 's3',
  pickup: { text: 'daily', occurrences: Float64Array.from({ length: 30 }, (_, k) => (k + 1) * DAY_S) },
  transit: { law: 'constant', value: DAY_S },
  import_bytesPerSecond: 200e6,
  usdPerTrip: 60,
}

describeBlobStore("a courier's disk", async () => {
  const { simulation, blobs, run } = oneStore(portable)
  return { store: blobs, now: () => START + simulation.now, run }
})

describe("a courier's disk", () => {
  function office() {
    const world = smallWorld({
      nodes: [node('files', 'office')],
      stores: [portable, disk('s3', 'cloud')],
      links: [
        {
          name: 'wan',
          between: ['office', 'cloud'],
          bandwidth_bytesPerSecond: 1e6,
          latency_s: 0,
          usdPerMonth: 0,
        },
      ],
    })
    const blobsOn = (store: string) =>
      world.connect(store, 'files', { principal: 'backup', may: ALL_RIGHTS, purpose: 'copy' })
    const run = <T>(work: () => Promise<T>): Promise<T> =>
      world.simulation.complete(world.simulation.task('test', work))
    return { world, blobsOn, run }
  }

  it('has its blobs in the other store after pickup, transit and import, and not before', async () => {
    const { world, blobsOn, run } = office()
    await run(() => blobsOn('disk').put('files/data/00/a', content('a', TB)))
    // 1 TB at 100 MB/s: 10,000 s. Away at the end of the day, there a day later, read in at 200 MB/s in 5,000 s.
    expect(world.simulation.now).toBe(10_000)
    await world.simulation.run(2 * DAY_S + 4999)
    expect(world.store('s3').objects.objects).toBe(0)
    await world.simulation.run(2 * DAY_S + 5001)
    expect(world.store('s3').objects.stored_bytes).toBe(TB)
    // The link would have taken 11.6 days.
    expect(world.link('wan').forward.usage.total()).toBe(0)
    expect(world.store('disk').costs()[0]?.usd).toBe(60)
  })

  it('cannot be used while it is away, and is back, empty, in the end', async () => {
    const { world, blobsOn, run } = office()
    await run(() => blobsOn('disk').put('files/data/00/a', content('a', TB)))
    await world.simulation.run(1.5 * DAY_S)
    await expect(run(() => blobsOn('disk').get('files/data/00/a'))).rejects.toThrow(StoreUnavailableError)
    await world.simulation.run(3 * DAY_S + 6000)
    expect(world.store('disk').objects.objects).toBe(0)
    await run(() => blobsOn('disk').put('files/data/00/b', content('b', TB)))
  })

  it('is not taken away from under a writer: he comes again', async () => {
    const { world, blobsOn, run } = office()
    await world.simulation.run(DAY_S - 100)
    await run(() => blobsOn('disk').put('files/data/00/a', content('a', TB)))
    await world.simulation.run(3 * DAY_S + 6000)
    expect(world.store('s3').objects.objects).toBe(1)
  })
})

describe('a strategy that seeds a bucket by courier', () => {
  const beside =
    'portable: { site: office, kind: courier, to: bucket, read: 200 MB/s, write: 200 MB/s, capacity: 1 TB, ' +
    'pickup: daily 12:00, transit: 6 h, import: 100 MB/s, trip-cost: $60 }\n    bucket:'

  it('writes to the disk again each time that it is back, whoever was first in the bucket', async () => {
    const text = scenarioText({
      hazards: { fire: `{ kind: site, target: office, at: ${NOON}, detection: 0 s }` },
      drills: ['fire'],
      jobs: [
        // Makes the repository in the bucket before the disk has been there.
        '- backup: { name: line, dataset: documents, to: bucket, at: 30 0 5 1 * }',
        '- backup: { name: carried, dataset: documents, to: portable, type: full, at: "0 2 * * *" }',
        '- backup: { name: mail-backup, dataset: mail, to: nas, at: daily 01:00 }',
      ],
    }).replace('bucket:', beside)
    const { jobs, incidents } = await runScenario(parseScenario(text, 'courier.yaml'))
    const runs = jobs.filter(({ job }) => job === 'carried')
    expect(runs.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 12 }, () => 'succeeded'))
    // At noon of the eighth day the disk of that night is still here; the one of the night before has been read in.
    expect(incidents[0]).toMatchObject({ outcome: 'recovered', store: 'bucket', recoveryPoint_s: 6 * DAY_S + 2 * 3600 })
  })

  it('copies on over the link from where the courier left off, and comes back from there', async () => {
    const text = scenarioText({
      hazards: { fire: `{ kind: site, target: office, at: ${NOON}, detection: 0 s }` },
      drills: ['fire'],
      jobs: [
        '- backup: { dataset: documents, to: nas, type: snapshot, at: daily 01:00 }',
        '- backup: { name: mail-backup, dataset: mail, to: nas, type: snapshot, at: daily 01:00 }',
        '- copy: { name: seed, from: nas, to: portable, at: 0 2 5 1 * }',
        '- copy: { name: on, from: nas, to: bucket, at: daily 02:00 }',
      ],
    }).replace('bucket:', beside)
    const { incidents, jobs } = await runScenario(parseScenario(text, 'courier.yaml'))
    expect(incidents.map(({ outcome, store }) => [outcome, store])).toEqual([
      ['recovered', 'bucket'],
      ['recovered', 'bucket'],
    ])
    const copies = jobs.filter(({ job, outcome }) => job === 'on' && outcome === 'succeeded')
    // The first failed, for the disk had not arrived; those after it carried changes, of 150 MB in all.
    expect(copies.length).toBeGreaterThanOrEqual(6)
    for (const { written_bytes } of copies) expect(written_bytes).toBeLessThan(100e6)
  })
})
