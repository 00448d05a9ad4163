import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../notebooks')
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.ipynb') && !name.startsWith('.'))

interface Output {
  readonly output_type: string
  readonly data?: Readonly<Record<string, unknown>>
}

// tools/notebooks.ts executes them and compares their numbers with the command line's; it takes minutes.
describe('the notebooks', () => {
  it('are four', () => {
    expect(names).toHaveLength(4)
  })

  it.each(names)('%s was executed without error, and every chart has its picture', (name) => {
    const { cells } = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as {
      cells: { cell_type: string; outputs?: Output[] }[]
    }
    const outputs = cells.filter((cell) => cell.cell_type === 'code').map((cell) => cell.outputs ?? [])
    for (const each of outputs) expect(each.length).toBeGreaterThan(0)
    const all = outputs.flat()
    expect(all.filter((output) => output.output_type === 'error')).toEqual([])
    const charts = all.filter((output) => output.data?.['application/vnd.vegalite.v6+json'] !== undefined)
    expect(charts.length).toBeGreaterThanOrEqual(2)
    for (const { data } of charts) expect(data!['image/png']).toMatch(/^iVBOR/)
  })

  it.each(names)('%s names its scenario, which stands beside it', (name) => {
    const scenario = name.replace('.ipynb', '.yaml')
    expect(readdirSync(FOLDER)).toContain(scenario)
    expect(readFileSync(join(FOLDER, name), 'utf8')).toContain(scenario)
  })
})
