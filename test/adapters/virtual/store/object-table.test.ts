import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { ObjectTable } from '../../../../src/adapters/virtual/store/object-table.ts'

const NAMES = ['config', 'data', 'data/1/x', 'data/1/y', 'data/1-', 'data/2/x', 'data/2/x/deep', 'index/a', 'z']
const PREFIXES = ['', 'data', 'data/', 'data/1', 'data/1/', 'data/2/x', 'index/', 'none/']
const objectOf = (name: string) => ({ content: new Uint8Array(1), info: { name, size: 1, created: 0 } })

const anyStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), name: fc.constantFrom(...NAMES) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), name: fc.constantFrom(...NAMES) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('list' as const), name: fc.constantFrom(...PREFIXES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('layer' as const), name: fc.constant('') }) },
)

describe('a table of objects', () => {
  test.prop([fc.array(anyStep, { maxLength: 40 })], { numRuns: 300 })(
    'lists what it holds in order of names, in however many layers it lies and whenever it is asked',
    (steps) => {
      let table = new ObjectTable()
      const model = new Set<string>()
      for (const { do: doing, name } of steps) {
        if (doing === 'set') {
          const object = objectOf(name)
          table.set(object)
          expect(table.list(name)).toContain(object)
          model.add(name)
        } else if (doing === 'delete') {
          table.delete(name)
          model.delete(name)
        } else if (doing === 'layer') {
          table = new ObjectTable(table)
        } else {
          const names = table.list(name).map(({ info }) => info.name)
          expect(names).toEqual([...model].filter((one) => one.startsWith(name)).sort())
        }
        expect(table.size).toBe(model.size)
        expect(NAMES.filter((one) => table.get(one) !== undefined)).toEqual(NAMES.filter((one) => model.has(one)))
      }
    },
  )
})
