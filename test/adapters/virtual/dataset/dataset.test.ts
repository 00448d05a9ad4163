import { describe, expect, it } from 'vitest'
import {
  VirtualFileSystem,
  compareTrees,
  createDataset,
  populateFromEntries,
} from '../../../../src/adapters/virtual/index.ts'
import type { DatasetContents, FileNode } from '../../../../src/adapters/virtual/index.ts'
import { randomStream } from '../../../../src/kernel/index.ts'

const DOCUMENTS: DatasetContents = {
  name: 'documents',
  fidelity: 'extents',
  size_bytes: 2e12,
  files: 1_200_000,
  compressibility: 1.6,
}

function created(change: Partial<DatasetContents> = {}, seed = 'seed'): VirtualFileSystem {
  const files = new VirtualFileSystem({ time: 1000 })
  createDataset({ ...DOCUMENTS, ...change }, files, randomStream([seed]))
  return files
}

function filesOf(files: VirtualFileSystem): FileNode[] {
  const found: FileNode[] = []
  files.root.forEachFile((_path, file) => found.push(file))
  return found
}

function streamsOf(files: VirtualFileSystem): number[] {
  return filesOf(files).map(({ content }) => ('raw' in content ? content.raw.pieces[0]! : -1))
}

describe('a new dataset', () => {
  it('has exactly the bytes and the files that were asked for', () => {
    for (const [size_bytes, files] of [
      [2e12, 1_200_000],
      [123_457, 1],
      [1e9 + 7, 513],
      [1e6, 100],
      [0, 3],
    ] as const) {
      const dataset = created({ size_bytes, files })
      expect(dataset.bytes).toBe(size_bytes)
      expect(filesOf(dataset).reduce((sum, file) => sum + file.stands, 0)).toBe(files)
    }
    expect(created({ files: 0 }).files).toBe(0)
  })

  it('holds many described files as 512 groups, in folders of two levels', () => {
    const dataset = created()
    expect(dataset.files).toBe(512)
    expect(dataset.root.names().length).toBe(32)
    // 32 folders of 4 parts each, and 1.2 million files
    expect(dataset.root.entries).toBe(1_200_000 + 32 + 32 * 4)
  })

  it('keeps a petabyte in many folders, so that a backup looks at few entries beside what has changed', () => {
    const { root } = created({ size_bytes: 1e15, files: 1e8 })
    expect(root.files).toBe(16_384)
    // 1024 folders of 4 parts, and 16 files in each folder
    expect(root.names().length).toBe(1024)
    expect(root.entries).toBe(1e8 + 1024 + 1024 * 4)
  })

  it('holds few files one by one, without folders', () => {
    expect(created({ size_bytes: 1e6, files: 1 }).root.names()).toEqual(['file-0'])
  })

  it('has file sizes that differ as those of real files do', () => {
    const sizes = filesOf(created({ size_bytes: 1e9, files: 500 }))
      .map(({ size }) => size)
      .sort((a, b) => a - b)
    // Lognormal with sigma 2.46: mean / median = exp(sigma^2 / 2) = 20.6; with 500 files it scatters much.
    const meanOverMedian = 2e6 / sizes[250]!
    expect(meanOverMedian).toBeGreaterThan(5)
    expect(meanOverMedian).toBeLessThan(80)
    // Groups are sums of many, and alike: no group of 2344 files is ten times the mean.
    const groups = filesOf(created()).map(({ size }) => size)
    expect(Math.max(...groups)).toBeLessThan(10 * (2e12 / 512))
    expect(Math.min(...groups)).toBeGreaterThan(0.1 * (2e12 / 512))
  })

  it('is the same for the same seed, and shares no data with another seed or name', () => {
    expect(compareTrees(created().root, created().root).equal).toBe(true)
    const all = [created(), created({}, 'other seed'), created({ name: 'mail' })].flatMap(streamsOf)
    expect(new Set(all).size).toBe(3 * 512)
  })

  it('is the same data when it is written out', () => {
    const [held, described] = [{ fidelity: 'bytes' as const }, {}].map((change) =>
      created({ ...change, size_bytes: 100_000, files: 40 }),
    )
    expect(filesOf(held!).map(({ size }) => size)).toEqual(filesOf(described!).map(({ size }) => size))
    expect(held!.root.lookup('folder-0/part-0/file-00')?.metadata).toEqual(
      described!.root.lookup('folder-0/part-0/file-00')?.metadata,
    )
  })
})

describe('a filesystem from entries', () => {
  const directory = { kind: 'directory' as const, mode: 0o755, mtime_ns: 7n }
  const file = { kind: 'file' as const, mode: 0o644, mtime_ns: 9n }

  it('holds them with content, modes and times', () => {
    const files = new VirtualFileSystem({ time: 1000 })
    populateFromEntries(files, [
      { ...directory, path: 'd' },
      { ...file, path: 'd/a', content: Uint8Array.of(1, 2) },
      { ...directory, path: 'd/empty', mode: 0o700 },
      { ...file, path: 'd/nothing' },
      { kind: 'symlink', path: 'link', target: 'd/a', mode: 0o777, mtime_ns: 9n },
    ])
    const expected = new VirtualFileSystem({ time: 1000 })
    expected.mkdir('d', 1000)
    expected.writeFile('d/a', Uint8Array.of(1, 2), 1000, { metadata: { mode: 0o644, mtime_ns: 9n } })
    expected.mkdir('d/empty', 1000, { mode: 0o700, mtime_ns: 7n })
    expected.writeFile('d/nothing', new Uint8Array(0), 1000, { metadata: { mtime_ns: 9n } })
    expected.setMetadata('d', { ...expected.lookup('d')!.metadata, mtime_ns: 7n }, 1000)
    expected.symlink('link', 'd/a', 1000, { mtime_ns: 9n })
    expect(compareTrees(files.root, expected.root).differences).toEqual([])
  })

  it('holds names as their UTF-8, in order of bytes', () => {
    const files = new VirtualFileSystem({ time: 0 })
    populateFromEntries(files, [
      { ...file, path: 'ü' },
      { ...file, path: 'z' },
      { ...file, path: '日' },
      { ...file, path: '😀' },
    ])
    expect(files.root.names()).toEqual(['z', '\u00c3\u00bc', '\u00e6\u0097\u00a5', '\u00f0\u009f\u0098\u0080'])
  })
})
