import { describe, expect, it } from 'vitest'
import { Extents, VirtualFileSystem, compareTrees, extentStream } from '../../../../src/adapters/virtual/index.ts'

const STREAM = extentStream('a', 1.6)

function sample(): VirtualFileSystem {
  const files = new VirtualFileSystem({ time: 0 })
  files.mkdir('d', 0)
  files.writeFile('d/bytes', Uint8Array.of(1, 2, 3), 0)
  files.writeFile('d/described', Extents.of(STREAM, 0, 1000), 0)
  files.symlink('link', 'd/bytes', 0)
  files.special('device', 'block-device', { major: 8, minor: 1 }, 0)
  return files
}

/** The differences of a changed sample from an unchanged one, as lines. */
function differencesAfter(change: (files: VirtualFileSystem) => void, only?: string[]): string[] {
  const files = sample()
  change(files)
  return compareTrees(files.root, sample().root, only).differences.map(({ path, what }) => `${path} ${what}`)
}

const withoutBytes = (files: VirtualFileSystem): void => files.remove('d/bytes', 0)

describe('comparing trees', () => {
  it('finds trees equal that were built apart, and counts the bytes', () => {
    const { equal, differences, bytes } = compareTrees(sample().root, sample().root)
    expect({ equal, differences, bytes }).toEqual({ equal: true, differences: [], bytes: 1003 })
  })

  it('finds a tree equal to itself without looking at its bytes', () => {
    const { root } = sample()
    expect(compareTrees(root, root)).toEqual({ equal: true, differences: [], bytes: 1003 })
  })

  it('says what differs, and where', () => {
    expect(differencesAfter((files) => files.splice('d/bytes', 1, 1, Uint8Array.of(9), 0))).toEqual([
      'd/bytes has other content',
    ])
    expect(differencesAfter((files) => files.splice('d/described', 500, 1, Extents.of(STREAM, 501, 1), 0))).toEqual([
      'd/described has other content',
    ])
    expect(differencesAfter((files) => files.append('d/bytes', Uint8Array.of(4), 0))).toEqual([
      'd/bytes has 4 bytes, not 3',
    ])
    expect(differencesAfter((files) => files.remove('d/bytes', 0))).toEqual(['d/bytes is missing'])
    expect(differencesAfter((files) => files.writeFile('d/new', Uint8Array.of(4), 0))).toEqual([
      'd/new is there, and should not be',
    ])
    expect(
      differencesAfter((files) => {
        files.remove('link', 0)
        files.mkdir('link', 0)
      }),
    ).toEqual(['link is a directory, not a symlink'])
    expect(
      differencesAfter((files) => {
        files.remove('link', 0)
        files.symlink('link', 'elsewhere', 0)
      }),
    ).toEqual(['link points to elsewhere, not to d/bytes'])
    expect(
      differencesAfter((files) => {
        files.remove('device', 0)
        files.special('device', 'block-device', { major: 8, minor: 2 }, 0)
      }),
    ).toEqual(['device is another device'])
  })

  it('compares metadata', () => {
    const { metadata } = sample().lookup('d/bytes')!
    const changed = (change: Partial<typeof metadata>): string[] =>
      differencesAfter((files) => files.setMetadata('d/bytes', { ...metadata, ...change }, 0))
    expect(changed({ mode: 0o600 })).toEqual(['d/bytes has mode 600, not 644'])
    expect(changed({ uid: 7 })).toEqual(['d/bytes belongs to 7:1000, not to 1000:1000'])
    expect(changed({ mtime_ns: 5n })).toEqual(['d/bytes was modified at 5 ns, not at 0 ns'])
    expect(changed({ extendedAttributes: [['user.a', Uint8Array.of(1)]] })).toEqual([
      'd/bytes has other extended attributes',
    ])
    expect(changed({})).toEqual([])
  })

  it('sees whether names are of one file', () => {
    const linked = sample()
    linked.link('d/second', 'd/bytes', 0)
    const copied = sample()
    copied.writeFile('d/second', Uint8Array.of(1, 2, 3), 0)
    expect(compareTrees(linked.root, copied.root).differences).toEqual([
      { path: 'd/second', what: 'is linked with d/bytes, not with d/second' },
    ])
    const again = sample()
    again.link('d/second', 'd/bytes', 0)
    expect(compareTrees(linked.root, again.root).equal).toBe(true)
  })

  it('compares some paths only', () => {
    expect(differencesAfter(withoutBytes, ['link', 'd/described'])).toEqual([])
    expect(differencesAfter(withoutBytes, ['d'])).toEqual(['d/bytes is missing'])
    expect(differencesAfter(withoutBytes, ['d/bytes', 'nowhere'])).toEqual(['d/bytes is missing'])
  })

  it('takes described zeros for bytes of zero', () => {
    const [described, held] = [sample(), sample()]
    described.writeFile('zeros', Extents.zeros(70_000), 0)
    held.writeFile('zeros', new Uint8Array(70_000), 0)
    expect(compareTrees(described.root, held.root).equal).toBe(true)
    held.splice('zeros', 69_999, 1, Uint8Array.of(1), 0)
    expect(compareTrees(described.root, held.root).equal).toBe(false)
  })
})
