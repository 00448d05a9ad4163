import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BlobExistsError, BlobNotFoundError, ObjectLockedError } from '../../src/engine/errors.ts'
import { heldBytes } from '../../src/engine/bytes/held-bytes.ts'
import type { BlobInfo, BlobStore, Content, Instant } from '../../src/engine/ports.ts'

/** One empty store under test and what is needed to drive it. No test waits for real time. */
export interface BlobStoreUnderTest {
  readonly store: BlobStore
  /** The store's clock. */
  now(): Instant
  /** How coarse the times of blobs are, seconds. Default 0.1: file systems stamp with the tick of the kernel. */
  readonly clockStep_s?: number
  /** Carries out what the engine would do. A simulated store runs its simulation until the promise is settled. */
  run?<T>(engine: () => Promise<T>): Promise<T>
  /** Content of this length, different for each seed. Default: a Uint8Array. */
  content?(seed: number, length: number): Content
  /** Equal as byte sequences. Default: compares Uint8Arrays. */
  equal?(a: Content, b: Content): boolean
  concat?(parts: readonly Content[]): Content
  slice?(content: Content, start: number, end: number): Content
  /** Stores with object lock: lets the store's clock pass `instant`. Absent: the store ignores `lockUntil`. */
  passInstant?(instant: Instant): Promise<void>
  dispose?(): Promise<void>
}

/** What every BlobStore keeps to, whatever stands behind it. Call it from the adapter's test. */
export function describeBlobStore(name: string, create: () => Promise<BlobStoreUnderTest>): void {
  describe(`${name} is a blob store`, () => {
    let subject: BlobStoreUnderTest & typeof defaults
    let store: BlobStore

    beforeEach(async () => {
      subject = { ...defaults, ...(await create()) }
      store = subject.store
    })
    afterEach(async () => subject.dispose?.())

    const put = (blob: string, ...parts: Content[]): Promise<void> => subject.run(() => store.put(blob, parts))
    const get = (blob: string, start?: number, end?: number): Promise<Content> =>
      subject.run(() => (start === undefined || end === undefined ? store.get(blob) : store.get(blob, { start, end })))
    const list = (prefix: string): Promise<BlobInfo[]> =>
      subject.run(async () => {
        const found: BlobInfo[] = []
        for await (const info of store.list(prefix)) found.push(info)
        return found
      })
    const namesOf = async (prefix: string): Promise<string[]> => (await list(prefix)).map((info) => info.name)
    const expectSame = (actual: Content, expected: Content): void => {
      expect(actual.length).toBe(expected.length)
      expect(subject.equal(actual, expected)).toBe(true)
    }

    it('gives back the parts in order, as one', async () => {
      const [a, b, c] = [subject.content(1, 1000), subject.content(2, 0), subject.content(3, 77)]
      await put('data/ab/abcd', a, b, c)
      expectSame(await get('data/ab/abcd'), subject.concat([a, b, c]))
    })

    it('holds empty blobs', async () => {
      await put('index/none')
      await put('index/empty', subject.content(1, 0))
      expect((await get('index/none')).length).toBe(0)
      expect((await get('index/empty')).length).toBe(0)
    })

    it('gives back ranges, across parts too', async () => {
      const [a, b] = [subject.content(1, 600), subject.content(2, 400)]
      const whole = subject.concat([a, b])
      await put('data/ab/abcd', a, b)
      for (const [start, end] of [
        [0, 1000],
        [0, 1],
        [999, 1000],
        [590, 610],
        [600, 1000],
        [500, 500],
      ] as const)
        expectSame(await get('data/ab/abcd', start, end), subject.slice(whole, start, end))
    })

    it('gives what there is where a range reaches beyond the end', async () => {
      const content = subject.content(1, 100)
      await put('data/ab/abcd', content)
      expectSame(await get('data/ab/abcd', 90, 120), subject.slice(content, 90, 100))
      expect((await get('data/ab/abcd', 100, 120)).length).toBe(0)
      expect((await get('data/ab/abcd', 110, 120)).length).toBe(0)
    })

    it('never overwrites: a name is written once', async () => {
      const first = subject.content(1, 100)
      await put('config', first)
      await expect(put('config', subject.content(2, 50))).rejects.toThrow(BlobExistsError)
      expectSame(await get('config'), first)
    })

    it('lets one of several writers of the same name win', async () => {
      const contents = [1, 2, 3, 4].map((seed) => subject.content(seed, 100 + seed))
      const outcomes = await subject.run(() =>
        Promise.allSettled(contents.map((content) => store.put('locks/one', [content]))),
      )
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(BlobExistsError)
      const winner = contents[outcomes.findIndex((outcome) => outcome.status === 'fulfilled')]
      expectSame(await get('locks/one'), winner!)
    })

    it('tells size and time of arrival', async () => {
      const before = subject.now()
      await put('data/ab/abcd', subject.content(1, 600), subject.content(2, 400))
      const info = await subject.run(() => store.stat('data/ab/abcd'))
      expect(info).toMatchObject({ name: 'data/ab/abcd', size: 1000 })
      expect(info.created).toBeGreaterThanOrEqual(before - subject.clockStep_s)
      expect(info.created).toBeLessThanOrEqual(subject.now() + subject.clockStep_s)
      expect(await list('data/')).toEqual([info])
    })

    it('lists in ascending order of the whole name', async () => {
      // '-' < '.' < '/' < '0': an order by folder would put 'a/b' elsewhere.
      const names = ['a-b', 'a.b', 'a/b-c', 'a/b/c', 'a0', 'b/a', 'b/b/a', 'b/c']
      for (const [seed, blob] of [...names].reverse().entries()) await put(blob, subject.content(seed, 10))
      expect(await namesOf('')).toEqual(names)
    })

    it('lists by prefix, which need not end at a slash', async () => {
      for (const blob of ['data/aa/aa01', 'data/aa/aa02', 'data/ab/ab01', 'data/b', 'index/aa', 'keys/aa'])
        await put(blob, subject.content(1, 10))
      expect(await namesOf('data/')).toEqual(['data/aa/aa01', 'data/aa/aa02', 'data/ab/ab01', 'data/b'])
      expect(await namesOf('data/aa/')).toEqual(['data/aa/aa01', 'data/aa/aa02'])
      expect(await namesOf('data/aa')).toEqual(['data/aa/aa01', 'data/aa/aa02'])
      expect(await namesOf('data/a')).toEqual(['data/aa/aa01', 'data/aa/aa02', 'data/ab/ab01'])
      expect(await namesOf('data/ab/ab01')).toEqual(['data/ab/ab01'])
      expect(await namesOf('snapshots/')).toEqual([])
      expect(await namesOf('data/aa/aa03')).toEqual([])
    })

    it('says which blob is missing', async () => {
      await put('data/ab/abcd', subject.content(1, 10))
      for (const blob of ['data/ab/none', 'none', 'data/cd/none']) {
        await expect(get(blob)).rejects.toThrow(BlobNotFoundError)
        await expect(get(blob, 0, 1)).rejects.toThrow(BlobNotFoundError)
        await expect(subject.run(() => store.stat(blob))).rejects.toThrow(BlobNotFoundError)
        await expect(subject.run(() => store.delete(blob))).rejects.toThrow(BlobNotFoundError)
        await expect(get(blob)).rejects.toThrow(blob)
      }
    })

    it('deletes; then the name is free again', async () => {
      await put('data/ab/abcd', subject.content(1, 10))
      await put('data/ab/abce', subject.content(2, 20))
      await subject.run(() => store.delete('data/ab/abcd'))
      await expect(get('data/ab/abcd')).rejects.toThrow(BlobNotFoundError)
      expect(await namesOf('data/')).toEqual(['data/ab/abce'])
      const again = subject.content(3, 30)
      await put('data/ab/abcd', again)
      expectSame(await get('data/ab/abcd'), again)
    })

    it('can be emptied while it is being listed', async () => {
      for (let number = 10; number < 40; number++)
        await put(`data/${number % 3}/${number}`, subject.content(number, 10))
      await subject.run(async () => {
        for await (const info of store.list('data/')) await store.delete(info.name)
      })
      expect(await namesOf('')).toEqual([])
    })

    it('takes many blobs at once', async () => {
      const numbers = Array.from({ length: 40 }, (_, number) => 10 + number)
      const contents = numbers.map((number) => subject.content(number, 1000 + number))
      await subject.run(() => Promise.all(numbers.map((number, at) => store.put(`data/${number}`, [contents[at]!]))))
      expect(await namesOf('data/')).toEqual(numbers.map((number) => `data/${number}`))
      const read = await subject.run(() => Promise.all(numbers.map((number) => store.get(`data/${number}`))))
      for (const [at, content] of read.entries()) expectSame(content, contents[at]!)
    })

    it('keeps a locked blob until its time, or says that it does not lock', async () => {
      const lockUntil = subject.now() + 30 * 86_400
      await subject.run(() => store.put('data/ab/abcd', [subject.content(1, 10)], { lockUntil }))
      const info = await subject.run(() => store.stat('data/ab/abcd'))
      const remove = (): Promise<void> => subject.run(() => store.delete('data/ab/abcd'))
      if (subject.passInstant === undefined) {
        expect(info.lockedUntil).toBeUndefined()
        await remove()
      } else {
        expect(info.lockedUntil).toBeGreaterThanOrEqual(lockUntil)
        expect((await list('data/'))[0]?.lockedUntil).toBe(info.lockedUntil)
        await expect(remove()).rejects.toThrow(ObjectLockedError)
        expect((await get('data/ab/abcd')).length).toBe(10)
        await subject.passInstant(info.lockedUntil ?? lockUntil)
        await remove()
      }
      expect(await namesOf('')).toEqual([])
    })

    it('extends a lock and never shortens it, or says that it does not lock', async () => {
      const day_s = 86_400
      const lockUntil = Math.ceil(subject.now()) + 30 * day_s
      await subject.run(() => store.put('data/ab/abcd', [subject.content(1, 10)], { lockUntil }))
      await put('config', subject.content(2, 10))
      const extend = (blob: string, until: number, to?: number): Promise<number | undefined> =>
        subject.run(async () => store.extendLock?.(blob, until, to))
      const lockOf = async (blob: string): Promise<number | undefined> =>
        (await subject.run(() => store.stat(blob))).lockedUntil
      if (subject.passInstant === undefined) {
        expect(await extend('config', lockUntil)).toBeUndefined()
        expect(await lockOf('config')).toBeUndefined()
        return
      }
      // It lasts long enough already, whatever further end is named.
      expect(await extend('data/ab/abcd', lockUntil - 10 * day_s)).toBe(lockUntil)
      expect(await extend('data/ab/abcd', lockUntil, lockUntil + 10 * day_s)).toBe(lockUntil)
      expect(await lockOf('data/ab/abcd')).toBe(lockUntil)
      // It does not.
      expect(await extend('data/ab/abcd', lockUntil + 1, lockUntil + 10 * day_s)).toBe(lockUntil + 10 * day_s)
      expect(await lockOf('data/ab/abcd')).toBe(lockUntil + 10 * day_s)
      expect(await extend('config', lockUntil)).toBe(lockUntil)
      await expect(subject.run(() => store.delete('config'))).rejects.toThrow(ObjectLockedError)
      await expect(extend('data/ab/none', lockUntil)).rejects.toThrow(BlobNotFoundError)
      await subject.passInstant(lockUntil)
      await subject.run(() => store.delete('config'))
    })
  })
}

const defaults = {
  clockStep_s: 0.1,
  run: <T>(engine: () => Promise<T>): Promise<T> => engine(),
  /** xorshift32: any bytes will do, as long as another seed gives others. */
  content(seed: number, length: number): Content {
    const bytes = new Uint8Array(length)
    let state = seed * 2_654_435_761 + 1
    for (let at = 0; at < length; at++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      bytes[at] = state
    }
    return bytes
  },
  equal: (a: Content, b: Content): boolean => Buffer.compare(heldBytes(a), heldBytes(b)) === 0,
  concat: (parts: readonly Content[]): Content => Buffer.concat(parts.map(heldBytes)),
  slice: (content: Content, start: number, end: number): Content => heldBytes(content).subarray(start, end),
}
