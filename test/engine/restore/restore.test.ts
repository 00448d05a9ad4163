import { describe, expect, it } from 'vitest'
import { FileSystemError, StoreUnavailableError } from '../../../src/engine/errors.ts'
import { hexOf } from '../../../src/engine/encoding/encoding.ts'
import { copySnapshots, listSnapshot, restore } from '../../../src/engine/index.ts'
import type { RestoreOptions } from '../../../src/engine/index.ts'
import { packPath } from '../../../src/engine/packs/pack-writer.ts'
import type { Content, RestoreTarget } from '../../../src/engine/ports.ts'
import { MemoryFiles } from '../memory-files.ts'
import { Workbench, backUp, noise, restored, smallTree } from '../workbench.ts'

describe('a restore', () => {
  it('gives back every kind of entry, names of any bytes, links and empty files', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = smallTree()
    await files.createSymlink('link', '../\xff outside')
    await files.createHardLink('photos/same as log', 'log')
    await files.createHardLink('zz', 'log')
    await files.createSpecial('pipe', 'fifo')
    await files.createSpecial('disk', 'block-device', { major: 8, minor: 1 })
    await files.finish('letters/first', 'file', { mode: 0o4711, uid: 0, gid: 7, mtime_ns: -5n })
    await files.finish('letters', 'directory', { mode: 0o500, uid: 3, gid: 4, mtime_ns: 2n ** 60n + 1n })
    await files.finish('', 'directory', { mode: 0o711, uid: 5, gid: 6, mtime_ns: 77n })
    const { id } = await backUp(repository, files)
    expect(await restored(await bench.open(), id)).toEqual(files.describe())
  })

  it('gives back only some paths, and the directories that lead there', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const { id } = await backUp(repository, smallTree())
    const target = new MemoryFiles()
    const report = await restore(repository, id, target, { only: ['photos/deep', 'log', 'letters/empty'] })
    expect([...target.nodes.keys()].sort()).toEqual([
      '',
      'letters',
      'letters/empty',
      'log',
      'photos',
      'photos/deep',
      'photos/deep/er',
      'photos/deep/er/small',
    ])
    expect(report.files).toBe(3)
    await expect(restore(repository, id, target, { only: ['photos/none'] })).rejects.toThrow('there is no photos/none')
    await expect(restore(repository, id, target, { only: ['log/x'] })).rejects.toThrow('there is no log/x')
  })

  it('reads no tree in which nothing can be wanted', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const { id } = await backUp(repository, smallTree())
    const trees = (await listSnapshot(repository, id)).filter(({ entry }) => entry.tree !== undefined)
    const readFor = async (options: RestoreOptions): Promise<string[]> => {
      const fresh = await bench.open()
      await restore(fresh, id, new MemoryFiles(), options)
      return trees.flatMap(({ path, entry }) => (fresh.cache.trees.get(hexOf(entry.tree!)) === undefined ? [] : [path]))
    }
    const all = ['letters', 'nothing here', 'photos', 'photos/deep', 'photos/deep/er']
    expect(await readFor({})).toEqual(all)
    expect(await readFor({ exclude: (path) => path === 'photos' })).toEqual(['letters', 'nothing here'])
    const include = (path: string): boolean => path === 'photos/large'
    expect(await readFor({ include })).toEqual(all)
    expect(await readFor({ include, mayIncludeBelow: (path) => path === 'photos' })).toEqual(['photos'])
  })

  it('reads only what it needs', async () => {
    const bench = new Workbench()
    const files = new MemoryFiles().file('large', noise(1, 200_000)).file('small', noise(2, 500))
    const { id } = await backUp(await bench.init(), files)
    const { fetched_bytes } = await restore(await bench.open(), id, new MemoryFiles(), { only: ['small'] })
    // Trees, and the one segment of 1 kB and a chunk that holds the small file.
    expect(fetched_bytes).toBeLessThan(5000)
  })

  it('reports the files that damage hits, and restores the others', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = new MemoryFiles()
    for (let number = 0; number < 10; number++) files.file(`file ${number}`, noise(number, 6000))
    files.file('copy of 3', noise(3, 6000))
    await files.createHardLink('z link to 3', 'file 3')
    const { id } = await backUp(repository, files)
    let hits = 0
    for (const { name, kind } of repository.index.packs()) {
      if (kind !== 'data') continue
      const attempt = bench.surviving()
      attempt.store.damage(packPath(name), (bytes) => bytes.fill(0, 60, 70))
      const target = new MemoryFiles()
      const report = await restore(await attempt.open(), id, target)
      const failed = report.failedFiles.map(({ path }) => path)
      expect(failed.length).toBeGreaterThan(0)
      expect(failed.length).toBeLessThan(6)
      expect(report.files).toBe(12 - failed.length)
      const isHit = failed.includes('file 3')
      for (const same of ['copy of 3', 'z link to 3']) expect(failed.includes(same)).toBe(isHit)
      if (isHit) hits++
      for (const { reason } of report.failedFiles) expect(reason).toMatch(/pack [0-9a-f]{8}, segment 0|is damaged/)
      for (const [path, { content, kind: entry }] of files.nodes) {
        if (entry !== 'file' || failed.includes(path)) continue
        expect(Buffer.compare(target.nodes.get(path)!.content, content), path).toBe(0)
      }
    }
    expect(hits).toBeGreaterThan(0)
  })

  it('writes each chunk to all places where it belongs', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const zeros = new Uint8Array(10_240)
    const files = new MemoryFiles()
      .file('zeros', zeros)
      .file('zeros and more', Uint8Array.from([...zeros, ...noise(1, 3000), ...zeros]))
    const { id, new_bytes } = await backUp(repository, files)
    expect(new_bytes).toBeLessThan(8000)
    const target = new MemoryFiles()
    await restore(await bench.open(), id, target)
    expect(target.describe()).toEqual(files.describe())
    const offsets = target.writes.filter(({ path }) => path === 'zeros').map(({ offset }) => offset)
    expect(new Set(offsets).size).toBe(offsets.length)
  })

  it('fails as a whole when the store does, and says so in the audit record', async () => {
    const bench = new Workbench()
    const { id } = await backUp(await bench.init(), smallTree())
    const repository = await bench.open()
    bench.store.onRequest = (operation, name) => {
      if (operation === 'get' && name.startsWith('data/')) throw new StoreUnavailableError('the line is down')
    }
    await expect(restore(repository, id, new MemoryFiles())).rejects.toThrow('the line is down')
    expect(bench.audit.at(-1)).toMatchObject({
      operation: 'restore',
      outcome: 'failed',
      detail: { reason: 'the line is down' },
    })
  })
})

describe('a restore that was interrupted', () => {
  it('goes on: what is there is not fetched again, what is wrong is', async () => {
    const bench = new Workbench()
    const files = new MemoryFiles()
    for (let number = 0; number < 10; number++) files.file(`file ${number}`, noise(number, 6000))
    files.file('empty', '')
    const { id } = await backUp(await bench.init(), files)
    const target = new MemoryFiles()
    let writes = 0
    const dying = bound(target, {
      async write(path: string, offset: number, content: Content) {
        if (++writes > 6) throw new FileSystemError('the disk has gone away')
        await target.write(path, offset, content)
      },
    })
    await expect(restore(await bench.open(), id, dying)).rejects.toThrow('the disk has gone away')
    // Something else got its content changed, with the same size.
    await restore(await bench.open(), id, target, { only: ['file 9'] })
    target.nodes.get('file 9')!.content[3000]! ^= 1
    const report = await restore(await bench.open(), id, target, { resume: true })
    expect(target.describe()).toEqual(files.describe())
    expect(report).toMatchObject({ files: 11, failedFiles: [] })
    expect(report.keptFiles).toBeGreaterThan(2)
    expect(report.keptFiles).toBeLessThan(10)
    expect(report.fetched_bytes).toBeLessThan(55_000)
    const again = await restore(await bench.open(), id, target, { resume: true })
    expect(again.keptFiles).toBe(11)
  })
})

describe('a restore with a copy to fall back on', () => {
  async function withCopy() {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = smallTree()
    for (let number = 0; number < 5; number++) files.file(`file ${number}`, noise(number, 6000))
    const { id } = await backUp(repository, files)
    const copy = new Workbench()
    const to = await copy.init(repository)
    await copySnapshots(repository, to)
    return { bench, copy, files, id }
  }

  it('takes from the copy what is damaged', async () => {
    const { bench, copy, files, id } = await withCopy()
    for (const name of bench.store.names('data/')) {
      const attempt = bench.surviving()
      attempt.store.damage(name, (bytes) => bytes.fill(0, 50, 60))
      const target = new MemoryFiles()
      const report = await restore(await attempt.open(), id, target, { copies: [await copy.open()] })
      expect(report.failedFiles).toEqual([])
      expect(target.describe()).toEqual(files.describe())
    }
    // All of it.
    for (const name of bench.store.names('data/')) bench.store.damage(name, () => undefined)
    const target = new MemoryFiles()
    const { recoveredChunks } = await restore(await bench.open(), id, target, { copies: [await copy.open()] })
    expect(target.describe()).toEqual(files.describe())
    expect(bench.warnings.at(-1)).toBe(`${recoveredChunks} chunks that cannot be read in memory came from memory`)
    // The snapshot itself.
    bench.store.damage(`snapshots/${id}`, (bytes) => bytes.fill(0, 20, 30))
    await restore(await bench.open(), id, target, { copies: [await copy.open()] })
    expect(bench.warnings.at(-1)).toContain('restoring from the copy in memory')
  })

  it('reads of the copy no more than what is damaged', async () => {
    const { bench, copy, files, id } = await withCopy()
    const whole = await restore(await bench.open(), id, new MemoryFiles())
    const requests = (some: Workbench): string[] => {
      const asked: string[] = []
      some.store.onRequest = (operation, name) => {
        if (operation === 'get' && name.startsWith('data/')) asked.push(name)
      }
      return asked
    }
    const [name] = bench.store.names('data/')
    bench.store.damage(name!, (bytes) => bytes.fill(0, 50, 60))
    const asked = requests(copy)
    const target = new MemoryFiles()
    const report = await restore(await bench.open(), id, target, { copies: [await copy.open()] })
    expect(target.describe()).toEqual(files.describe())
    expect(report.recoveredChunks).toBeGreaterThan(0)
    expect(asked.length).toBeLessThanOrEqual(2)
    // One segment, a quarter of a pack of 4 KiB.
    expect(report.fetched_bytes - whole.fetched_bytes).toBeLessThan(2500)
  })

  it('is whole though neither place is', async () => {
    const { bench, copy, files, id } = await withCopy()
    const lose = async (some: Workbench, what: 'data' | 'trees'): Promise<void> => {
      const repository = await some.open()
      await repository.loadIndex()
      for (const { name, kind } of repository.index.packs())
        if (kind === what) some.store.damage(`data/${name.slice(0, 2)}/${name}`, () => undefined)
    }
    await lose(bench, 'trees')
    await lose(copy, 'data')
    const target = new MemoryFiles()
    await restore(await bench.open(), id, target, { copies: [await copy.open()] })
    expect(target.describe()).toEqual(files.describe())
  })

  it('finds in the copy what no index tells of here', async () => {
    const { bench, copy, files, id } = await withCopy()
    for (const name of bench.store.names('index/')) bench.store.damage(name, (bytes) => bytes.fill(0, 50, 60))
    const target = new MemoryFiles()
    const report = await restore(await bench.open(), id, target, { copies: [await copy.open()] })
    expect(report.failedFiles).toEqual([])
    expect(target.describe()).toEqual(files.describe())
  })

  it('restores what is sound when the copy cannot be reached', async () => {
    const { bench, copy, id } = await withCopy()
    const fallback = await copy.open()
    copy.store.dieAtWrite(0, false)
    await copy.store.put('x', []).catch(() => {})
    const [name] = bench.store.names('data/')
    bench.store.damage(name!, () => undefined)
    const { failedFiles, files } = await restore(await bench.open(), id, new MemoryFiles(), { copies: [fallback] })
    expect(files).toBeGreaterThan(3)
    expect(failedFiles.length).toBeGreaterThan(0)
    for (const { reason } of failedFiles) expect(reason).toContain('the copy cannot be reached: the store is dead')
  })

  it('is put together from several copies, of which none is whole', async () => {
    const { bench, copy, files, id } = await withCopy()
    const third = new Workbench()
    await copySnapshots(await bench.open(), await third.init(await bench.open()))
    for (const name of bench.store.names('data/')) bench.store.damage(name, () => undefined)
    // Both were written in the same order: what the one has lost, the other has.
    for (const [at, some] of [copy, third].entries()) {
      const repository = await some.open()
      await repository.loadIndex()
      const { index } = repository
      const inOrder = index
        .packs()
        .map(({ name, entries }) => ({ name, first: Buffer.from(index.addressOf(entries[0]!)).toString('hex') }))
        .sort((a, b) => (a.first < b.first ? -1 : 1))
      for (const [number, { name }] of inOrder.entries())
        if (number % 2 === at) some.store.damage(`data/${name.slice(0, 2)}/${name}`, (bytes) => bytes.fill(0, 50, 60))
    }
    const target = new MemoryFiles()
    const copies = [await copy.open(), await third.open()]
    const report = await restore(await bench.open(), id, target, { copies })
    expect(report.failedFiles).toEqual([])
    expect(target.describe()).toEqual(files.describe())
    // The snapshot is lost here and in the first copy besides: the second leads.
    bench.store.damage(`snapshots/${id}`, (bytes) => bytes.fill(0, 20, 30))
    for (const name of copy.store.names('snapshots/')) copy.store.damage(name, () => undefined)
    await expect(restore(await bench.open(), id, new MemoryFiles(), { copies: [await copy.open()] })).rejects.toThrow(
      'there is no copy of snapshot',
    )
    const again = new MemoryFiles()
    await restore(await bench.open(), id, again, { copies: [await copy.open(), await third.open()] })
    expect(again.describe()).toEqual(files.describe())
  })

  it('says what neither has', async () => {
    const { bench, copy, id } = await withCopy()
    const target = new MemoryFiles()
    const largest = (some: Workbench): string => some.store.contents('data/').sort((a, b) => b[1] - a[1])[0]![0]
    const data = (await bench.open().then(async (open) => (await open.loadIndex(), open))).index.packs()
    for (const { name, kind } of data) {
      if (kind === 'data') bench.store.damage(`data/${name.slice(0, 2)}/${name}`, () => undefined)
    }
    copy.store.damage(largest(copy), (bytes) => bytes.fill(0, 50, 60))
    const report = await restore(await bench.open(), id, target, { copies: [await copy.open()] })
    expect(report.recoveredChunks).toBeGreaterThan(0)
    expect(report.failedFiles.length).toBeGreaterThan(0)
    for (const { reason } of report.failedFiles) expect(reason).toContain('in the copy too')
  })
})

/** The target with one method replaced; the others are called on the target itself. */
function bound(target: MemoryFiles, replaced: Pick<MemoryFiles, 'write'>): RestoreTarget {
  return {
    createDirectory: (path) => target.createDirectory(path),
    createFile: (path, size) => target.createFile(path, size),
    write: (path, offset, content) => replaced.write(path, offset, content),
    createSymlink: (path, to) => target.createSymlink(path, to),
    createHardLink: (path, existing) => target.createHardLink(path, existing),
    createSpecial: (path, kind, device) => target.createSpecial(path, kind, device),
    finish: (path, kind, metadata) => target.finish(path, kind, metadata),
  }
}
