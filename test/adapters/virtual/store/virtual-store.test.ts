import { describe, expect, it } from 'vitest'
import { VirtualStore, extentStream, Extents, simulatedClock } from '../../../../src/adapters/virtual/index.ts'
import type { StoreAccess } from '../../../../src/adapters/virtual/index.ts'
import {
  AccessDeniedError,
  BlobExistsError,
  BlobNotFoundError,
  ObjectLockedError,
  StoreFullError,
  StoreUnavailableError,
} from '../../../../src/engine/errors.ts'
import type { BlobStore, Content, Instant } from '../../../../src/engine/ports.ts'
import { Simulation } from '../../../../src/kernel/index.ts'
import { heldBytes } from '../../../../src/engine/bytes/held-bytes.ts'
import { describeBlobStore } from '../../blob-store-conformance.ts'

const START = Date.UTC(2026, 0, 5) / 1000

interface Setting {
  readonly simulation: Simulation
  readonly store: VirtualStore
  readonly blobs: BlobStore
  readonly connect: (access?: Partial<StoreAccess>) => BlobStore
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
}

/** A store that takes 100 bytes a second in either direction, after half a second. */
function setting(options: { capacity_bytes?: number; lock_s?: number } = {}): Setting {
  const simulation = new Simulation({ seed: 'store' })
  const clock = simulatedClock(simulation, START)
  const store = new VirtualStore({ name: 'nas', capacity_bytes: options.capacity_bytes ?? Infinity, clock })
  const [write, read] = ['write', 'read'].map((name) => simulation.flows.resource({ name, capacity: 100 }))
  const connect = (access: Partial<StoreAccess> = {}): BlobStore =>
    store.connect({
      simulation,
      principal: 'backup',
      may: { put: true, get: true, list: true, delete: true },
      putRoute: [{ resource: write! }],
      getRoute: [{ resource: read! }],
      latency_s: 0.5,
      lock_s: options.lock_s ?? 0,
      purpose: 'backup',
      ...access,
    })
  const run = <T>(work: () => Promise<T>): Promise<T> => simulation.complete(simulation.task('test', work))
  return { simulation, store, blobs: connect(), connect, run }
}

describeBlobStore('a simulated disk', async () => {
  const { simulation, blobs, run } = setting()
  return { store: blobs, now: () => START + simulation.now, run }
})

describeBlobStore('a simulated bucket with object lock', async () => {
  const { simulation, blobs, run } = setting({ lock_s: 0.001 })
  return {
    store: blobs,
    now: () => START + simulation.now,
    // The conformance deletes what it has just put: the lock is over by then unless it asks for a longer one.
    run: async <T>(work: () => Promise<T>): Promise<T> => {
      const result = await run(work)
      await simulation.run(simulation.now + 1)
      return result
    },
    passInstant: async (instant: Instant) => simulation.run(instant - START),
  }
})

function described(content: Content): Extents {
  if (content instanceof Extents) return content
  throw new TypeError('described content was expected')
}

describe('a simulated store', () => {
  const kilobyte = new Uint8Array(1000)
  const data = Extents.of(extentStream('data', 1.6), 0, 1000)

  it('takes latency and bytes / rate, each way', async () => {
    const { simulation, blobs, run } = setting()
    // 0.5 s + 1000 B / 100 B/s = 10.5 s
    await run(() => blobs.put('a', [kilobyte]))
    expect(simulation.now).toBe(10.5)
    // 0.5 s + 200 B / 100 B/s = 2.5 s
    await run(() => blobs.get('a', { start: 100, end: 300 }))
    expect(simulation.now).toBe(13)
    // 0.5 s
    await run(() => blobs.stat('a'))
    expect(simulation.now).toBe(13.5)
  })

  it('shares its rate between those who write at once', async () => {
    const { simulation, blobs, run } = setting()
    await run(() => Promise.all([blobs.put('a', [kilobyte]), blobs.put('b', [kilobyte])]))
    expect(simulation.now).toBe(20.5)
  })

  it('has an object when its put has completed, not before', async () => {
    const { simulation, store, blobs, run } = setting()
    const put = simulation.task('put', () => blobs.put('a', [kilobyte]))
    await simulation.run(10.4)
    expect([store.objects, store.stored_bytes]).toEqual([0, 0])
    await expect(run(() => blobs.get('a'))).rejects.toThrow(BlobNotFoundError)
    await simulation.complete(put)
    expect([store.objects, store.stored_bytes]).toEqual([1, 1000])
    expect((await run(() => blobs.stat('a'))).created).toBe(START + 10.5)
  })

  it('keeps described content as it is', async () => {
    const { blobs, run } = setting()
    await run(() => blobs.put('a', [data.slice(0, 300), data.slice(300, 1000)]))
    expect(data.equals(described(await run(() => blobs.get('a'))))).toBe(true)
    expect(data.slice(10, 20).equals(described(await run(() => blobs.get('a', { start: 10, end: 20 }))))).toBe(true)
  })

  it('keeps its own copy of bytes', async () => {
    const { blobs, run } = setting()
    const buffer = Uint8Array.of(1, 2, 3)
    await run(() => {
      const put = blobs.put('a', [buffer])
      buffer.fill(9)
      return put
    })
    const first = heldBytes(await run(() => blobs.get('a')))
    expect(first).toEqual(Uint8Array.of(1, 2, 3))
    first.fill(7)
    expect(await run(() => blobs.get('a'))).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('refuses what does not fit, counting what is on its way', async () => {
    const { store, blobs, run } = setting({ capacity_bytes: 2500 })
    const outcomes = await run(() => Promise.allSettled(['a', 'b', 'c'].map((name) => blobs.put(name, [kilobyte]))))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(store.stored_bytes).toBe(2000)
    await expect(run(() => blobs.put('d', [kilobyte]))).rejects.toThrow(StoreFullError)
    await run(() => blobs.delete('a'))
    await run(() => blobs.put('d', [kilobyte]))
    expect(store.stored_bytes).toBe(2000)
  })

  it('frees the place of a put that was called off', async () => {
    const { simulation, store, connect, run } = setting({ capacity_bytes: 1000 })
    const session = simulation.flows.resource({ name: 'session', capacity: Infinity })
    const write = simulation.flows.resource({ name: 'write', capacity: 100 })
    const calledOff = connect({ putRoute: [{ resource: session }, { resource: write }] })
    simulation.at(5, () => session.fail(new Error('the node burnt down')))
    await expect(run(() => calledOff.put('a', [kilobyte]))).rejects.toThrow('the node burnt down')
    expect(simulation.now).toBe(5)
    expect(store.objects).toBe(0)
    await run(() => connect().put('a', [kilobyte]))
    expect(store.stored_bytes).toBe(1000)
  })

  it('locks every new object, from its arrival on', async () => {
    const { simulation, blobs, run } = setting({ lock_s: 3600 })
    await run(() => blobs.put('a', [kilobyte]))
    expect((await run(() => blobs.stat('a'))).lockedUntil).toBe(START + 10.5 + 3600)
    await simulation.run(10.5 + 3600 - 1)
    // It takes half a second to say so.
    await expect(run(() => blobs.delete('a'))).rejects.toThrow(ObjectLockedError)
    await run(() => blobs.delete('a'))
    expect(simulation.now).toBe(10.5 + 3600)
    await expect(run(() => blobs.get('a'))).rejects.toThrow(BlobNotFoundError)
  })

  it('lets a principal do only what it may', async () => {
    const { blobs, connect, run } = setting()
    await run(() => blobs.put('a', [kilobyte]))
    const writer = connect({ principal: 'writer', may: { put: true, get: false, list: false, delete: false } })
    await run(() => writer.put('b', [kilobyte]))
    const refused: (() => Promise<unknown>)[] = [
      () => writer.get('a'),
      () => writer.stat('a'),
      () => writer.delete('a'),
      async () => {
        for await (const info of writer.list('')) return info
        return undefined
      },
    ]
    for (const request of refused) await expect(run(request)).rejects.toThrow(AccessDeniedError)
    const reader = connect({ principal: 'reader', may: { put: false, get: true, list: true, delete: false } })
    await expect(run(() => reader.put('c', [kilobyte]))).rejects.toThrow('reader may not put c')
  })

  it('is gone when destroyed, with what is on its way', async () => {
    const { simulation, store, blobs, run } = setting()
    await run(() => blobs.put('a', [kilobyte]))
    simulation.at(15, () => store.destroy(new Error('fire')))
    await expect(run(() => blobs.put('b', [kilobyte]))).rejects.toThrow(StoreUnavailableError)
    await expect(run(() => blobs.get('a'))).rejects.toThrow('fire')
    await expect(run(() => blobs.stat('a'))).rejects.toThrow(StoreUnavailableError)
    expect([store.objects, store.stored_bytes]).toEqual([0, 0])
  })

  it('tells of every change and every request', async () => {
    const { store, connect, run } = setting()
    const seen: unknown[] = []
    store.onChange = (...change) => seen.push(change)
    const blobs = connect({ onRequest: (...request) => seen.push(request) })
    await run(() => blobs.put('a', [kilobyte]))
    await run(() => blobs.get('a', { start: 0, end: 10 }))
    await run(() => blobs.delete('a'))
    expect(seen).toEqual([
      ['put', 'a', 1000, START + 10.5],
      ['put', 1000],
      ['get', 10],
      ['delete', 0],
      ['delete', 'a', 1000, START + 11.6],
    ])
  })

  it('pays one request for each thousand names listed', async () => {
    const { connect, run } = setting()
    let lists = 0
    const blobs = connect({ onRequest: (kind) => (lists += kind === 'list' ? 1 : 0) })
    await run(() => Promise.all(Array.from({ length: 2001 }, (_, n) => blobs.put(`d/${n}`, []))))
    await run(async () => {
      for await (const info of blobs.list('d/')) expect(info.size).toBe(0)
    })
    expect(lists).toBe(3)
  })

  it('reads other bytes where an object has rotted, and is not told', async () => {
    const { store, blobs, run } = setting()
    await run(() => blobs.put('a', [Uint8Array.of(1, 2, 3, 4)]))
    await run(() => blobs.put('b', [data]))
    store.damage('a', { start: 1, end: 3 })
    store.damage('b', { start: 500, end: 501 })
    expect(await run(() => blobs.get('a'))).toEqual(Uint8Array.of(1, 2 ^ 0x55, 3 ^ 0x55, 4))
    const rotten = await run(() => blobs.get('b'))
    expect([rotten.length, rotten instanceof Extents]).toEqual([1000, false])
    expect(await run(() => blobs.get('b', { start: 0, end: 500 }))).toBeInstanceOf(Extents)
  })
})

describe('a fork of a store', () => {
  it('holds what its origin held; neither sees what the other does from then on', async () => {
    const original = setting()
    await original.run(() => original.blobs.put('x/a', [Uint8Array.of(1)]))
    await original.run(() => original.blobs.put('x/b', [Uint8Array.of(2)]))
    const forks = [original.store.fork(), original.store.fork()]
    const [one, other] = forks.map((fork) => {
      const simulation = new Simulation({ seed: 'fork', now_s: original.simulation.now })
      const blobs = fork.connect({
        simulation,
        principal: 'p',
        may: { put: true, get: true, list: true, delete: true },
        putRoute: [],
        getRoute: [],
        latency_s: 0,
        lock_s: 0,
        purpose: '',
      })
      return { fork, blobs, run: <T>(work: () => Promise<T>): Promise<T> => simulation.complete(work()) }
    })
    await one!.run(() => one!.blobs.delete('x/a'))
    await one!.run(() => one!.blobs.put('x/c', [Uint8Array.of(3)]))
    await expect(other!.run(() => other!.blobs.put('x/b', [Uint8Array.of(4)]))).rejects.toThrow(BlobExistsError)
    expect(one!.fork.names('')).toEqual(['x/b', 'x/c'])
    expect(other!.fork.names('')).toEqual(['x/a', 'x/b'])
    expect(original.store.names('')).toEqual(['x/a', 'x/b'])
    expect([one!.fork.stored_bytes, other!.fork.stored_bytes]).toEqual([2, 2])
    // A deleted name is free again, in forks of forks too.
    const again = one!.fork.fork()
    expect(again.find('x/a')).toBeUndefined()
    expect(again.find('x/c')?.size).toBe(1)
    one!.fork.destroy(new Error('fire'))
    expect(other!.fork.find('x/a')?.size).toBe(1)
  })
})
