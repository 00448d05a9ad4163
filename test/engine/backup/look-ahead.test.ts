import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LookAhead } from '../../../src/engine/backup/look-ahead.ts'
import type { SourceEntry, SourceTree } from '../../../src/engine/ports.ts'

const SMALL_BYTES = 100_000
const metadata = { mode: 0o644, uid: 0, gid: 0, mtime_ns: 0n }

/** A directory is a list, a file the number of its bytes. */
type Shape = number | Shape[]

const shapes: fc.Arbitrary<Shape[]> = fc.letrec<{ shape: Shape; directory: Shape[] }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 50_000, max: 150_000 })),
    tie('directory'),
  ),
  directory: fc.array(tie('shape'), { maxLength: 20, size: 'max' }),
})).directory

const entryOf = (shape: Shape, at: number): SourceEntry => ({
  name: `${at}`,
  kind: Array.isArray(shape) ? 'directory' : 'file',
  metadata,
  ...(Array.isArray(shape) ? {} : { size: shape }),
  handle: shape,
})

/** Of a tree in memory: what is begun, and what of it is taken. */
function watched(): { tree: SourceTree; begun: SourceEntry[]; takes: SourceEntry[]; ahead: LookAhead } {
  const begun: SourceEntry[] = []
  const takes: SourceEntry[] = []
  const tree: SourceTree = {
    time: 0,
    root: entryOf([], 0),
    list: async ({ handle }) => (Array.isArray(handle) ? handle.map(entryOf) : []),
    read: async () => new Uint8Array(0),
    unchanged: async () => true,
    release: async () => {},
  }
  let isReady = false
  const files = {
    begin: (file: SourceEntry) => void begun.push(file),
    get busy() {
      return !isReady
    },
    ready: async () => void (isReady = true),
    take: (file: SourceEntry) => {
      expect(isReady).toBe(true)
      // Of some, so that both are met.
      isReady = takes.length % 3 > 0
      takes.push(file)
      return { content: new Uint8Array(file.size ?? 0), id: new Uint8Array(32), extendedAttributes: undefined }
    },
  }
  return { tree, begun, takes, ahead: new LookAhead(tree, files, SMALL_BYTES) }
}

const takenFrom = async (ahead: LookAhead, file: SourceEntry) => {
  if (ahead.isBusy(file)) await ahead.ready()
  return ahead.take(file)
}

/** As a backup does. */
async function walk(ahead: LookAhead, directory: SourceEntry, met: (file: SourceEntry, isAside: boolean) => void) {
  for (const entry of await ahead.list(directory))
    if (entry.kind === 'directory') await walk(ahead, entry, met)
    else met(entry, (await takenFrom(ahead, entry)) !== undefined)
}

describe('files that are read ahead of the backup', () => {
  it('are all the small ones, in the order in which the backup comes to them, and never too many', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(shapes, { minLength: 1, maxLength: 3 }), async (parts) => {
        const { begun, takes, ahead } = watched()
        const wrong: number[] = []
        let most = 0
        for (const part of parts)
          await walk(ahead, entryOf(part, 0), ({ size = 0 }, isAside) => {
            if (isAside !== (size > 0 && size <= SMALL_BYTES)) wrong.push(size)
            most = Math.max(most, begun.length - takes.length)
          })
        expect(wrong).toEqual([])
        expect(most).toBeLessThanOrEqual(192)
        expect(takes.length).toBe(begun.length)
        expect(takes.every((file, at) => file === begun[at])).toBe(true)
      }),
      { numRuns: 15 },
    )
  })

  it('are begun long before, however directories lie within each other', async () => {
    const { begun, ahead } = watched()
    const flat = Array.from({ length: 400 }, () => Array.from({ length: 5 }, () => 10))
    await ahead.list(entryOf(flat, 0))
    expect(begun.length).toBe(192)
  })

  it('do not fill the memory', async () => {
    const { begun, ahead } = watched()
    await ahead.list(
      entryOf([Array.from({ length: 400 }, () => SMALL_BYTES), ...Array.from({ length: 400 }, () => [])], 0),
    )
    expect(begun.length * SMALL_BYTES).toBeLessThan(3_000_000)
  })

  it('cannot be begun in a directory that cannot be listed, which is told when the backup comes to it', async () => {
    const { tree, ahead } = watched()
    const list = tree.list.bind(tree)
    tree.list = async (directory) => {
      if (directory.name === '1') throw new Error('locked')
      return list(directory)
    }
    const [first, locked, last] = await ahead.list(entryOf([[5], [5], [5]], 0))
    const [file] = await ahead.list(first!)
    expect(await takenFrom(ahead, file!)).toBeDefined()
    await expect(ahead.list(locked!)).rejects.toThrow('locked')
    const [another] = await ahead.list(last!)
    expect(await takenFrom(ahead, another!)).toBeDefined()
  })
})
