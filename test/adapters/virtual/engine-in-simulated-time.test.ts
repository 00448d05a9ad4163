import { describe, expect, it } from 'vitest'
import {
  VirtualFileSystem,
  Workload,
  compareTrees,
  createDataset,
  virtualSource,
  virtualTarget,
} from '../../../src/adapters/virtual/index.ts'
import { backup, restore } from '../../../src/engine/index.ts'
import { simulatedRepository } from './simulated-repository.ts'

const START = Date.UTC(2026, 0, 5) / 1000
const DAY_S = 86_400
const NIGHTS = 8

/** A week of nightly backups while the application writes; then every snapshot is restored. */
async function week(fidelity: 'bytes' | 'extents', size_bytes: number, files: number): Promise<unknown[]> {
  const avg = fidelity === 'bytes' ? 2 ** 14 : 2 ** 20
  const { simulation, clock, access, run, init, open } = simulatedRepository(fidelity, avg, size_bytes / 3600, START)
  const dataset = { name: 'documents', fidelity, size_bytes, files, compressibility: 1.6 }
  const history = new VirtualFileSystem({ time: START })
  createDataset(dataset, history, simulation.random('documents', 'initial files'))
  const workload = new Workload(
    { ...dataset, change_perDay: 0.02, locality: 'zipf', growth_perYear: 0.5, writeInterval_s: DAY_S / 4 },
    (purpose, k) => simulation.random('documents', purpose, k),
  )
  const repository = await init()
  const stored_bytes: number[] = []
  for (let night = 0; night < NIGHTS; night++) {
    const source = virtualSource(history, { ...access, scan_entriesPerSecond: 1e4 })
    const options = { type: 'snapshot', host: 'files', dataset: 'documents', window_bytes: 64 * avg } as const
    stored_bytes.push((await run(() => backup(repository, source, options))).stored_bytes)
    // All of tomorrow's writes come after tonight's backup has ended: it takes about an hour and a half.
    for (let k = 0; k < 4; k++) workload.tick(history, 4 * night + k, START + night * DAY_S + (k + 1) * (DAY_S / 4))
    await simulation.run((night + 1) * DAY_S)
  }
  // The first takes all, as small as it compresses; each later one about 2 %.
  expect(stored_bytes[0]! / (size_bytes / 1.6)).toBeGreaterThan(0.95)
  expect(stored_bytes[0]! / (size_bytes / 1.6)).toBeLessThan(1.15)
  for (const bytes of stored_bytes.slice(1)) expect(bytes).toBeLessThan(stored_bytes[0]! / 5)

  const reopened = await open()
  const outcomes: unknown[] = []
  for (const { id, time } of await run(() => reopened.snapshots())) {
    const restored = new VirtualFileSystem({ time: clock.now() })
    await run(() => restore(reopened, id, virtualTarget(restored, access), {}))
    outcomes.push(compareTrees(restored.root, history.at(time)!).differences)
  }
  return outcomes
}

describe('the engine in simulated time', () => {
  const nothingDiffers = Array.from({ length: NIGHTS }, () => [])

  it('restores every snapshot of real bytes as the history holds it', async () => {
    expect(await week('bytes', 3e6, 200)).toEqual(nothingDiffers)
  })

  it('restores every snapshot of described data as the history holds it', async () => {
    expect(await week('extents', 5e10, 20_000)).toEqual(nothingDiffers)
  })
})
