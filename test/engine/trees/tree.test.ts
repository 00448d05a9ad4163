import { fc, test } from '@fast-check/vitest'
import { decode } from 'cborg'
import { describe, expect, it } from 'vitest'
import { encodeValue } from '../../../src/engine/encoding/encoding.ts'
import { RepositoryFormatError } from '../../../src/engine/errors.ts'
import { chunkLists } from '../../../src/engine/trees/chunk-list.ts'
import { TreeCache } from '../../../src/engine/trees/tree-cache.ts'
import { decodeTree, encodeTree } from '../../../src/engine/trees/tree-encoding.ts'
import { equalTrees } from '../../../src/engine/trees/tree.ts'
import type { TreeEntry } from '../../../src/engine/trees/tree.ts'
import { noise } from '../workbench.ts'

const name = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .map((bytes) => String.fromCharCode(...bytes).replaceAll(/[/\0]/g, '_'))
const time_ns = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -5n, max: 5n }),
  fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n), -(2n ** 53n) - 1n),
)
const size = fc.oneof(fc.nat(), fc.maxSafeNat())
const address = fc.uint8Array({ minLength: 32, maxLength: 32 })
const metadata = fc.record(
  {
    mode: fc.nat(0o7777),
    uid: fc.nat(),
    gid: fc.nat(),
    mtime_ns: time_ns,
    ctime_ns: time_ns,
    userName: fc.string(),
    groupName: fc.string(),
    extendedAttributes: fc.array(fc.tuple(fc.string(), fc.uint8Array())),
  },
  { requiredKeys: ['mode', 'uid', 'gid', 'mtime_ns'] },
)
const common = { name, metadata }
const optional = <T>(value: fc.Arbitrary<T>, key: string): fc.Arbitrary<Record<string, T>> =>
  fc.option(value).map((some) => (some === null ? {} : { [key]: some }))

const file = fc
  .tuple(
    fc.record({ ...common, kind: fc.constant('file' as const), size, files: fc.constant(1) }),
    optional(fc.string(), 'version'),
    fc.oneof(
      fc.array(address, { maxLength: 4 }).map((all) => ({ chunks: new Uint8Array(Buffer.concat(all)) })),
      fc.array(address, { maxLength: 4 }).map((all) => ({ chunks: new Uint8Array(Buffer.concat(all)), listed: true })),
    ),
    optional(fc.string(), 'hardLink'),
  )
  .map((parts): TreeEntry => Object.assign({}, ...parts))
const directory = fc
  .tuple(
    fc.record({ ...common, kind: fc.constant('directory' as const), size, files: fc.nat(), tree: address }),
    optional(fc.string(), 'version'),
  )
  .map((parts): TreeEntry => Object.assign({}, ...parts))
const symlink = fc.record({
  ...common,
  kind: fc.constant('symlink' as const),
  size: fc.constant(0),
  files: fc.constant(0),
  symlinkTarget: name,
})
const special = fc
  .tuple(
    fc.record({
      ...common,
      kind: fc.constantFrom('fifo' as const, 'socket' as const, 'block-device' as const, 'character-device' as const),
      size: fc.constant(0),
      files: fc.constant(0),
    }),
    optional(fc.record({ major: fc.nat(), minor: fc.nat() }), 'device'),
  )
  .map((parts): TreeEntry => Object.assign({}, ...parts))
const tree = fc.array(fc.oneof(file, directory, symlink, special), { maxLength: 8 })

describe('a tree', () => {
  test.prop([tree])('comes back as it was written', (entries) => {
    expect(decodeTree(encodeTree(entries))).toEqual(entries)
  })

  test.prop([tree])('has the same bytes when it is written again', (entries) => {
    const bytes = encodeTree(entries)
    expect(Buffer.compare(encodeTree(decodeTree(bytes)), bytes)).toBe(0)
  })

  test.prop([tree])('is deterministic CBOR', (entries) => {
    const bytes = encodeTree(entries)
    expect(Buffer.compare(encodeValue(decode(bytes)), bytes)).toBe(0)
  })

  test.prop([tree, fc.anything({ withBigInt: false }).map(encodable), fc.constantFrom('aa', 'j', 'z', 'é')])(
    'may have fields that later versions know',
    (entries, value, key) => {
      const later = decode(encodeTree(entries)).map((entry: object) => ({ ...entry, [key]: value }))
      expect(decodeTree(encodeValue(later))).toEqual(entries)
    },
  )

  test.prop([fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.tuple(tree, fc.nat(), fc.nat(255)).map(damaged))])(
    'of whatever bytes is a tree or refused',
    (bytes) => {
      try {
        decodeTree(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(RepositoryFormatError)
      }
    },
  )

  // Copies of one tree with any fields of any entries exchanged, so that pairs are equal often and differ in little.
  const similar = fc.tuple(tree, tree, fc.infiniteStream(fc.boolean())).map(([one, other, dice]) => {
    const mixed = one.map((entry, at) => {
      const fields = Object.entries(entry).map(([field, value]) => {
        const exchanged = Reflect.get(other[at] ?? {}, field)
        return [field, exchanged !== undefined && dice.next().value === true ? exchanged : value]
      })
      return Object.fromEntries(fields) as TreeEntry
    })
    return [one, mixed] as const
  })

  test.prop([similar])('is said to equal another only if both have the same bytes', ([one, other]) => {
    if (equalTrees(one, other)) expect(Buffer.compare(encodeTree(one), encodeTree(other))).toBe(0)
  })

  test.prop([tree])('without extended attributes is found equal to what was stored', (entries) => {
    const plain = entries.map(({ metadata: { extendedAttributes: _extendedAttributes, ...kept }, ...entry }) => ({
      ...entry,
      metadata: kept,
    }))
    expect(equalTrees(plain, decodeTree(encodeTree(plain)))).toBe(true)
    expect(equalTrees(plain, plain.slice(1))).toBe(plain.length === 0)
  })

  it('is refused when it is something else', () => {
    for (const bytes of [[], [0x01], [0x81, 0x01], [0x9f], [0xff, 0xff]]) {
      expect(() => decodeTree(Uint8Array.from(bytes))).toThrow(RepositoryFormatError)
    }
  })
})

/** What CBOR has; anything else as null. */
function encodable(value: unknown): unknown {
  try {
    encodeValue(value)
    return value
  } catch {
    return null
  }
}

/** A tree with one byte that is another. */
function damaged([entries, at, byte]: [readonly TreeEntry[], number, number]): Uint8Array {
  const bytes = encodeTree(entries)
  bytes[at % bytes.length] = byte
  return bytes
}

const addresses = (seed: number, count: number): Uint8Array => noise(seed, 32 * count)

describe('the chunks of a long file', () => {
  it('stand in the entry up to 8, and in lists beyond', () => {
    expect(chunkLists(addresses(1, 8))).toBeUndefined()
    expect(chunkLists(addresses(1, 9))).toBeDefined()
  })

  test.prop([fc.nat(), fc.integer({ min: 9, max: 6000 })], { numRuns: 20 })(
    'are all in the lists, in order',
    (seed, count) => {
      const chunks = addresses(seed, count)
      const lists = chunkLists(chunks)!
      expect(Buffer.compare(Buffer.concat(lists), chunks)).toBe(0)
      for (const list of lists) expect(list.length).toBeLessThanOrEqual(2048 * 32)
    },
  )

  it('keep their lists but one when one chunk is another', () => {
    const before = addresses(1, 5000)
    const after = Uint8Array.from(before)
    after.set(noise(9, 32), 2500 * 32)
    const kept = new Set(chunkLists(before)!.map((list) => Buffer.from(list).toString('hex')))
    const fresh = chunkLists(after)!.filter((list) => !kept.has(Buffer.from(list).toString('hex')))
    expect(fresh.length).toBeLessThanOrEqual(2)
  })
})

describe('the cache of trees', () => {
  it('keeps what was added last, up to its size', () => {
    const cache = new TreeCache()
    for (let number = 0; number < 3; number++) cache.addList(String(number), new Uint8Array(30 * 1024 * 1024))
    expect([0, 1, 2].map((number) => cache.list(String(number)) !== undefined)).toEqual([false, true, true])
  })
})
