import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { AddressCursor, addressWords } from '../../../src/engine/index/address.ts'
import { ChunkIndex } from '../../../src/engine/index/chunk-index.ts'
import { applyIndexFiles, indexFile, storedIndexFile } from '../../../src/engine/index/index-file.ts'
import type { IndexFile } from '../../../src/engine/index/index-file.ts'
import { decodeDirectory, encodeDirectory } from '../../../src/engine/index/pack-directory.ts'
import type { PackDirectory, PackFacts } from '../../../src/engine/index/pack-directory.ts'
import { RepositoryFormatError } from '../../../src/engine/errors.ts'
import { noise } from '../workbench.ts'

/** Few addresses, so that chunks are stored more than once; many of them with the same first word, so that slots collide. */
const address = (number: number): Uint8Array => {
  const bytes = new Uint8Array(32)
  bytes[0] = number % 3
  bytes[31] = number
  return bytes
}

const name = (number: number): string => number.toString(16).padStart(64, '0')

/** A pack with these chunks, three to a segment. */
function packOf(number: number, chunks: readonly number[]): { facts: PackFacts; directory: PackDirectory } {
  const counts = Array.from({ length: Math.ceil(chunks.length / 3) }, (_, at) => Math.min(3, chunks.length - 3 * at))
  const directory: PackDirectory = {
    sealed_bytes: Uint32Array.from(counts, (count) => 100 * count),
    plain_bytes: Uint32Array.from(counts, (count) => 200 * count),
    chunks: Uint32Array.from(counts),
    addresses: Buffer.concat(chunks.map(address)),
    lengths: Uint32Array.from(chunks, (chunk) => chunk + 1),
  }
  return { facts: { name: name(number), kind: 'data', salt: noise(number, 32), size: 1000 }, directory }
}

type Step = { do: 'add'; chunks: number[] } | { do: 'remove' | 'mark' | 'unmark'; pack: number } | { do: 'fork' }
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('add' as const), chunks: fc.array(fc.nat(20), { minLength: 1, maxLength: 10 }) }),
  fc.record({ do: fc.constantFrom('remove' as const, 'mark' as const, 'unmark' as const), pack: fc.nat(10) }),
  fc.record({ do: fc.constant('fork' as const) }),
)

/** What the index should say, kept in the plainest way. */
interface Model {
  packs: Array<{ chunks: readonly number[]; gone: boolean; marked: boolean }>
}

function carryOut(step: Step, index: ChunkIndex, model: Model): void {
  if (step.do === 'add') {
    const { facts, directory } = packOf(model.packs.length, step.chunks)
    index.add(facts, directory)
    model.packs.push({ chunks: step.chunks, gone: false, marked: false })
  } else if (step.do !== 'fork') {
    const pack = model.packs[step.pack]
    if (step.do === 'remove') index.remove(name(step.pack))
    else index.mark(name(step.pack), step.do === 'mark' ? 7 : undefined)
    if (pack === undefined) return
    if (step.do === 'remove') pack.gone = true
    else if (!pack.gone) pack.marked = step.do === 'mark'
  }
}

function expectToSay(index: ChunkIndex, model: Model): void {
  const cursor = new AddressCursor()
  for (let chunk = 0; chunk <= 20; chunk++) {
    const holders = model.packs.flatMap((pack, at) =>
      !pack.gone && pack.chunks.includes(chunk) ? [{ ...pack, at }] : [],
    )
    const usable = holders.filter(({ marked }) => !marked)
    cursor.read(address(chunk), 0)
    expect(index.find(cursor) >= 0).toBe(usable.length > 0)
    const entry = index.findStored(addressWords(address(chunk)))
    const best = usable[0] ?? holders[0]
    if (best === undefined) expect(entry).toBe(-1)
    else {
      expect(index.packOf(entry).name).toBe(name(best.at))
      expect(index.lengthOf(entry)).toBe(chunk + 1)
      // Chunks before it in its segment.
      const number = best.chunks.indexOf(chunk)
      const before = best.chunks.slice(number - (number % 3), number)
      expect(index.offsetOf(entry)).toBe(before.reduce((sum, other) => sum + other + 1, 0))
      expect(index.segmentOf(entry) - index.packOf(entry).firstSegment).toBe(Math.floor(number / 3))
      expect(Buffer.compare(index.addressOf(entry), address(chunk))).toBe(0)
    }
  }
  // All at once, and more than are read ahead together: the same.
  const all = Array.from({ length: 3 * 21 }, (_, at) => address(at % 21))
  expect(index.findAllStored(addressWords(Buffer.concat(all)))).toEqual(
    Int32Array.from(all, (one) => index.findStored(addressWords(one))),
  )
  expect(index.packs().map((pack) => pack.name)).toEqual(
    model.packs.flatMap(({ gone }, at) => (gone ? [] : [name(at)])),
  )
}

describe('the chunk index', () => {
  test.prop([fc.array(anyStep, { maxLength: 40 })])('says what a plain list of packs says', (steps) => {
    const index = new ChunkIndex()
    const model: Model = { packs: [] }
    for (const step of steps) carryOut(step, index, model)
    expectToSay(index, model)
  })

  test.prop([
    fc.array(anyStep, { maxLength: 20 }),
    fc.array(anyStep, { maxLength: 20 }),
    fc.array(anyStep, { maxLength: 20 }),
  ])('goes two ways from a fork, and neither sees the other', (before, left, right) => {
    const index = new ChunkIndex()
    const model: Model = { packs: [] }
    for (const step of before) carryOut(step, index, model)
    const fork = new ChunkIndex(index)
    const forkModel: Model = { packs: model.packs.map((pack) => ({ ...pack })) }
    for (let at = 0; at < 20; at++) {
      if (left[at] !== undefined) carryOut(left[at]!, index, model)
      if (right[at] !== undefined) carryOut(right[at]!, fork, forkModel)
    }
    expectToSay(index, model)
    expectToSay(fork, forkModel)
  })

  it('knows the pack of each of many segments, be packs long, short or empty', () => {
    const index = new ChunkIndex()
    let next = 0
    for (let number = 0; number < 60; number++) {
      const chunks = Array.from({ length: number % 7 === 0 ? 0 : (number * 37) % 140 }, () => next++)
      const { facts, directory } = packOf(number, chunks)
      index.add(facts, directory)
    }
    for (const each of [index, new ChunkIndex(index)])
      for (const pack of each.packs()) for (const entry of pack.entries) expect(each.packOf(entry).name).toBe(pack.name)
  })

  it('finds a chunk that is announced, until it is withdrawn', () => {
    const index = new ChunkIndex()
    const cursor = new AddressCursor()
    cursor.read(address(1), 0)
    const entry = index.addPending(cursor, 2)
    expect(index.find(cursor)).toBe(entry)
    expect(index.findStored(cursor.words)).toBe(-1)
    index.withdraw([entry])
    expect(index.find(cursor)).toBe(-1)
    expect(index.findStored(cursor.words)).toBe(-1)
  })

  it('takes a pack back that it had given up, once an index file lists it', () => {
    const index = new ChunkIndex()
    const { facts, directory } = packOf(0, [1])
    index.add(facts, directory)
    index.remove(name(0))
    index.add(facts, directory)
    expect(index.packs()).toHaveLength(1)
    expect(index.findStored(addressWords(address(1)))).toBe(0)
    expect(index.entries).toBe(1)
  })

  it('grows to a million chunks, and finds each; asks for large pages for what is large', () => {
    const asked_bytes: number[] = []
    const index = new ChunkIndex(undefined, { preferLargePages: ({ byteLength }) => void asked_bytes.push(byteLength) })
    const count = 1000
    for (let pack = 0; pack < 1000; pack++) {
      const addresses = noise(pack, 32 * count)
      const directory: PackDirectory = {
        sealed_bytes: Uint32Array.of(5),
        plain_bytes: Uint32Array.of(5),
        chunks: Uint32Array.of(count),
        addresses,
        lengths: new Uint32Array(count).fill(5),
      }
      index.add({ name: name(pack), kind: 'data', salt: noise(0, 32), size: 1 }, directory)
    }
    expect(index.entries).toBe(1_000_000)
    let found = 0
    for (let pack = 0; pack < 1000; pack++) {
      const words = addressWords(noise(pack, 32 * count))
      for (let at = 0; at < count; at++) if (index.findStored(words, 8 * at) === pack * count + at) found++
    }
    expect(found).toBe(1_000_000)
    expect(index.findStored(addressWords(noise(5000, 32)))).toBe(-1)
    // Slots of 4 bytes, each time twice as many; 32 blocks of 16,384 entries one by one, then 32 at once.
    const slots = asked_bytes.filter((bytes) => Number.isInteger(Math.log2(bytes)))
    expect(slots.at(-1)).toBe(4 * 2 ** 21)
    const blocks = asked_bytes.filter((bytes) => !slots.includes(bytes))
    expect(blocks).toEqual([...Array<number>(32).fill(44 * 16_384), 22 * 1024 * 1024])
  })
})

const anyFile: fc.Arbitrary<IndexFile> = fc.record({
  packs: fc
    .uniqueArray(fc.nat(9), { maxLength: 4 })
    .map((numbers) => numbers.map((number) => packOf(number, [number, number + 1, 20 - number, number + 2]))),
  marks: fc.array(fc.record({ pack: fc.nat(9).map(name), time: fc.nat(20), marked: fc.boolean() }), { maxLength: 4 }),
  removed: fc.array(fc.nat(9).map(name), { maxLength: 2 }),
})

/** Packs and marks after reading these files, in order of names. */
function say(files: readonly IndexFile[]): unknown {
  const index = new ChunkIndex()
  applyIndexFiles(index, files)
  const packs = index.packs().map((pack) => pack.name)
  return packs.sort().map((pack) => [pack, index.markedAt(pack)])
}

describe('index files', () => {
  test.prop([anyFile])('come back as they were written', (file) => {
    expect(indexFile(storedIndexFile(file))).toEqual({
      ...file,
      packs: file.packs.map(({ facts, directory }) => ({
        facts,
        directory: { ...directory, addresses: new Uint8Array(directory.addresses) },
      })),
    })
  })

  test.prop([fc.array(anyFile, { maxLength: 5 }), fc.array(fc.nat(), { minLength: 5, maxLength: 5 })])(
    'say the same in whatever order they are read',
    (files, order) => {
      const shuffled = files
        .map((file, at) => ({ file, key: order[at]! }))
        .sort((a, b) => a.key - b.key)
        .map(({ file }) => file)
      expect(say(shuffled)).toEqual(say(files))
    },
  )
})

describe('the directory of a pack', () => {
  const { directory } = packOf(3, [1, 2, 3, 4, 5, 6, 7])

  it('comes back as it was written', () => {
    expect(decodeDirectory(encodeDirectory(directory))).toEqual({
      ...directory,
      addresses: new Uint8Array(directory.addresses),
    })
  })

  test.prop([fc.uint8Array({ maxLength: 200 })])('is refused when its parts do not add up', (bytes) => {
    try {
      const decoded = decodeDirectory(bytes)
      expect(encodeDirectory(decoded)).toEqual(bytes)
    } catch (error) {
      expect(error).toBeInstanceOf(RepositoryFormatError)
    }
  })
})
