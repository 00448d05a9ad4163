import { describe, expect, it, vi } from 'vitest'
import {
  Extents,
  VirtualFileSystem,
  Workload,
  compareTrees,
  createDataset,
  populateFromEntries,
  virtualTarget,
} from '../../../../src/adapters/virtual/index.ts'
import type { DirectoryNode, Locality, WorkloadSpecification } from '../../../../src/adapters/virtual/index.ts'
import { compressedShare } from '../../../../src/adapters/virtual/content/extent-stream.ts'
import { Simulation, randomStream } from '../../../../src/kernel/index.ts'
import type { RandomStream } from '../../../../src/kernel/index.ts'

const HOUR = 3600
const TICKS_PER_DAY = 4
const DOCUMENTS: WorkloadSpecification = {
  name: 'documents',
  fidelity: 'extents',
  change_perDay: 0.01,
  locality: 'uniform',
  growth_perYear: 0,
  compressibility: 2,
  writeInterval_s: (24 / TICKS_PER_DAY) * HOUR,
}

interface Subject {
  readonly files: VirtualFileSystem
  readonly workload: Workload
}

function subject(change: Partial<WorkloadSpecification> = {}, size_bytes = 1e12, files = 100_000): Subject {
  const specification = { ...DOCUMENTS, ...change }
  const vfs = new VirtualFileSystem({ time: 0 })
  createDataset({ ...specification, size_bytes, files }, vfs, randomStream(['initial']))
  return { files: vfs, workload: new Workload(specification, (purpose, k) => randomStream([purpose, k])) }
}

function tick({ files, workload }: Subject, from: number, to: number): void {
  for (let k = from; k < to; k++) workload.tick(files, k, (k + 1) * DOCUMENTS.writeInterval_s)
}

/** Bytes of the files that are not where they were at the start. */
function changed_bytes(files: VirtualFileSystem): number {
  const before = files.at(0)!
  let bytes = 0
  files.root.forEachFile((path, { content }) => {
    const original = before.lookup(path)
    if (original?.kind !== 'file' || !(content instanceof Extents) || !(original.content instanceof Extents)) return
    const [stream] = original.content.raw.pieces
    content.forEachPiece((piece, _offset, length) => (bytes += piece === stream ? 0 : length))
  })
  return bytes
}

function pieceCounts(files: VirtualFileSystem): number[] {
  const counts: number[] = []
  files.root.forEachFile((_path, { content }) => counts.push(content instanceof Extents ? content.pieceCount : 0))
  return counts
}

describe('a workload', () => {
  for (const locality of ['uniform', 'zipf', 'append'] as const satisfies readonly Locality[])
    it(`writes the asked share of the bytes a day, and keeps the size: ${locality}`, () => {
      const dataset = subject({ locality })
      tick(dataset, 0, 30 * TICKS_PER_DAY)
      // 30 days x 1 % of 10^12 B, each tick to the byte
      expect(Math.abs(dataset.files.writtenBytes(0, Infinity) - 3e11)).toBeLessThan(120)
      expect(dataset.files.bytes).toBe(1e12)
    })

  it('grows by the asked share a year', () => {
    const dataset = subject({ change_perDay: 0, growth_perYear: 0.2 }, 1e11)
    const entries = dataset.files.root.entries
    tick(dataset, 0, 365.25 * TICKS_PER_DAY)
    expect(dataset.files.bytes / 1e11).toBeCloseTo(1.2, 4)
    // The files become more, not larger.
    expect(dataset.files.root.entries / entries).toBeGreaterThan(1.15)
    expect(dataset.files.root.entries / entries).toBeLessThan(1.25)
  })

  it('changes at random what a uniform law says', () => {
    const dataset = subject()
    tick(dataset, 0, 50 * TICKS_PER_DAY)
    // Half of the bytes' worth is written; a place is still untouched with exp(-0.5): 1 - 0.607 = 0.393
    expect(changed_bytes(dataset.files) / 1e12).toBeGreaterThan(0.36)
    expect(changed_bytes(dataset.files) / 1e12).toBeLessThan(0.43)
  })

  // 10 files of 10 GB: a tick of 250 MB is a small part of the largest cells.
  it.each([1, 10])('does so in %d large files, of which an interval changes little', (count) => {
    const dataset = subject({}, 1e11, count)
    tick(dataset, 0, 50 * TICKS_PER_DAY)
    expect(changed_bytes(dataset.files) / 1e11).toBeGreaterThan(0.36)
    expect(changed_bytes(dataset.files) / 1e11).toBeLessThan(0.43)
    expect(Math.max(...pieceCounts(dataset.files))).toBeLessThan(300)
  })

  it('writes mostly where it wrote before, under zipf', () => {
    const dataset = subject({ locality: 'zipf' })
    tick(dataset, 0, 50 * TICKS_PER_DAY)
    expect(changed_bytes(dataset.files) / 1e12).toBeGreaterThan(0.05)
    expect(changed_bytes(dataset.files) / 1e12).toBeLessThan(0.25)
  })

  it('changes as much under zipf, however long its write intervals are', () => {
    const changedInMonths = (ticksPerDay: number): number => {
      const writeInterval_s = (24 / ticksPerDay) * HOUR
      const { files, workload } = subject({ locality: 'zipf', writeInterval_s }, 1e13, 1_000_000)
      for (let k = 0; k < 120 * ticksPerDay; k++) workload.tick(files, k, (k + 1) * writeInterval_s)
      return changed_bytes(files)
    }
    // 26 large places a day, and 200 small ones
    expect(changedInMonths(1) / changedInMonths(24)).toBeCloseTo(1, 1)
  })

  it('only adds at ends, under append', () => {
    const dataset = subject({ locality: 'append' }, 1e12, 512)
    tick(dataset, 0, 10 * TICKS_PER_DAY)
    const before = dataset.files.at(0)!
    dataset.files.root.forEachFile((path, { content, size }) => {
      const original = before.lookup(path)
      if (original?.kind !== 'file' || !(content instanceof Extents) || !(original.content instanceof Extents)) return
      const [stream] = original.content.raw.pieces
      // What is left of the beginning is the end of the original.
      content.forEachPiece((piece, offset, length) => {
        if (piece === stream) expect(offset + length).toBe(size)
      })
    })
  })

  it.each(['append', 'replace'] as const)('leaves the rest of a group of files where it was, under %s', (locality) => {
    const dataset = subject({ locality })
    tick(dataset, 0, 10 * TICKS_PER_DAY)
    const before = dataset.files.at(0)!
    dataset.files.root.forEachFile((path, { content, size }) => {
      const original = before.lookup(path)
      if (original?.kind !== 'file' || !(content instanceof Extents) || !(original.content instanceof Extents)) return
      expect(size).toBe(original.size)
      const [stream] = original.content.raw.pieces
      let at = 0
      content.forEachPiece((piece, offset, length) => {
        if (piece === stream) expect(offset).toBe(at)
        at += length
      })
    })
  })

  it('leaves files in few pieces, however long it goes on', () => {
    for (const [change_perDay, locality] of [
      [0.01, 'uniform'],
      [0.05, 'zipf'],
      [0.01, 'append'],
    ] as const) {
      const dataset = subject({ change_perDay, locality, growth_perYear: 0.2 })
      for (let year = 0; year < 3; year++) {
        tick(dataset, year * 1461, (year + 1) * 1461)
        dataset.files.forget(dataset.files.time)
      }
      const counts = pieceCounts(dataset.files)
      expect(Math.max(...counts)).toBeLessThan(300)
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThan(20_000)
    }
  })

  it('writes data that compresses as asked, and never the same twice', () => {
    const dataset = subject({ compressibility: 4 })
    tick(dataset, 0, 3)
    const seen = new Set<string>()
    dataset.files.root.forEachFile((_path, { content }) => {
      if (!(content instanceof Extents)) return
      content.forEachPiece((stream, offset) => {
        expect(compressedShare(stream)).toBe(0.25)
        expect(seen.has(`${stream} ${offset}`)).toBe(false)
        seen.add(`${stream} ${offset}`)
      })
    })
  })

  it('goes on in a fork as it would have gone on in the original', () => {
    for (const locality of ['uniform', 'zipf', 'append'] as const) {
      const original = subject({ locality, growth_perYear: 0.5 })
      tick(original, 0, 20)
      const fork = { files: original.files.fork(), workload: subject({ locality, growth_perYear: 0.5 }).workload }
      tick(original, 20, 40)
      tick(fork, 20, 40)
      expect(fork.files.root.version).toBe(original.files.root.version)
      expect(compareTrees(fork.files.root, original.files.root).equal).toBe(true)
      const other = { files: original.files.fork(), workload: fork.workload }
      tick(other, 40, 41)
      tick(original, 41, 42)
      expect(other.files.root.version).not.toBe(original.files.root.version)
    }
  })

  it('goes on in a fork with the cell that it has begun', () => {
    const original = subject({}, 1e11, 1)
    tick(original, 0, 3)
    const random = (purpose: string, k: number): RandomStream => randomStream([purpose, k])
    const fork = {
      files: original.files.fork(),
      workload: new Workload({ ...DOCUMENTS }, random, original.workload),
    }
    tick(original, 3, 9)
    tick(fork, 3, 9)
    expect(compareTrees(fork.files.root, original.files.root).equal).toBe(true)
    // 250 MB a tick: what it wrote in one after the other is in one place.
    expect(Math.max(...pieceCounts(fork.files))).toBeLessThan(8)
  })

  it('has nothing to do where there is nothing', () => {
    const dataset = subject({ growth_perYear: 1 }, 0, 0)
    tick(dataset, 0, 10)
    expect([dataset.files.files, dataset.files.bytes]).toEqual([0, 0])
    const empty = subject({ growth_perYear: 1, locality: 'zipf' }, 0, 5)
    tick(empty, 0, 10)
    expect(empty.files.bytes).toBe(0)
  })

  it('costs a tick in proportion to what it writes, however large the dataset is', () => {
    const writesOf = (size_bytes: number, files: number): number => {
      const dataset = subject({ locality: 'zipf', growth_perYear: 0.2 }, size_bytes, files)
      const [splice, writeFile] = [vi.spyOn(dataset.files, 'splice'), vi.spyOn(dataset.files, 'writeFile')]
      tick(dataset, 0, 100)
      return splice.mock.calls.length + writeFile.mock.calls.length
    }
    // Some places a tick, more of them in small files; a thousand times the data is not a thousand times the work.
    expect(writesOf(2e12, 1_200_000)).toBeLessThan(100 * 128)
    expect(writesOf(2e15, 1_200_000_000)).toBeLessThan(100 * 128)
  })
})

describe('what else an application does', () => {
  const DAYS = 20
  const SMALL = { size_bytes: 2e9, files: 400 }
  const written = (change: Partial<WorkloadSpecification>): Subject => {
    const dataset = subject({ change_perDay: 0.05, ...change }, SMALL.size_bytes, SMALL.files)
    tick(dataset, 0, DAYS * TICKS_PER_DAY)
    return dataset
  }
  const bytesPerDay = ({ files }: Subject): number => files.writtenBytes(0, DAYS * 86_400) / DAYS

  it('replaces whole files under new names, and writes as much as asked', () => {
    const { files } = written({ locality: 'replace' })
    expect(bytesPerDay({ files } as Subject) / (0.05 * SMALL.size_bytes)).toBeCloseTo(1, 0)
    expect(files.files).toBe(SMALL.files)
    expect(files.bytes).toBe(SMALL.size_bytes)
    let renewed = 0
    files.root.forEachFile((path) => (renewed += path.includes('new-') ? 1 : 0))
    // Drawn by bytes: the large ones go again and again.
    expect(renewed).toBeGreaterThan(20)
  })

  it('writes what stood there before, as often as asked: versions change, content does not', () => {
    const all = written({ rewritten: 1 })
    expect(bytesPerDay(all) / (0.05 * SMALL.size_bytes)).toBeCloseTo(1, 1)
    expect(changed_bytes(all.files)).toBe(0)
    expect(all.files.root.version).not.toBe(all.files.at(0)!.version)
    const half = changed_bytes(written({ rewritten: 0.5 }).files) / changed_bytes(written({}).files)
    expect(half).toBeGreaterThan(0.4)
    expect(half).toBeLessThan(0.75)
  })

  it('copies what the dataset holds elsewhere: then nothing new comes into it', () => {
    const { files } = written({ duplicates: 1 })
    const streams = (root: DirectoryNode): Set<number> => {
      const found = new Set<number>()
      root.forEachFile((_path, { content }) => {
        if (content instanceof Extents) content.forEachPiece((stream) => found.add(stream))
      })
      return found
    }
    const before = streams(files.at(0)!)
    const fresh = [...streams(files.root)].filter((stream) => !before.has(stream))
    // Where the other file is too short for a copy there is something new after all.
    expect(fresh.length).toBeLessThan(DAYS * TICKS_PER_DAY)
    expect(changed_bytes(files)).toBeGreaterThan(0)
  })

  it('keeps to the week of an office: little is written on the weekend', () => {
    const dataset = subject({ rhythm: 'office' })
    // 1970-01-05 was a Monday.
    tick(dataset, 4 * TICKS_PER_DAY, 11 * TICKS_PER_DAY)
    const week = dataset.files.writtenBytes(4 * 86_400, 11 * 86_400)
    const weekend = dataset.files.writtenBytes(9 * 86_400, 11 * 86_400)
    expect(week / (7 * 0.01 * 1e12)).toBeCloseTo(1, 1)
    // 48 of the 118 hours that share 15 %.
    expect(weekend / week).toBeCloseTo((0.15 * 48) / 118, 2)
  })

  it('begins with as many copies as asked, of which nothing is their own', () => {
    const vfs = new VirtualFileSystem({ time: 0 })
    createDataset({ ...DOCUMENTS, ...SMALL, duplicates: 0.25 }, vfs, randomStream(['copies']))
    const distinct = distinctBytes(vfs)
    expect(1 - distinct.size / SMALL.files).toBeCloseTo(0.25, 1)
  })

  it('begins with as many bytes that are copies as asked, on average over seeds', () => {
    const shares = Array.from({ length: 40 }, (_, seed) => {
      const vfs = new VirtualFileSystem({ time: 0 })
      const dataset = { ...DOCUMENTS, ...SMALL, duplicates: 0.3 }
      createDataset(dataset, vfs, randomStream(['copied bytes', `${seed}`]))
      let bytes = 0
      for (const own of distinctBytes(vfs).values()) bytes += own
      return 1 - bytes / dataset.size_bytes
    })
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    // The largest files are the least likely to have an original as large.
    expect(mean).toBeGreaterThan(0.2)
    expect(mean).toBeLessThan(0.33)
  })
})

/** Of each stream of content, as many bytes as anything holds of it. */
function distinctBytes(files: VirtualFileSystem): Map<number, number> {
  const distinct = new Map<number, number>()
  files.root.forEachFile((_path, { content }) => {
    if (!(content instanceof Extents)) return
    content.forEachPiece((stream) => {
      distinct.set(stream, Math.max(distinct.get(stream) ?? 0, content.length))
    })
  })
  return distinct
}

describe('a workload on real bytes', () => {
  const entries = [
    { kind: 'directory' as const, path: 'src', mode: 0o755, mtime_ns: 0n },
    ...Array.from({ length: 30 }, (_, n) => ({
      kind: 'file' as const,
      path: `src/${n}`,
      content: new Uint8Array(1000 * (n + 1)).fill(n),
      mode: 0o644,
      mtime_ns: 0n,
    })),
  ]

  it('writes bytes, about as many as asked, and keeps about the size', () => {
    for (const locality of ['uniform', 'zipf', 'append'] as const) {
      const files = new VirtualFileSystem({ time: 0 })
      populateFromEntries(files, entries)
      const size = files.bytes
      const workload = new Workload({ ...DOCUMENTS, fidelity: 'bytes', locality, change_perDay: 0.05 }, (purpose, k) =>
        randomStream([locality, purpose, k]),
      )
      tick({ files, workload }, 0, 100 * TICKS_PER_DAY)
      expect(files.writtenBytes(0, Infinity) / (5 * size)).toBeGreaterThan(0.95)
      expect(files.writtenBytes(0, Infinity) / (5 * size)).toBeLessThan(1.05)
      expect(files.bytes / size).toBeGreaterThan(0.9)
      expect(files.bytes / size).toBeLessThan(1.1)
      files.root.forEachFile((_path, { content }) => expect(content).not.toBeInstanceOf(Extents))
    }
  })
})

describe('ransomware', () => {
  it('encrypts every file once over all steps, and nothing that it encrypts compresses', () => {
    for (const steps of [1, 7, 1000]) {
      const { files, workload } = subject()
      const touched = new Map<string, number>()
      for (let step = 0; step < steps; step++) {
        const before = files.root
        workload.encryptShare(files, step, steps, 10 + step)
        files.root.forEachFile((path, file) => {
          if (before.lookup(path) !== file) touched.set(path, (touched.get(path) ?? 0) + 1)
        })
      }
      expect(touched.size).toBe(512)
      expect(new Set(touched.values())).toEqual(new Set([1]))
      files.root.forEachFile((_path, { content }) => {
        if (content instanceof Extents) content.forEachPiece((stream) => expect(compressedShare(stream)).toBe(1))
      })
      expect(files.bytes).toBe(1e12)
      expect(files.writtenBytes(0, Infinity)).toBe(0)
    }
  })

  it('takes about the same share at each step', () => {
    const { files, workload } = subject()
    const counts = Array.from({ length: 8 }, (_, step) => {
      const before = files.root
      workload.encryptShare(files, step, 8, 10 + step)
      let count = 0
      files.root.forEachFile((path, file) => (count += before.lookup(path) === file ? 0 : 1))
      return count
    })
    // 512 / 8 = 64, sd 7.5
    for (const count of counts) {
      expect(count).toBeGreaterThan(30)
      expect(count).toBeLessThan(100)
    }
  })
})

describe('while a restore is under way', () => {
  it('the application keeps off what has been restored, until it is given back', async () => {
    const simulation = new Simulation({ seed: 'restore' })
    const disk = simulation.flows.resource({ name: 'disk', capacity: Infinity })
    const dataset = subject({ growth_perYear: 5, change_perDay: 1 }, 1e6, 3)
    const { files, workload } = dataset
    files.remove('file-1', 1)
    const clock = { now: () => files.time, sleep: async () => {} }
    const target = virtualTarget(files, { simulation, clock, disk, purpose: 'restore' })
    const content = files.at(0)!.lookup('file-1')
    if (content?.kind !== 'file' || !(content.content instanceof Extents)) throw new Error('there should be a file')
    const described = content.content
    await simulation.complete(
      simulation.task('restore', async () => {
        await target.createFile('file-1', described.length)
        await target.write('file-1', 0, described)
        await target.finish('file-1', 'file', content.metadata)
      }),
    )
    tick(dataset, 0, 40)
    expect(compareTrees(files.root, files.at(0)!, ['file-1']).differences).toEqual([])
    expect(files.writtenBytes(1, Infinity)).toBeGreaterThan(0)
    files.release()
    workload.encryptShare(files, 0, 1, files.time)
    expect(compareTrees(files.root, files.at(0)!, ['file-1']).equal).toBe(false)
  })
})
