import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { linuxCalls } from '../../../src/adapters/real/linux-calls.ts'

const SETTING = '/sys/kernel/mm/transparent_hugepage/enabled'
const canBeHad = linuxCalls() !== undefined && existsSync(SETTING)

/** Memory of which the system knows that large pages are wanted (VmFlags hg, proc(5)); whether it has any is its own affair. */
function wanted_kB(): number {
  const mappings = readFileSync('/proc/self/smaps', 'utf8').split(/(?<=^VmFlags:.*\n)/m)
  return mappings
    .filter((mapping) => /^VmFlags:.* hg\b/m.test(mapping))
    .reduce((sum, mapping) => sum + Number(/^Size: *(\d+) kB/m.exec(mapping)![1]), 0)
}

it.runIf(canBeHad)('asks for pages of 2 MiB for a large buffer, all of it, which is a buffer like others', () => {
  const before_kB = wanted_kB()
  const buffer = new ArrayBuffer(32 * 1024 * 1024)
  linuxCalls()!.preferLargePages(buffer)
  expect(wanted_kB() - before_kB).toBeGreaterThanOrEqual(32 * 1024)
  expect(new Uint8Array(buffer).fill(7).every((byte) => byte === 7)).toBe(true)
})
