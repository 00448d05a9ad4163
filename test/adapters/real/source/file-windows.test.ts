import { closeSync, openSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileWindows } from '../../../../src/adapters/real/source/file-windows.ts'
import type { Stretch } from '../../../../src/adapters/real/file-bytes.ts'
import { scratchFolder } from '../../../scratch-folder.ts'

const directory = scratchFolder('windows')

/** No two stretches of it are alike. */
const bytes = new Uint8Array(Uint32Array.from({ length: 2_000_000 }, (_, at) => Math.imul(at, 2_654_435_761)).buffer)

/** Reads a file to its end: what of each window is left is decided by `left`. */
async function readThrough(windows: FileWindows, file: number, size: number, window: number, left: readonly number[]) {
  const found: Uint8Array[] = []
  const stretch = (offset: number): Stretch => ({ file, offset, length: Math.min(window, size - offset) })
  let rest: Uint8Array | undefined
  for (let offset = 0, at = 0; offset < size; at++) {
    const { length } = stretch(offset)
    const next = stretch(offset + length)
    const before = rest?.length ?? 0
    const whole = await windows.read(rest, stretch(offset), next.length > 0 ? next : undefined)
    const isLast = offset + length >= size || whole.length < before + length
    const keep = isLast ? 0 : Math.min(whole.length, left[at % left.length]!)
    found.push(whole.slice(0, whole.length - keep))
    rest = keep === 0 ? undefined : whole.subarray(whole.length - keep)
    if (isLast) break
    offset += length
  }
  await windows.settle()
  return Buffer.concat(found)
}

describe('a file that is read window by window', () => {
  it('is read as it is, whatever is left of each window, one file after another', async () => {
    const windows = new FileWindows()
    const size = fc.integer({ min: 0, max: bytes.length })
    const window = fc.integer({ min: 900_000, max: 5_000_000 })
    const left = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4_000_000 })), {
      minLength: 1,
      maxLength: 5,
    })
    let number = 0
    await fc.assert(
      fc.asyncProperty(size, window, left, async (file_bytes, window_bytes, leftovers) => {
        const path = join(directory, `file-${number++}`)
        writeFileSync(path, bytes.subarray(0, file_bytes))
        const file = openSync(path, 'r')
        const found = await readThrough(windows, file, file_bytes, window_bytes, leftovers)
        closeSync(file)
        expect(found.equals(bytes.subarray(0, file_bytes))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('ends where it has become shorter', async () => {
    const path = join(directory, 'shrinking')
    writeFileSync(path, bytes.subarray(0, 6_000_000))
    const file = openSync(path, 'r')
    const windows = new FileWindows()
    const [first, second, third] = [0, 2, 4].map((at) => ({ file, offset: at * 1_000_000, length: 2_000_000 }))
    await windows.read(undefined, first!, second)
    await windows.settle()
    truncateSync(path, 3_000_000)
    const found = await windows.read(undefined, second!, third)
    closeSync(file)
    expect(Buffer.compare(found, bytes.subarray(2_000_000, 3_000_000))).toBe(0)
  })

  it('tells why it cannot be read when that is wanted, not before', async () => {
    const path = join(directory, 'closed')
    writeFileSync(path, bytes)
    const file = openSync(path, 'r')
    const windows = new FileWindows()
    const nowhere = { file: 1_000_000, offset: 0, length: 2_000_000 }
    await windows.read(undefined, { file, offset: 0, length: 2_000_000 }, nowhere)
    await expect(windows.read(undefined, nowhere, undefined)).rejects.toThrow('EBADF')
    closeSync(file)
  })
})
