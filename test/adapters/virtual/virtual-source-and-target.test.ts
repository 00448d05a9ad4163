import { describe, expect, it } from 'vitest'
import {
  Extents,
  VirtualFileSystem,
  compareTrees,
  extentStream,
  simulatedClock,
  simulatedCpu,
  simulatedRandom,
  virtualSource,
  virtualTarget,
} from '../../../src/adapters/virtual/index.ts'
import type { SourceAccess } from '../../../src/adapters/virtual/index.ts'
import { FileSystemError } from '../../../src/engine/errors.ts'
import type { RestoreTarget, SourceTree } from '../../../src/engine/ports.ts'
import { Simulation } from '../../../src/kernel/index.ts'
import type { Resource } from '../../../src/kernel/index.ts'

const START = 1000

interface Machine {
  readonly simulation: Simulation
  readonly access: SourceAccess & { readonly session: Resource }
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
}

/** A disk of 100 bytes a second, which looks at 10 entries a second. */
function machine(): Machine {
  const simulation = new Simulation({ seed: 'machine' })
  const access = {
    simulation,
    clock: simulatedClock(simulation, START),
    disk: simulation.flows.resource({ name: 'disk', capacity: 100 }),
    session: simulation.flows.resource({ name: 'session', capacity: Infinity }),
    scan_entriesPerSecond: 10,
    purpose: 'backup',
  }
  return { simulation, access, run: (work) => simulation.complete(simulation.task('test', work)) }
}

function sample(): VirtualFileSystem {
  const files = new VirtualFileSystem({ time: START - 100 })
  files.mkdir('d', START - 90)
  files.writeFile(
    'd/bytes',
    Uint8Array.from({ length: 300 }, (_, at) => at),
    START - 90,
  )
  files.writeFile('d/described', Extents.of(extentStream('a', 1.6), 0, 1000), START - 80, { stands: 26 })
  files.link('d/second', 'd/bytes', START - 70)
  files.symlink('link', 'd/bytes', START - 60)
  files.special('pipe', 'fifo', undefined, START - 60)
  return files
}

describe('reading a virtual filesystem as a backup does', () => {
  it('takes the time of looking at every real entry, once', async () => {
    const { simulation, access, run } = machine()
    const tree = await run(() => virtualSource(sample(), access).snapshot())
    expect(simulation.now).toBe(0)
    // d, bytes, 26 files in the group, second, link, pipe: 31 entries at 10 a second
    await run(() => tree.list(tree.root))
    expect(simulation.now).toBe(3.1)
    const [d] = await run(() => tree.list(tree.root))
    await run(() => tree.list(d!))
    expect(simulation.now).toBe(3.1)
  })

  it('takes bytes / rate to read, and shares the disk', async () => {
    const { simulation, access, run } = machine()
    const tree = await run(() => virtualSource(sample(), { ...access, scan_entriesPerSecond: Infinity }).snapshot())
    const entries = await run(async () => tree.list((await tree.list(tree.root))[0]!))
    const [bytes, described] = [entries[0]!, entries[1]!]
    // 200 B / 100 B/s
    expect(await run(() => tree.read(bytes, 50, 200))).toEqual(Uint8Array.from({ length: 200 }, (_, at) => 50 + at))
    expect(simulation.now).toBe(2)
    // A read beyond the end gives what there is: 100 B
    expect((await run(() => tree.read(described, 900, 500))).length).toBe(100)
    expect(simulation.now).toBe(3)
    // Two at once, 100 B each: 200 B / 100 B/s
    await run(() => Promise.all([tree.read(bytes, 0, 100), tree.read(described, 0, 100)]))
    expect(simulation.now).toBe(5)
  })

  it('sees the state of the snapshot, whatever is written later', async () => {
    const { access, run } = machine()
    const files = sample()
    const before = files.root
    const tree = await run(() => virtualSource(files, access).snapshot())
    files.remove('d', START + 1)
    expect(tree.time).toBe(START)
    expect(tree.root.version).toBe(before.version)
    const names = (await run(() => tree.list(tree.root))).map(({ name }) => name)
    expect(names).toEqual(['d', 'link', 'pipe'])
  })

  it('gives what the port promises of each kind', async () => {
    const { access, run } = machine()
    const tree = await run(() => virtualSource(sample(), access).snapshot())
    const top = await run(() => tree.list(tree.root))
    const inner = await run(() => tree.list(top[0]!))
    expect([...top, ...inner].map(({ name, kind, size, symlinkTarget }) => [name, kind, size, symlinkTarget])).toEqual([
      ['d', 'directory', undefined, undefined],
      ['link', 'symlink', undefined, 'd/bytes'],
      ['pipe', 'fifo', undefined, undefined],
      ['bytes', 'file', 300, undefined],
      ['described', 'file', 1000, undefined],
      ['second', 'file', 300, undefined],
    ])
    const [bytes, described, second] = inner
    expect(bytes!.hardLink).toBe(second!.hardLink)
    expect([typeof bytes!.hardLink, described!.hardLink]).toEqual(['string', undefined])
    expect('unchanged' in tree).toBe(false)
  })

  it('fails as a file system does when the disk or the work is gone', async () => {
    for (const what of ['disk', 'session'] as const) {
      const { simulation, access, run } = machine()
      const tree = await run(() => virtualSource(sample(), access).snapshot())
      const [d] = await run(() => tree.list(tree.root))
      const [bytes] = await run(() => tree.list(d!))
      simulation.after(1, () => access[what].fail(new Error('fire')))
      await expect(run(() => tree.read(bytes!, 0, 300))).rejects.toThrow(FileSystemError)
      await expect(run(() => tree.read(bytes!, 0, 300))).rejects.toThrow('fire')
    }
  })
})

/** What a restore does, file by file. */
async function copyTree(tree: SourceTree, target: RestoreTarget, directory = tree.root, below = ''): Promise<void> {
  const names = new Map<string, string>()
  for (const entry of await tree.list(directory)) {
    const path = below + entry.name
    const first = names.get(entry.hardLink ?? '')
    if (first !== undefined) {
      await target.createHardLink(path, first)
      continue
    }
    if (entry.hardLink !== undefined) names.set(entry.hardLink, path)
    if (entry.kind === 'directory') {
      await target.createDirectory(path)
      await copyTree(tree, target, entry, `${path}/`)
    } else if (entry.kind === 'symlink') await target.createSymlink(path, entry.symlinkTarget!)
    else if (entry.kind === 'file') {
      const size = entry.size!
      await target.createFile(path, size)
      const middle = Math.floor(size / 3)
      // In no order: packs are read as they lie in the store.
      await target.write(path, middle, await tree.read(entry, middle, size - middle))
      await target.write(path, 0, await tree.read(entry, 0, middle))
    } else await target.createSpecial(path, entry.kind, entry.device)
    await target.finish(path, entry.kind, entry.metadata)
  }
}

describe('writing a virtual filesystem as a restore does', () => {
  it('makes an equal tree, in the time that its bytes take', async () => {
    const original = machine()
    const tree = await original.run(() => virtualSource(sample(), original.access).snapshot())
    const { simulation, access } = original
    const files = new VirtualFileSystem({ time: START })
    const disk = simulation.flows.resource({ name: 'other disk', capacity: 50 })
    await original.run(() => copyTree(tree, virtualTarget(files, { ...access, disk })))
    const { equal, differences } = compareTrees(files.root, sample().root)
    expect({ equal, differences }).toEqual({ equal: true, differences: [] })
    // walk 3.1 s; read 1300 B at 100 B/s, then write them at 50 B/s: 3.1 + 13 + 26 s
    expect(simulation.now).toBeCloseTo(42.1, 9)
  })

  it('is not the application’s work, and keeps the application off until it is released', async () => {
    const { access, run } = machine()
    const files = new VirtualFileSystem({ time: START })
    const target = virtualTarget(files, access)
    await run(async () => {
      await target.createDirectory('d')
      await target.createFile('d/a', 100)
      await target.write('d/a', 0, new Uint8Array(100))
    })
    expect(files.writtenBytes(0, START + 100)).toBe(0)
    expect(['d', 'd/a', 'd/b'].map((path) => files.isReserved(path))).toEqual([true, true, false])
    files.release()
    expect(files.isReserved('d/a')).toBe(false)
  })

  it('lets who writes go on while less is unwritten than the machine keeps in memory', async () => {
    const { simulation, access, run } = machine()
    const target = virtualTarget(new VirtualFileSystem({ time: START }), { ...access, writeBehind_bytes: 100 })
    const times = await run(async () => {
      await target.createFile('a', 300)
      const seen: number[] = []
      for (const offset of [0, 100, 200]) {
        await target.write('a', offset, new Uint8Array(100))
        seen.push(simulation.now)
      }
      await target.flushed()
      return [...seen, simulation.now]
    })
    // The second finds the first in the way, and both are on the disk after 200 B / 100 B/s; the third is written behind.
    expect(times).toEqual([0, 2, 2, 3])
  })

  it('tells of a disk that failed behind the back of whoever wrote', async () => {
    const { simulation, access, run } = machine()
    const target = virtualTarget(new VirtualFileSystem({ time: START }), { ...access, writeBehind_bytes: 1000 })
    await run(async () => {
      await target.createFile('a', 300)
      await target.write('a', 0, new Uint8Array(100))
    })
    access.disk.fail(new Error('the disk is broken'))
    await expect(run(() => target.flushed())).rejects.toThrow(new FileSystemError('the disk is broken'))
    await expect(run(() => target.write('a', 100, new Uint8Array(100)))).rejects.toThrow('the disk is broken')
    expect(simulation.now).toBe(0)
  })

  it('can be resumed: says what is there, and reads it', async () => {
    const { simulation, access, run } = machine()
    const files = new VirtualFileSystem({ time: START })
    const target = virtualTarget(files, access)
    const part = Uint8Array.of(1, 2, 3)
    await run(async () => {
      await target.createFile('a', 6)
      await target.write('a', 2, part)
    })
    part.fill(0)
    expect(await target.existing!('a')).toEqual({ kind: 'file', size: 6 })
    expect(await target.existing!('b')).toBeUndefined()
    const before = simulation.now
    expect(await run(() => target.read!('a', 1, 100))).toEqual(Uint8Array.of(0, 1, 2, 3, 0))
    // 5 B / 100 B/s
    expect(simulation.now - before).toBeCloseTo(0.05, 12)
    await expect(run(() => target.write('b', 0, part))).rejects.toThrow('it has not been created')
  })
})

describe('the machine', () => {
  it('computes in core-seconds shared by all work', async () => {
    const { simulation, run } = machine()
    const cores = simulation.flows.resource({ name: 'cpu', capacity: 4 })
    const rates = { chunk: 100, hash: 50, compress: Infinity, encrypt: 10, decrypt: 10, decompress: 10 }
    const cpu = simulatedCpu(simulation, cores, rates, 'backup')
    // 1000/100 + 1000/50 + 0 = 30 core-seconds on 4 cores
    const work = [['chunk', 1000] as const, ['hash', 1000] as const, ['compress', 1e9] as const]
    await run(() => cpu.charge(work))
    expect(simulation.now).toBe(7.5)
    await run(() => Promise.all([cpu.charge(work), cpu.charge(work)]))
    expect(simulation.now).toBe(22.5)
    await run(() => cpu.charge([['compress', 1e9]]))
    expect(simulation.now).toBe(22.5)
  })

  it('has a calendar, and random bytes of its own stream', async () => {
    const { simulation, access, run } = machine()
    await run(() => access.clock.sleep(12.5))
    expect(access.clock.now()).toBe(START + 12.5)
    const bytes = (): Uint8Array => simulatedRandom(simulation.random('a', 'b')).bytes(7)
    expect(bytes()).toEqual(bytes())
    expect(bytes().length).toBe(7)
  })
})
