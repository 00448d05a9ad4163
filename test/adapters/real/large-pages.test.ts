import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { linuxCalls } from '../../../src/adapters/real/linux-calls.ts'

const SETTING = '/sys/kernel/mm/transparent_hugepage/enabled'
const canBeHad =
  linuxCalls() !== undefined && existsSync(SETTING) && /\[(always|madvise)\]/.test(readFileSync(SETTING, 'utf8'))

const largePages_kB = (): number =>
  Number(/AnonHugePages: *(\d+) kB/.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))![1])

it.runIf(canBeHad)('lays a large buffer out in pages of 2 MiB', () => {
  const before_kB = largePages_kB()
  const buffer = new ArrayBuffer(32 * 1024 * 1024)
  linuxCalls()!.preferLargePages(buffer)
  const bytes = new Uint8Array(buffer).fill(7)
  // Fifteen or sixteen, as the buffer lies; some, where memory is in pieces.
  expect(largePages_kB() - before_kB).toBeGreaterThanOrEqual(2048)
  expect(bytes.every((byte) => byte === 7)).toBe(true)
})
