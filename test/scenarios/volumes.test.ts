import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import { validated } from '../validated.ts'

const SIZE_BYTES = 1e9

/**
 * F = 1 GB in place of 1 TB: all figures are shares of F. A cycle of seven days; a block is a file of 2 MB, of which 5 % are
 * written anew a day, drawn at random.
 */
const VOLUMES = `
firedrill: 1
name: What each type writes, and reads back
start: 2026-01-05T00:00:00Z # a Monday
horizon: 7 d
topology:
  sites: { here: { region: a } }
  nodes:
    computer: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
    spare: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
  stores:
    box: { site: here, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
datasets:
  data: { node: computer, size: 1 GB, files: 500, preset: postgresql-wal, rhythm: steady, change: 5 %/day, write-interval: 1 d }
services:
  service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } }
recovery: { declare: 0 s }
repository: { chunk: 8 MiB, pack: 8 MiB, compression: none, whole-packs: true }
strategies:
  full:
    - backup: { dataset: data, to: box, type: full, at: daily 12:00 }
    - drill: { dataset: data, from: box, to: spare, at: Sun 18:00 }
  incremental:
    - backup: { dataset: data, to: box, type: incremental, at: daily 12:00 }
    - drill: { dataset: data, from: box, to: spare, at: Sun 18:00 }
  differential:
    - backup: { dataset: data, to: box, type: full, at: Mon 12:00 }
    - backup: { dataset: data, to: box, type: differential, at: "Tue-Sun 12:00" }
    - drill: { dataset: data, from: box, to: spare, at: Sun 18:00 }
hazards:
  fire: { kind: node, target: computer, at: 2026-01-05T13:00:00Z, detection: 0 s }
experiment: { drills: [fire], replications: 1, warm-up: 13 h, seed: "1" }
`

describe('a week of full, incremental and differential backups', { timeout: 240_000 }, async () => {
  const { jobs } = await run(parseScenario(VOLUMES, 'volumes.yaml'))
  const written = (strategy: string): number =>
    jobs.reduce((sum, row) => sum + (row.strategy === strategy && row.kind === 'backup' ? row.written_bytes : 0), 0) /
    SIZE_BYTES
  const read = (strategy: string): number =>
    jobs.find((row) => row.strategy === strategy && row.kind === 'drill')!.read_bytes / SIZE_BYTES

  // Seven fulls; a full and six times 5 %; a full and, on day d, the blocks that d days have touched: 1 - 0.95^d each,
  // 6 - (0.95 + … + 0.95⁶) = 0.96675. A file may be drawn twice in a day, so that a day
  // touches 1 - e^-0.05 = 4.88 % of them: 1.293 and 1.945 are expected, 0.6 and 1.1 % less.
  it('write 7, 1.30 and 1.97 times the data', () => {
    expect(written('full')).toBeCloseTo(7, 1)
    expect(Math.abs(written('incremental') / 1.3 - 1)).toBeLessThan(0.025)
    expect(Math.abs(written('differential') / 1.96675 - 1)).toBeLessThan(0.025)
  })

  // The restore of day 6 from whole packs: the full, and with it every increment, or the last differential, 1 - 0.95⁶.
  it('read back 1, 1.30 and 1.26 times the data on the sixth day', () => {
    expect(read('full')).toBeCloseTo(1, 1)
    expect(Math.abs(read('incremental') / 1.3 - 1)).toBeLessThan(0.025)
    expect(Math.abs(read('differential') / 1.26491 - 1)).toBeLessThan(0.025)
    for (const [type, expected] of [
      ['full', 1],
      ['incremental', 1.3],
      ['differential', 1.26491],
    ] as const) {
      const what = `restore of day 6 from whole packs, ${type}: shares of the data read`
      const within = type === 'full' ? '5 %' : '2.5 %'
      validated({ group: 'Backup types', what, expected, measured: read(type), within, mark: 'derived' })
    }
  })
})

/** Files of 20 MB in packs of a chunk or two: nearly nothing lies beside what is replaced. */
const REVERSED = VOLUMES.replace('files: 500', 'files: 50')
  .replace('chunk: 8 MiB, pack: 8 MiB', 'chunk: 1 MiB, pack: 1 MiB')
  .replace(
    /\n {2}full:[^]*\nhazards:/,
    `
  incremental:
    - backup: { dataset: data, to: box, type: incremental, at: daily 12:00 }
    - drill: { dataset: data, from: box, to: spare, at: Sun 18:00 }
  reverse-incremental:
    - backup: { dataset: data, to: box, type: reverse-incremental, at: daily 12:00 }
    - drill: { dataset: data, from: box, to: spare, at: Sun 18:00 }
hazards:`,
  )

describe('a week of reverse incremental backups', { timeout: 240_000 }, async () => {
  const { jobs, stores } = await run(parseScenario(REVERSED, 'volumes.yaml'))
  const nights = (strategy: string, what: 'read_bytes' | 'written_bytes'): number =>
    jobs
      .filter((row) => row.strategy === strategy && row.kind === 'backup')
      .slice(1)
      .reduce((sum, row) => sum + row[what], 0)
  const readBack = (strategy: string): number =>
    jobs.find((row) => row.strategy === strategy && row.kind === 'drill')!.read_bytes / SIZE_BYTES

  // What has changed is written; what it replaces is read, and written elsewhere (Veeam: three I/O operations a block). The
  // source is read as for an incremental.
  it('ask three accesses of the store for each byte that has changed, where an incremental asks one', () => {
    const changed = nights('incremental', 'written_bytes')
    const fetched = nights('reverse-incremental', 'read_bytes') - nights('incremental', 'read_bytes')
    const accesses = (nights('reverse-incremental', 'written_bytes') + fetched) / changed
    const what = 'reverse incremental: accesses to the store for each byte changed'
    validated({ group: 'Backup types', what, expected: 3, measured: accesses, within: '10 %', mark: 'recalled' })
    expect(Math.abs(accesses / 3 - 1)).toBeLessThan(0.1)
  })

  // Of an increment's packs, the first and the last hold parts of other files too.
  it('read the newest point back as a full, once the data and nothing beside it', () => {
    const what = 'restore of day 6 from whole packs, reverse incremental: shares of the data read'
    const measured = readBack('reverse-incremental')
    validated({ group: 'Backup types', what, expected: 1, measured, within: '0.1 %', mark: 'derived' })
    expect(Math.abs(measured - 1)).toBeLessThan(0.001)
    expect(readBack('incremental')).toBeGreaterThan(1.01)
  })

  it('hold no more than increments do', () => {
    const held = (strategy: string): number => stores.findLast((row) => row.strategy === strategy)!.stored_bytes
    expect(Math.abs(held('reverse-incremental') / held('incremental') - 1)).toBeLessThan(0.03)
  })
})
