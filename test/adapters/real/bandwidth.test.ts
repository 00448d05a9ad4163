import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Bandwidth } from '../../../src/adapters/real/bandwidth.ts'
import { directoryStore } from '../../../src/adapters/real/directory-store.ts'
import { heldBytes } from '../../../src/engine/bytes/held-bytes.ts'
import { pattern } from './messy-tree.ts'

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start_ms = performance.now()
  await work()
  return (performance.now() - start_ms) / 1000
}

// What a pause of 0.1 s would have let pass may be made up for, so so much less time is right.
const LENIENCE_S = 0.1

it('is shared by all that is under way, and kept in the sum', async () => {
  const bandwidth = new Bandwidth(1_000_000)
  const all = async (bytes: number): Promise<Buffer> => {
    const parts: Uint8Array[] = []
    for await (const part of bandwidth.paced(pattern(bytes))) parts.push(part)
    return Buffer.concat(parts)
  }
  // 500 kB at 1 MB/s
  const seconds = await secondsOf(async () => {
    const [first, second] = await Promise.all([all(300_000), all(200_000)])
    expect(first.equals(pattern(300_000)) && second.equals(pattern(200_000))).toBe(true)
  })
  expect(seconds).toBeGreaterThan(0.5 - LENIENCE_S)
})

it('holds for what is written to a directory and for what is read there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'firedrill-bandwidth-'))
  const limits = { upload: new Bandwidth(1_000_000), download: new Bandwidth(2_000_000) }
  const store = directoryStore(directory, { limits })
  const blob = pattern(400_000)
  expect(await secondsOf(() => store.put('data/blob', [blob.subarray(0, 7), blob.subarray(7)]))).toBeGreaterThan(
    0.4 - LENIENCE_S,
  )
  expect(await secondsOf(() => store.get('data/blob'))).toBeGreaterThan(0.2 - LENIENCE_S)
  expect(heldBytes(await store.get('data/blob', { start: 3, end: 100_000 }))).toEqual(blob.subarray(3, 100_000))
  rmSync(directory, { recursive: true })
})
