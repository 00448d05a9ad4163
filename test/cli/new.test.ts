import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandLineIn } from './command-line.ts'
import { takesLong } from '../../src/cli/running/workload.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import { scratchFolder } from '../scratch-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const desk = scratchFolder('new')

const firedrill = commandLineIn(desk)

describe('who begins with nothing', { timeout: 60_000 }, () => {
  it('has a scenario written, with a schema that editors find, and which is right', () => {
    expect(firedrill('new')).toEqual({
      code: 0,
      stdout: 'plan.yaml is written. Next: firedrill check plan.yaml\n',
      stderr: '',
    })
    const [first = ''] = readFileSync(join(desk, 'plan.yaml'), 'utf8').split('\n')
    const schema = /^# yaml-language-server: \$schema=(.*)$/.exec(first)?.[1] ?? ''
    expect(readFileSync(resolve(desk, schema), 'utf8')).toContain('firedrill scenario')
    const { code, stdout } = firedrill('check', 'plan.yaml')
    expect(code).toBe(0)
    expect(stdout).toContain('service orders: RPO ≤ 24 h, RTO ≤ 8 h; needs erp, machines\n')
    expect(stdout).toContain('\nNo mistakes. A first look: firedrill run plan.yaml --replications 3\n')
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('loses nothing that is written already', () => {
    writeFileSync(join(desk, 'mine.yaml'), 'mine')
    const { code, stderr } = firedrill('new', 'mine.yaml')
    expect(code).toBe(2)
    expect(stderr).toContain('mine.yaml is there already; name another file')
    expect(readFileSync(join(desk, 'mine.yaml'), 'utf8')).toBe('mine')
  })

  it('may begin with an example, which still finds what lies beside it', () => {
    expect(firedrill('new', '--from', 'measured-churn').code).toBe(0)
    expect(firedrill('check', 'measured-churn.yaml').code).toBe(0)
    expect(firedrill('new', '--from', 'measured-chur').stderr).toContain('did you mean measured-churn?')
  })

  it('is told what each example teaches', () => {
    const examples = readdirSync(join(ROOT, 'scenarios')).filter((name) => name.endsWith('.yaml'))
    const lines = firedrill('new', '--list').stdout.split('\n')
    for (const name of examples) {
      const told = lines.find((line) => line.startsWith(`${name.replace('.yaml', '')} `))
      expect(told, name).toMatch(/^\S+ +\S+ \S+/)
    }
  })

  it('is told which command was meant', () => {
    expect(firedrill('init').stderr).toContain("there is no command 'init'; did you mean 'new'?")
    expect(firedrill('validate', 'plan.yaml').stderr).toContain("there is no command 'validate'; did you mean 'check'?")
    expect(firedrill('frobnicate').stderr).toContain("there is no command 'frobnicate'\n")
  })
})

describe('firedrill check', { timeout: 60_000 }, () => {
  it('says what is wrong, with exit code 2', () => {
    const { code, stdout, stderr } = firedrill('check', join(ROOT, 'test/scenario/wrong/what-newcomers-write.yaml'))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain("did you mean 'office-files'?")
  })

  // 2 TB in chunks of 1 MiB are 1.9 million; in chunks of 16 MiB, 0.1 million
  it('says what would take long, and what is enough', () => {
    const right = readFileSync(join(ROOT, 'test/scenario/right.yaml'), 'utf8')
    expect(takesLong(parseScenario(right, 'right.yaml'))).toBeUndefined()
    expect(takesLong(parseScenario(right.replace('size: 1 TB', 'size: 2 TB'), 'right.yaml'))).toBe(
      '2 TB in chunks of 1 MiB are 1.9 million chunks, which take long to simulate and much memory; repository: { chunk: 16 MiB } is enough to tell times and sizes by',
    )
  })
})
