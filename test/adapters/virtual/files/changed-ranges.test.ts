import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import {
  VirtualFileSystem,
  VirtualStore,
  extentsFidelity,
  simulatedClock,
  simulatedCpu,
  simulatedRandom,
  virtualSource,
} from '../../../../src/adapters/virtual/index.ts'
import { changedRanges } from '../../../../src/adapters/virtual/files/changed-ranges.ts'
import { Extents } from '../../../../src/adapters/virtual/content/extents.ts'
import { HeldBytes } from '../../../../src/adapters/virtual/files/held-file.ts'
import { backup, bytesFidelity, initRepository } from '../../../../src/engine/index.ts'
import type { BackupReport } from '../../../../src/engine/index.ts'
import { Simulation } from '../../../../src/kernel/index.ts'

const START = Date.UTC(2026, 0, 5) / 1000
const MB = 1e6

/** A disk image of 200 MB, of which 64 blocks are written between two backups, and one more backup that reads everything. */
async function nights(fidelity: 'bytes' | 'extents', image_bytes: number, writes: number): Promise<BackupReport[]> {
  const simulation = new Simulation({ seed: 'images' })
  const clock = simulatedClock(simulation, START)
  const files = new VirtualFileSystem({ time: START })
  const content = (stream: number, length: number) =>
    fidelity === 'extents' ? Extents.of(stream, 0, length) : bytesOf(stream, length)
  files.writeFile('vm.img', content(1, image_bytes), START)
  const disk = simulation.flows.resource({ name: 'disk', capacity: 100 * MB })
  const store = new VirtualStore({ name: 'nas', capacity_bytes: Infinity, clock }).connect({
    simulation,
    principal: 'backup',
    may: { put: true, get: true, list: true, delete: true },
    putRoute: [{ resource: disk }],
    getRoute: [{ resource: disk }],
    latency_s: 0.001,
    lock_s: 0,
    purpose: 'backup',
  })
  const rates = { chunk: 2e9, hash: 1.5e9, compress: 4e8, encrypt: 2e9, decrypt: 2e9, decompress: 1e9 }
  const ports = {
    clock,
    cpu: simulatedCpu(simulation, simulation.flows.resource({ name: 'cpu', capacity: 1 }), rates, 'backup'),
    random: simulatedRandom(simulation.random('engine', 'bytes')),
    log: { audit: () => {}, warn: () => {} },
    fidelity: fidelity === 'bytes' ? bytesFidelity : extentsFidelity,
  }
  const run = <T>(work: () => Promise<T>): Promise<T> => simulation.complete(simulation.task('work', work))
  const avg = fidelity === 'bytes' ? 2 ** 13 : 2 ** 19
  const repository = await run(() =>
    initRepository(
      ports,
      store,
      { password: 'password', principal: 'backup' },
      {
        chunker: { min: avg / 4, avg, max: avg * 4, normalisation: 2 },
        pack_bytes: 16 * avg,
        compression: 'none',
        cipher: 'aes-256-gcm',
        kdf: { algorithm: 'scrypt', cost: 2 },
      },
    ),
  )
  const night = (changeTracking_bytes?: number): Promise<BackupReport> => {
    const source = virtualSource(files, {
      simulation,
      clock,
      disk,
      scan_entriesPerSecond: 1e4,
      purpose: 'backup',
      ...(changeTracking_bytes === undefined ? {} : { changeTracking_bytes }),
    })
    return run(() =>
      backup(repository, source, { type: 'snapshot', host: 'hypervisor', dataset: 'images', window_bytes: 64 * avg }),
    )
  }
  const reports = [await night(4096)]
  for (let write = 0; write < writes; write++) {
    const at = Math.floor(((write + 0.5) * image_bytes) / writes / 4096) * 4096
    files.splice('vm.img', at, 4096, content(100 + write, 4096), clock.now() + 1 + write)
  }
  await simulation.run(clock.now() - START + 3600)
  reports.push(await night(4096))
  // A write that changes nothing but the file's time: without tracking all is read again.
  files.splice('vm.img', 0, 4096, content(1, 4096), clock.now() + 1)
  await simulation.run(clock.now() - START + 3600)
  return [...reports, await night()]
}

function bytesOf(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0, state = seed * 2_654_435_761 + 1; at < length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state
  }
  return bytes
}

describe('changed-block tracking of a simulated disk', () => {
  it.each([
    ['extents', 2000 * MB, 64],
    ['bytes', 4 * MB, 8],
  ] as const)(
    'reads the chunks that were written to, in %s, and gives the tree that reading everything gives',
    async (fidelity, size, writes) => {
      const [first, tracked, whole] = await nights(fidelity, size, writes)
      expect(first!.read_bytes).toBe(size)
      // Each write touches a chunk, and some more go by until a cut falls where there was one.
      const avg = fidelity === 'bytes' ? 2 ** 13 : 2 ** 19
      expect(tracked!.read_bytes).toBeLessThan(8 * writes * avg)
      expect(tracked!.read_bytes).toBeGreaterThan(4096 * writes)
      expect(whole!.read_bytes).toBe(size)
      expect(whole!.newChunks).toBe(0)
      expect(tracked!.newChunks).toBeGreaterThanOrEqual(writes)
    },
  )
})

describe('the ranges in which two versions of a file differ', () => {
  const zeros = (length: number): Extents => Extents.zeros(length)

  it('are whole blocks, and end with the file', () => {
    const before = Extents.of(1, 0, 10_000)
    expect(changedRanges(before, before, 4096)).toEqual([])
    expect(changedRanges(before, before.splice(5000, 1, Extents.of(2, 0, 1)), 4096)).toEqual([
      { start: 4096, end: 8192 },
    ])
    expect(changedRanges(before, before.splice(9999, 1, Extents.of(2, 0, 1)), 4096)).toEqual([
      { start: 8192, end: 10_000 },
    ])
    expect(changedRanges(before, Extents.concat([before, zeros(5)]), 4096)).toEqual([{ start: 8192, end: 10_005 }])
    expect(changedRanges(before, before.slice(0, 3000), 4096)).toEqual([])
    expect(changedRanges(zeros(10), zeros(20).slice(3, 13), 4096)).toEqual([])
    expect(changedRanges(before, HeldBytes.of(new Uint8Array(3)), 4096)).toBeUndefined()
  })

  const edit = fc.record({
    at: fc.nat(60_000),
    deleted: fc.nat(5000),
    inserted: fc.nat(5000),
    seed: fc.integer({ min: 2, max: 9 }),
  })

  test.prop([fc.array(edit, { maxLength: 8 }), fc.constantFrom(1, 512, 4096)])(
    'leave nothing out: elsewhere both are the same, byte by byte',
    (edits, block_bytes) => {
      const before = HeldBytes.of(bytesOf(1, 50_000))
      let after = before
      for (const { at, deleted, inserted, seed } of edits) {
        const from = Math.min(at, after.length)
        after = after.splice(from, Math.min(deleted, after.length - from), bytesOf(seed, inserted))
      }
      const ranges = changedRanges(before, after, block_bytes)!
      const [a, b] = [before.read(0, before.length), after.read(0, after.length)]
      const isChanged = new Uint8Array(after.length)
      for (const { start, end } of ranges) isChanged.fill(1, start, end)
      for (let at = 0; at < after.length; at++) if (isChanged[at] === 0 && a[at] !== b[at]) expect.fail(`byte ${at}`)
      for (const [at, { start }] of ranges.entries()) expect(start).toBeGreaterThan(ranges[at - 1]?.end ?? -1)
    },
  )
})
