import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { backup } from '../../../src/engine/index.ts'
import type { BackupReport, Repository } from '../../../src/engine/index.ts'
import { EarlierChunks } from '../../../src/engine/backup/changed-chunks.ts'
import type { ByteRange, EarlierBackup } from '../../../src/engine/ports.ts'
import { MemoryFiles } from '../memory-files.ts'
import { Workbench, noise, restored } from '../workbench.ts'

const CHUNKER = { min: 256, avg: 1024, max: 4096, normalisation: 2 }

const run = (
  repository: Repository,
  files: MemoryFiles,
  type: 'snapshot' | 'incremental' | 'differential' = 'snapshot',
): Promise<BackupReport> => backup(repository, files, { type, host: 'here', dataset: 'images', window_bytes: 8192 })

/** A disk image of so many bytes, what changed in it, and the image then. */
interface Change {
  readonly range: ByteRange
  readonly seed: number
}

function changed(image: Uint8Array, size: number, changes: readonly Change[]): Uint8Array {
  const after = new Uint8Array(size)
  after.set(image.subarray(0, size))
  if (size > image.length) after.set(noise(77, size - image.length), image.length)
  for (const { range, seed } of changes) {
    const end = Math.min(range.end, size)
    if (end > range.start) after.set(noise(seed, end - range.start), range.start)
  }
  return after
}

describe('changed-block tracking', () => {
  it('reads the chunks that a change touches, and no more than a few beside them', async () => {
    const bench = new Workbench()
    const repository = await bench.init(undefined, { chunker: CHUNKER })
    const image = noise(1, 300_000)
    const files = new MemoryFiles(bench.store.now).file('vm.img', image)
    await run(repository, files)
    const after = changed(image, image.length, [
      { range: { start: 50_000, end: 50_512 }, seed: 5 },
      { range: { start: 200_000, end: 200_001 }, seed: 6 },
    ])
    files.file('vm.img', after)
    files.changedBlocks = async () => [
      { start: 50_000, end: 50_512 },
      { start: 200_000, end: 200_001 },
    ]
    const report = await run(repository, files)
    expect(report.read_bytes).toBeLessThan(2 * 4 * CHUNKER.max)
    expect(report.read_bytes).toBeGreaterThan(512)
    expect(report.source_bytes).toBe(300_000)
    expect(await restored(repository, report.snapshot.id)).toEqual(files.describe())
  })

  it('reads nothing of a file that was touched and not changed', async () => {
    const bench = new Workbench()
    const repository = await bench.init(undefined, { chunker: CHUNKER })
    const image = noise(1, 100_000)
    const files = new MemoryFiles(bench.store.now).file('vm.img', image)
    await run(repository, files)
    files.file('vm.img', image)
    files.changedBlocks = async () => []
    expect(await run(repository, files)).toMatchObject({ read_bytes: 0, newChunks: 0, source_bytes: 100_000 })
  })

  it('tells the source which backup it goes by, and reads all where the source does not know', async () => {
    const bench = new Workbench()
    const repository = await bench.init(undefined, { chunker: CHUNKER })
    const files = new MemoryFiles(bench.store.now).file('disks/vm.img', noise(1, 50_000))
    const { snapshot } = await run(repository, files)
    files.file('disks/vm.img', noise(2, 50_000)).file('disks/new.img', noise(3, 1000))
    const asked: EarlierBackup[] = []
    files.changedBlocks = async (_file, since) => void asked.push(since)
    const report = await run(repository, files)
    expect(asked).toMatchObject([{ snapshot: snapshot.id, time: snapshot.time, path: 'disks/vm.img' }])
    expect(report.read_bytes).toBe(51_000)
  })

  it.each(['incremental', 'differential'] as const)('serves %s backups, whose chains stay apart', async (type) => {
    const bench = new Workbench()
    const repository = await bench.init(undefined, { chunker: CHUNKER })
    const files = new MemoryFiles(bench.store.now).file('vm.img', noise(1, 100_000))
    const full = await run(repository, files, type)
    expect(full.snapshot.type).toBe('full')
    files.changedBlocks = async () => [{ start: 0, end: 100 }]
    let image = noise(1, 100_000)
    for (const seed of [2, 3]) {
      image = changed(image, image.length, [{ range: { start: 0, end: 100 }, seed }])
      files.file('vm.img', image)
      const report = await run(repository, files, type)
      expect(report.read_bytes).toBeLessThan(20_000)
      expect(await restored(repository, report.snapshot.id)).toEqual(files.describe())
    }
  })

  const change = fc.record({
    range: fc
      .tuple(fc.nat(40_000), fc.oneof(fc.constant(1), fc.nat(600), fc.nat(9000)))
      .map(([start, length]) => ({ start, end: start + length })),
    seed: fc.integer({ min: 100, max: 200 }),
  })

  test.prop([fc.nat(30_000), fc.nat(30_000), fc.array(change, { maxLength: 6 })], { numRuns: 60 })(
    'gives the same trees as reading everything, wherever changes lie and whatever becomes of the size',
    async (before, after, changes) => {
      const bench = new Workbench()
      const repository = await bench.init(undefined, { chunker: CHUNKER })
      const image = noise(1, before)
      const files = new MemoryFiles(bench.store.now, false).file('vm.img', image)
      await run(repository, files)
      files.file('vm.img', changed(image, after, changes))
      files.changedBlocks = async () => changes.map(({ range }) => range).filter(({ start }) => start < after)
      const tracked = await run(repository, files)
      files.changedBlocks = undefined
      const whole = await run(repository, files)
      expect(tracked.snapshot.tree).toBe(whole.snapshot.tree)
      expect(whole.newChunks).toBe(0)
      expect(whole.read_bytes).toBe(after)
      expect(await restored(repository, tracked.snapshot.id)).toEqual(files.describe())
    },
  )
})

describe('which chunks may be taken over', () => {
  // Three chunks: [0, 10), [10, 20), [20, 25).
  const earlier = new EarlierChunks()
  for (const length_bytes of [10, 10, 5]) earlier.add(length_bytes)
  it.each([
    ['nothing has changed', [], 25, [true, true, true]],
    ['an empty range', [{ start: 12, end: 12 }], 25, [true, true, true]],
    ['the last byte of one', [{ start: 9, end: 10 }], 25, [false, true, true]],
    ['over a border', [{ start: 9, end: 11 }], 25, [false, false, true]],
    ['beyond the end', [{ start: 24, end: 99 }], 25, [true, true, false]],
    ['the file has grown', [], 26, [true, true, false]],
    ['the file ends in the second', [], 15, [true, false, false]],
    ['the file ends between chunks', [], 20, [true, true, false]],
    ['the file is empty', [], 0, [false, false, false]],
  ] as const)('when %s', (_what, ranges, size, expected) => {
    earlier.compare(ranges, size)
    expect([0, 1, 2].map((chunk) => earlier.isUntouched(chunk))).toEqual(expected)
  })

  it('of a file of many chunks, and of the next in the same memory', () => {
    const own = new EarlierChunks()
    for (let chunk = 0; chunk < 1000; chunk++) own.add(7)
    own.compare([{ start: 693, end: 700 }], 7000)
    expect([own.count, own.size, own.isUntouched(98), own.isUntouched(99), own.isUntouched(100)]).toEqual([
      1000,
      7000,
      true,
      false,
      true,
    ])
    expect([700, 701, 693, 7000].map((position) => own.mayFollow(position))).toEqual([true, false, false, false])
    own.clear()
    own.add(3)
    own.compare([], 3)
    expect([own.count, own.size, own.isUntouched(0), own.isUntouched(1)]).toEqual([1, 3, true, false])
  })
})
