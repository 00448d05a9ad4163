import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert, asyncProperty, integer, nat, tuple } from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { directorySource } from '../../../../src/adapters/real/index.ts'
import { linuxCalls } from '../../../../src/adapters/real/linux-calls.ts'
import { backup } from '../../../../src/engine/index.ts'
import type { BackupReport } from '../../../../src/engine/index.ts'
import { Workbench, countingRandom, noise, smallOptions } from '../../../engine/workbench.ts'

/** Of ext4, XFS, tmpfs and most others. */
const BLOCK_BYTES = 4096

describe.runIf(linuxCalls() !== undefined)('holes of sparse files', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'firedrill-holes-'))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    rmSync(directory, { recursive: true })
  })

  /** Pieces of data at blocks, and a size. */
  function sparseFile(pieces: ReadonlyArray<readonly [block: number, bytes: number]>, size: number): void {
    const file = openSync(join(directory, 'sparse'), 'w')
    for (const [at, [block, bytes]] of pieces.entries())
      writeSync(file, noise(at, bytes), 0, bytes, block * BLOCK_BYTES)
    ftruncateSync(file, size)
    closeSync(file)
  }

  /** A first backup so many seconds after now, with windows of eight of the longest chunks. */
  async function backedUp(later_s: number): Promise<BackupReport> {
    const bench = new Workbench(undefined, countingRandom(7))
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + later_s * 1000)
    const report = await backup(await bench.init(), directorySource(directory, { threads: 1 }), {
      type: 'snapshot',
      host: 'host',
      dataset: 'data',
      window_bytes: 8 * smallOptions.chunker.max,
    })
    vi.restoreAllMocks()
    return report
  }

  it('are passed over, with the chunks that reading them gives', async () => {
    const piece = tuple(nat(100), integer({ min: 1, max: 3 * BLOCK_BYTES }))
    await assert(
      asyncProperty(array(piece, { maxLength: 4 }), nat(120 * BLOCK_BYTES), async (pieces, size) => {
        sparseFile(pieces, size)
        const [read, passedOver] = [await backedUp(10), await backedUp(60)]
        expect(passedOver.snapshot.tree).toBe(read.snapshot.tree)
        expect(passedOver.chunks).toBe(read.chunks)
        expect(read.read_bytes).toBe(size)
      }),
      { numRuns: 60 },
    )
  })

  it('cost nothing, however large: 100 MB with ten bytes in the middle', async () => {
    sparseFile([[12_207, 10]], 100_000_000)
    const { snapshot, read_bytes } = await backedUp(60)
    expect(snapshot.source_bytes).toBe(100_000_000)
    expect(read_bytes).toBeLessThan(100_000)
  })

  it('are read in files that have just been written: some file systems tell of holes where data is on its way', async () => {
    sparseFile([[0, 10]], 1_000_000)
    expect((await backedUp(10)).read_bytes).toBe(1_000_000)
  })
})
