import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PowerFailure, SimulatedDisk } from './simulated-disk.ts'
import type { Fate } from './simulated-disk.ts'

let disk: SimulatedDisk

// The store's own code, on a disk that is simulated call by call.
vi.mock('node:fs', async (original) => {
  const real = await original<Record<string, unknown>>()
  const calls = Object.fromEntries(
    Object.keys(new SimulatedDisk().calls).map((name) => [
      name,
      (...words: never[]) => Reflect.apply(Reflect.get(disk.calls, name), undefined, words),
    ]),
  )
  return { ...real, ...calls, default: { ...real, ...calls } }
})
const { directoryStore } = await import('../../../src/adapters/real/directory-store.ts')
const { heldBytes } = await import('../../../src/engine/bytes/held-bytes.ts')
const { BlobNotFoundError } = await import('../../../src/engine/errors.ts')

/** Every way in which the pieces that are not durable may come out, one after the other. */
function* fates(most: number): Generator<Fate> {
  const choices: number[] = []
  const options: number[] = []
  for (let count = 0; count < most; count++) {
    let next = 0
    yield (number) => {
      options[next] = number
      choices[next] ??= 0
      return choices[next++]!
    }
    // The next combination, counted like digits.
    choices.length = next
    let digit = next - 1
    while (digit >= 0 && choices[digit] === options[digit]! - 1) choices[digit--] = 0
    if (digit < 0) return
    choices[digit]!++
  }
  throw new Error(`more than ${most} combinations`)
}

const content = (length: number, seed: number): Buffer => Buffer.alloc(length, `blob ${seed} `)
const parts = (bytes: Buffer): Buffer[] => [bytes.subarray(0, 10), bytes.subarray(10, 700), bytes.subarray(700)]

beforeEach(() => {
  disk = new SimulatedDisk()
  disk.calls.mkdirSync('/repository')
  disk = disk.afterPowerFailure(() => 1)
})

/** The power fails at each operation of some work in turn, with every outcome; then `expectation` looks at what is left. */
async function failEverywhere(
  work: (store: ReturnType<typeof directoryStore>) => Promise<void>,
  expectation: (store: ReturnType<typeof directoryStore>, isDone: boolean, where: string) => Promise<void>,
): Promise<number> {
  const start = disk.afterPowerFailure(() => 1)
  let outcomes = 0
  for (let operation = 0, isDone = false; !isDone; operation++) {
    disk = start.afterPowerFailure(() => 1)
    disk.failsAt = operation
    try {
      await work(directoryStore('/repository'))
      isDone = true
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
      if (!(cause instanceof PowerFailure)) throw error
    }
    const failed = disk
    let number = 0
    for (const fate of fates(5000)) {
      disk = failed.afterPowerFailure(fate)
      await expectation(directoryStore('/repository'), isDone, `operation ${operation}, outcome ${number++}`)
      outcomes++
    }
  }
  return outcomes
}

const names = async (store: ReturnType<typeof directoryStore>): Promise<string[]> => {
  const found: string[] = []
  for await (const { name } of store.list('')) found.push(name)
  return found
}

describe('a directory store whose power fails', () => {
  it('has a blob whole or not at all, and for sure once it was acknowledged', async () => {
    const bytes = content(2000, 1)
    const outcomes = await failEverywhere(
      (store) => store.put('data/ab/abcd', parts(bytes)),
      async (store, isDone, where) => {
        const found = await names(store)
        expect(found, where).toEqual(isDone || found.length > 0 ? ['data/ab/abcd'] : [])
        if (found.length > 0) expect(Buffer.compare(heldBytes(await store.get('data/ab/abcd')), bytes), where).toBe(0)
        // What was left behind is in nobody's way.
        else await store.put('data/ab/abcd', parts(bytes))
      },
    )
    expect(outcomes).toBeGreaterThan(50)
  })

  it('would have blobs torn and lost if it did not wait for the disk: the simulated disk tells', async () => {
    const bytes = content(2000, 1)
    await directoryStore('/repository', { durable: false }).put('data/ab/abcd', parts(bytes))
    const failed = disk
    const found = new Set<string>()
    for (const fate of fates(5000)) {
      disk = failed.afterPowerFailure(fate)
      const store = directoryStore('/repository')
      const isThere = (await names(store)).length > 0
      found.add(isThere ? `${heldBytes(await store.get('data/ab/abcd')).length} bytes` : 'nothing')
    }
    expect([...found].sort()).toEqual(['0 bytes', '1000 bytes', '2000 bytes', 'nothing'])
  })

  it('loses no blob to the writing or deleting of others', async () => {
    const first = content(1500, 1)
    await directoryStore('/repository').put('data/ab/first', parts(first))
    await directoryStore('/repository').put('data/ab/gone', parts(first))
    await failEverywhere(
      async (store) => {
        await store.delete('data/ab/gone')
        await store.put('data/ab/second', parts(content(900, 2)))
        await store.put('index/third', [content(30, 3)])
      },
      async (store, isDone, where) => {
        expect(Buffer.compare(heldBytes(await store.get('data/ab/first')), first), where).toBe(0)
        const found = await names(store)
        if (isDone) expect(found, where).toEqual(['data/ab/first', 'data/ab/second', 'index/third'])
        // Packs before the index: the order in which they were acknowledged holds.
        else if (found.includes('index/third')) expect(found, where).toContain('data/ab/second')
        if (!found.includes('data/ab/gone')) await expect(store.get('data/ab/gone')).rejects.toThrow(BlobNotFoundError)
      },
    )
  })
})
