import { describe, expect, it } from 'vitest'
import { backup, listSnapshot } from '../../../src/engine/index.ts'
import type { BackupReport, BackupType, Repository } from '../../../src/engine/index.ts'
import { FileUnreadableError } from '../../../src/engine/errors.ts'
import type { FileSystem, SourceTree } from '../../../src/engine/ports.ts'
import { MemoryFiles } from '../memory-files.ts'
import { DAY_S, Workbench, backUp, noise, restored } from '../workbench.ts'

/** 100 kB that do not compress, of which each day changes 5 kB: the last on day 1, those before them on day 2, and so on. */
function data(days: number): Uint8Array {
  const bytes = noise(1, 100_000)
  for (let day = 1; day <= days; day++) bytes.set(noise(1 + day, 5000), 100_000 - 5000 * day)
  return bytes
}

async function week(
  types: readonly BackupType[],
): Promise<{ bench: Workbench; reports: BackupReport[]; states: string[][] }> {
  const bench = new Workbench()
  const repository = await bench.init(undefined, { chunker: { min: 256, avg: 1024, max: 4096, normalisation: 2 } })
  const files = new MemoryFiles(bench.store.now)
  const reports: BackupReport[] = []
  const states: string[][] = []
  for (const [day, type] of types.entries()) {
    files.file('data', data(day)).file('small', `day ${day}`)
    files.now = bench.store.now
    reports.push(await backup(repository, files, { type, host: 'here', dataset: 'documents' }))
    states.push(files.describe())
    bench.pass(DAY_S)
  }
  return { bench, reports, states }
}

async function expectAllToRestore(repository: Repository, states: readonly string[][]): Promise<void> {
  const snapshots = await repository.snapshots()
  expect(snapshots).toHaveLength(states.length)
  for (const [at, { id }] of snapshots.entries()) expect(await restored(repository, id)).toEqual(states[at])
}

/**
 * New bytes of each backup in words. A day's changes are 5 kB, and up to two chunks of 4 kB around them; trees and the list
 * of 100 chunks are 4 kB.
 */
const sizes = (reports: readonly BackupReport[]): string[] =>
  reports.map(({ new_bytes }) => (new_bytes > 95_000 ? 'all' : new_bytes > 12_500 ? 'days' : 'one day'))

describe('the type of a backup', () => {
  it('full leans on nothing', async () => {
    const { bench, reports, states } = await week(['full', 'full', 'full'])
    expect(sizes(reports)).toEqual(['all', 'all', 'all'])
    expect(reports.map(({ snapshot }) => snapshot.base)).toEqual([undefined, undefined, undefined])
    await expectAllToRestore(await bench.open(), states)
  })

  it('incremental leans on its chain: each stores what is new since the last', async () => {
    const { bench, reports, states } = await week(['full', 'incremental', 'incremental', 'incremental', 'incremental'])
    expect(sizes(reports)).toEqual(['all', 'one day', 'one day', 'one day', 'one day'])
    for (const at of [1, 2, 3, 4]) expect(reports[at]!.snapshot.base).toBe(reports[at - 1]!.snapshot.id)
    await expectAllToRestore(await bench.open(), states)
  })

  it('differential leans on the full: each stores all that is new since then', async () => {
    const { bench, reports, states } = await week([
      'full',
      'differential',
      'differential',
      'differential',
      'differential',
      'differential',
    ])
    const added = reports.map(({ new_bytes }) => new_bytes)
    expect(added[0]).toBeGreaterThan(100_000)
    // Day by day 5 kB more have changed; a cut is found within a chunk, and the list of chunks is new as a whole.
    for (const at of [1, 2, 3, 4, 5]) {
      expect(added[at]).toBeGreaterThan(5000 * at)
      expect(added[at]).toBeLessThan(5000 * at + 9000)
      expect(reports[at]!.snapshot.base).toBe(reports[0]!.snapshot.id)
    }
    await expectAllToRestore(await bench.open(), states)
  })

  it('snapshot leans on everything', async () => {
    const { bench, reports, states } = await week(['snapshot', 'snapshot', 'snapshot', 'snapshot'])
    expect(sizes(reports)).toEqual(['all', 'one day', 'one day', 'one day'])
    await expectAllToRestore(await bench.open(), states)
  })

  it('of other kinds does not matter: chains, differentials and snapshots stand side by side', async () => {
    const { bench, reports, states } = await week([
      'incremental',
      'snapshot',
      'differential',
      'incremental',
      'full',
      'snapshot',
      'differential',
      'incremental',
    ])
    // The first of a chain is a full whatever was asked for.
    expect(reports.map(({ snapshot }) => snapshot.type)).toEqual([
      'full',
      'snapshot',
      'differential',
      'incremental',
      'full',
      'snapshot',
      'differential',
      'incremental',
    ])
    expect(sizes(reports)).toEqual(['all', 'all', 'days', 'days', 'all', 'days', 'days', 'days'])
    await expectAllToRestore(await bench.open(), states)
  })

  it('reads unchanged files only where the source cannot say that they are', async () => {
    for (const [tokens, filesRead] of [
      [true, 0],
      [false, 2],
    ] as const) {
      const bench = new Workbench()
      const repository = await bench.init()
      const files = new MemoryFiles(bench.store.now, tokens).file('a', data(0)).file('b/c', 'c')
      await backUp(repository, files)
      const report = await backup(repository, files, { type: 'snapshot', host: 'here', dataset: 'documents' })
      expect(report.filesRead).toBe(filesRead)
      expect(report.newChunks).toBe(0)
      expect(report.stored_bytes).toBe(0)
    }
  })

  it('keeps datasets and hosts apart: neither is a parent of the other, and content is shared all the same', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(bench.store.now).file('data', data(0))
    await backUp(repository, files, 'snapshot', 'one')
    files.now = bench.store.now
    const report = await backup(repository, files, { type: 'snapshot', host: 'here', dataset: 'two' })
    expect(report.snapshot.base).toBeUndefined()
    expect(report.filesRead).toBe(1)
    expect(report.newChunks).toBe(0)
  })
})

describe('a file that changes while it is read', () => {
  it('is read again, and reported when it does not come to rest', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(bench.store.now).file('restless', noise(1, 3000)).file('quiet', 'quiet')
    let reads = 0
    const source: FileSystem = {
      async snapshot(): Promise<SourceTree> {
        const tree = await files.snapshot()
        return {
          time: tree.time,
          root: tree.root,
          list: (directory) => tree.list(directory),
          read: (file, offset, length) => tree.read(file, offset, length),
          release: () => tree.release(),
          unchanged: async ({ name }) => name !== 'restless' || ++reads < 0,
        }
      },
    }
    const report = await backup(repository, source, { type: 'snapshot', host: 'here', dataset: 'd' })
    expect(report.changedWhileRead).toEqual(['restless'])
    const entries = await listSnapshot(repository, report.snapshot.id)
    expect(entries.map(({ path, entry }) => [path, entry.changedWhileRead])).toEqual([
      ['quiet', undefined],
      ['restless', true],
    ])
    // Nothing vouches for it: it is read again the next time.
    const next = await backup(repository, files, { type: 'snapshot', host: 'here', dataset: 'd' })
    expect(next.filesRead).toBe(1)
    expect(reads).toBe(3)
  })
})

describe('a file that cannot be read', () => {
  it('is reported and left out, and the others are backed up', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles(bench.store.now).file('a', 'a').file('b', noise(1, 30_000)).file('c', noise(2, 3000))
    const source: FileSystem = {
      async snapshot(): Promise<SourceTree> {
        const tree = await files.snapshot()
        return {
          time: tree.time,
          root: tree.root,
          list: (directory) => tree.list(directory),
          async read(file, offset, length) {
            // In its middle, after some chunks have been taken.
            if (file.name === 'b' && offset > 5000) throw new FileUnreadableError('cannot read b: input/output error')
            return tree.read(file, offset, length)
          },
          release: () => tree.release(),
          unchanged: (file) => tree.unchanged!(file),
        }
      },
    }
    const options = { type: 'snapshot', host: 'here', dataset: 'd', window_bytes: 4096 } as const
    const { unreadable, snapshot } = await backup(repository, source, options)
    expect(unreadable).toEqual([{ path: 'b', reason: 'cannot read b: input/output error' }])
    expect(await restored(repository, snapshot.id)).toEqual(files.remove('b').describe())
  })
})

describe('an interrupted backup', () => {
  it('that was killed leaves what is in an index file to the next', async () => {
    const bench = new Workbench()
    // 60,000 chunks of 64 bytes and more: an index file is written after 50,000 of them.
    const repository = await bench.init(undefined, {
      chunker: { min: 32, avg: 64, max: 128, normalisation: 2 },
      pack_bytes: 65_536,
    })
    const files = new MemoryFiles(bench.store.now).file('data', noise(5, 6_000_000))
    let packs = 0
    bench.store.onRequest = (operation, name) => {
      if (operation === 'put' && (packs > 85 || (name.startsWith('data/') && ++packs > 85))) throw new Error('no more')
    }
    await expect(backUp(repository, files)).rejects.toThrow('no more')
    bench.store.onRequest = undefined
    expect(bench.store.names('index/')).toHaveLength(1)
    const report = await backup(await bench.open(), files, { type: 'snapshot', host: 'here', dataset: 'documents' })
    expect(report.chunks - report.newChunks).toBeGreaterThanOrEqual(50_000)
    expect(await restored(await bench.open(), report.snapshot.id)).toEqual(files.describe())
  })
})
