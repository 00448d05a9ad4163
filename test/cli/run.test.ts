import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadScenario, run } from '../../src/index.ts'
import { commandLineIn } from './command-line.ts'
import { scratchFolder } from '../scratch-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const desk = scratchFolder('run')

const firedrill = commandLineIn(desk)

const miniature = join(ROOT, 'scenarios/miniature.yaml')

describe('firedrill run', { timeout: 120_000 }, () => {
  it('prints a table, writes the results and says where', () => {
    const { code, stdout, stderr } = firedrill('run', miniature)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    const report = /^Report: (.*)$/m.exec(stdout)?.[1] ?? ''
    const folder = join(desk, report, '..')
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining([
        'charts',
        'incidents.csv',
        'incidents.parquet',
        'manifest.json',
        'report.html',
        'summary.json',
      ]),
    )
    const charts = readdirSync(join(folder, 'charts'))
    for (const ending of ['.vl.json', '.svg', '.png']) {
      expect(charts.filter((name) => name.endsWith(ending)).length).toBeGreaterThanOrEqual(3)
    }
    expect(readFileSync(join(folder, 'incidents.csv'), 'utf8').trim().split('\n')).toHaveLength(1 + 10)
  })

  it('says before it simulates that results cannot be written', () => {
    const file = join(desk, 'a-file')
    writeFileSync(file, '')
    const { code, stdout, stderr } = firedrill('run', miniature, '--out', join(file, 'results'))
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `firedrill: cannot write to ${join(file, 'results/miniature')}: not a directory\n`,
    })
  })

  it('prints summary.json with --json, and nothing else on stdout', () => {
    const { code, stdout } = firedrill(
      'run',
      miniature,
      '--json',
      '--replications',
      '3',
      '--seed',
      '7',
      '--out',
      'other',
    )
    expect(code).toBe(0)
    const summary = JSON.parse(stdout)
    expect(summary).toMatchObject({ seed: '7', replications: 3 })
    expect(summary.cells[0].rto.n).toBe(3)
    const [digest] = readdirSync(join(desk, 'other/miniature'))
    expect(JSON.parse(readFileSync(join(desk, 'other/miniature', digest ?? '', 'summary.json'), 'utf8'))).toEqual(
      summary,
    )
  })

  it.each(['csv', 'ndjson', 'markdown'])('prints %s, and nothing else on stdout', (format) => {
    const { code, stdout, stderr } = firedrill(
      'run',
      miniature,
      '--format',
      format,
      '--replications',
      '2',
      '--out',
      'other',
    )
    expect(code).toBe(0)
    expect(stdout).not.toContain('Report:')
    expect(stderr).toMatch(/^Report: other\/miniature\/.*report\.html$/m)
    const [first] = stdout.split('\n')
    expect(first).toMatch(
      { csv: /^strategy,topology,hazard,/, ndjson: /^\{"strategy":"daily-full",/, markdown: /^# Miniature$/ }[format]!,
    )
  })

  it('does what the library does, whatever the number of threads', async () => {
    const { digest } = await run(await loadScenario(miniature))
    for (const threads of ['1', '2']) {
      const { stdout } = firedrill('run', miniature, '--json', '--threads', threads)
      expect(JSON.parse(stdout).digest).toBe(digest)
    }
  })

  it('exits with 3 when a required objective is not met, with all results written', () => {
    const strict = join(desk, 'strict.yaml')
    writeFileSync(strict, readFileSync(miniature, 'utf8').replace('rto: 4 h', 'rto: 1 h'))
    const { code, stdout, stderr } = firedrill('run', strict, '--require', 'all')
    expect(code).toBe(3)
    expect(stderr).toBe('firedrill: objectives are not met by daily-full\n')
    expect(stdout).toContain('Report: ')
  })

  const mistakes: Array<[what: string, words: string[], message: RegExp]> = [
    ['no command', [], /^firedrill: Say what to do/],
    ['a command that does not exist', ['rnu', miniature], /run/],
    ['no scenario', ['run'], /an argument is missing/],
    ['a file that does not exist', ['run', 'absent.yaml'], /^firedrill: there is no file absent\.yaml/],
    ['an option that does not exist', ['run', miniature, '--sede', '1'], /sede/],
    [
      'half a replication',
      ['run', miniature, '--replications', '0.5'],
      /--replications takes a whole number from 1 up/,
    ],
    [
      'a strategy that does not exist',
      ['run', miniature, '--require', 'hourly'],
      /no such strategy; there are daily-full/,
    ],
  ]
  for (const [what, words, message] of mistakes) {
    it(`says what is wrong with ${what}, and exits with 2 having done nothing`, () => {
      const before = existsSync(join(desk, 'results')) ? readdirSync(join(desk, 'results'), { recursive: true }) : []
      const { code, stdout, stderr } = firedrill(...words)
      expect(code).toBe(2)
      expect(stdout).toBe('')
      expect(stderr).toMatch(message)
      expect(stderr).not.toMatch(/^\s+at /m)
      expect(existsSync(join(desk, 'results')) ? readdirSync(join(desk, 'results'), { recursive: true }) : []).toEqual(
        before,
      )
    })
  }

  it('points at the place of a mistake in the scenario', () => {
    const wrong = join(desk, 'wrong.yaml')
    writeFileSync(wrong, readFileSync(miniature, 'utf8').replace('bandwidth: 1 MB/s', 'bandwidth: 1 MBps'))
    const { code, stderr } = firedrill('run', wrong)
    expect(code).toBe(2)
    expect(stderr).toContain('topology.links.line.bandwidth')
    expect(stderr).toContain("did you mean 'MB/s'")
  })

  it('shows help with examples', () => {
    const { code, stdout } = firedrill('run', '--help')
    expect(code).toBe(0)
    expect(stdout).toContain('firedrill run scenarios/smb-321.yaml')
  })
})
