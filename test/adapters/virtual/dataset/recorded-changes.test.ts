import { describe, expect, it } from 'vitest'
import { VirtualFileSystem, Workload, extentStream, freshContent } from '../../../../src/adapters/virtual/index.ts'
import type { RecordedChange } from '../../../../src/adapters/virtual/index.ts'
import { Simulation } from '../../../../src/kernel/index.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
const START = 1_767_571_200

/** A filesystem with these files, to which a recording of a day happens, hour by hour. */
function recorded(changes: readonly RecordedChange[], fidelity: 'bytes' | 'extents' = 'extents') {
  const files = new VirtualFileSystem({ time: START })
  files.mkdir('a', START)
  const stream = extentStream('original', 2)
  for (const name of ['a/one', 'a/two']) files.writeFile(name, freshContent(fidelity, stream, 0, 1_000_000), START)
  const simulation = new Simulation({ seed: '1' })
  const specification = {
    name: 'data',
    fidelity,
    change_perDay: 0,
    locality: 'uniform' as const,
    growth_perYear: 0,
    compressibility: 2,
    writeInterval_s: HOUR_S,
    recorded: { period_s: DAY_S, changes },
  }
  const workload = new Workload(specification, (purpose, k) => simulation.random('data', purpose, k))
  const paths = (): string[] => {
    const found: string[] = []
    files.root.forEachFile((path, { size }) => found.push(`${path} ${size}`))
    return found
  }
  return {
    files,
    paths,
    written: () => files.writtenBytes(START, files.time),
    runHours(from: number, to: number) {
      for (let k = from + 1; k <= to; k++) workload.tick(files, k, START + k * HOUR_S)
    },
  }
}

const at = (hour: number, change: Omit<RecordedChange, 'time_s'>): RecordedChange => ({
  time_s: hour * HOUR_S,
  ...change,
})

describe('what was recorded', () => {
  it('happens at its time: not before, and once a round', () => {
    const day = recorded([at(9, { operation: 'append', path: 'a/one', bytes: 500 })])
    day.runHours(0, 8)
    expect(day.paths()).toEqual(['a/one 1000000', 'a/two 1000000'])
    day.runHours(8, 24)
    expect(day.paths()).toEqual(['a/one 1000500', 'a/two 1000000'])
    day.runHours(24, 3 * 24)
    expect(day.paths()).toEqual(['a/one 1001500', 'a/two 1000000'])
    expect(day.written()).toBe(1500)
  })

  it('makes, moves, copies and removes files', () => {
    const day = recorded([
      at(1, { operation: 'write', path: 'b/c/new', bytes: 70 }),
      at(2, { operation: 'rename', path: 'a/one', to: 'd/moved' }),
      at(3, { operation: 'copy', path: 'd/moved', to: 'd/copy' }),
      at(4, { operation: 'delete', path: 'a/two' }),
    ])
    day.runHours(0, 24)
    expect(day.paths()).toEqual(['b/c/new 70', 'd/copy 1000000', 'd/moved 1000000'])
  })

  it('has other data in every round: a backup finds it new', () => {
    const day = recorded([at(1, { operation: 'write', path: 'new', bytes: 70 })])
    day.runHours(0, 24)
    const first = day.files.lookup('new')!.version
    day.runHours(24, 48)
    expect(day.files.lookup('new')!.version).not.toBe(first)
  })

  it('passes over what a later round no longer finds, or finds in the way', () => {
    const day = recorded([
      at(1, { operation: 'rename', path: 'a/one', to: 'x' }),
      at(2, { operation: 'delete', path: 'a/two' }),
      at(3, { operation: 'write', path: 'x/below/a/file', bytes: 10 }),
    ])
    day.runHours(0, 48)
    expect(day.paths()).toEqual(['x 1000000'])
  })

  it.each(['bytes', 'extents'] as const)('writes in place, beyond the end too, as %s', (fidelity) => {
    const day = recorded(
      [
        at(1, { operation: 'write', path: 'a/one', offset: 4096, bytes: 8192 }),
        at(2, { operation: 'write', path: 'a/two', offset: 1_000_100, bytes: 50 }),
      ],
      fidelity,
    )
    day.runHours(0, 24)
    expect(day.paths()).toEqual(['a/one 1000000', 'a/two 1000150'])
  })

  it.each([0.3, 1])('writes a share of %d of a modified file anew', (share) => {
    const day = recorded([at(1, { operation: 'write', path: 'a/one', bytes: 1_200_000, share })])
    day.runHours(0, 24)
    expect(day.paths()[0]).toBe('a/one 1200000')
    expect(day.written()).toBe(share * 1_200_000)
  })

  it('leaves alone what a restore has made and not given back', () => {
    const day = recorded([at(1, { operation: 'delete', path: 'a/one' })])
    day.files.reserve('a/one')
    day.runHours(0, 24)
    expect(day.paths()).toHaveLength(2)
  })
})
