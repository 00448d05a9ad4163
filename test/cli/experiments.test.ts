import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandLineIn } from './command-line.ts'
import { scratchFolder } from '../scratch-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const desk = scratchFolder('experiments')

const firedrill = commandLineIn(desk)

const miniature = join(ROOT, 'scenarios/miniature.yaml')
const BANDWIDTHS = 'links.line.bandwidth=1 MB/s,2 MB/s'

describe('experiments on the command line', { timeout: 300_000 }, () => {
  it('sweep prints a table, or CSV with units in its headers', () => {
    const { code, stdout, stderr } = firedrill('sweep', miniature, '--vary', BANDWIDTHS, '--replications', '4')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.match(/^ {2}[\d.]+ [kM]B\/s .*\$/gm)).toHaveLength(2)
    const csv = firedrill('sweep', miniature, '--vary', BANDWIDTHS, '--replications', '4', '--format', 'csv').stdout
    expect(csv.split('\n')[0]).toBe(
      'point,strategy,topology,links.line.bandwidth,rpo_s,rpoP95_s,rto_s,rtoP95_s,loss,outlay_usdPerYear,penalty_usdPerYear,total_usdPerYear',
    )
  })

  it('compare takes the folders that run wrote', () => {
    const folder = (seed: string): string => {
      const { stdout } = firedrill('run', miniature, '--replications', '4', '--seed', seed)
      return join(/^Report: (.*)$/m.exec(stdout)?.[1] ?? '', '..')
    }
    const [one, other] = [folder('1'), folder('2')]
    const { code, stdout } = firedrill('compare', one, one, '--format', 'json')
    expect(code).toBe(0)
    for (const { difference, better } of JSON.parse(stdout).rows) {
      expect({ mean: difference.mean, better }).toEqual({ mean: 0, better: 'not decided' })
    }
    const { code: refused, stderr } = firedrill('compare', one, other)
    expect(refused).toBe(2)
    expect(stderr).toMatch(/struck .* at another instant than .*; run both with the same seed/)
  })

  it.each([['run'], ['compare', miniature], ['sweep', '--vary', BANDWIDTHS], ['plan'], ['optimize'], ['losses']])(
    '%s says before it simulates that it cannot write where it was told to',
    (command, ...rest) => {
      // Nobody can make a folder there, and mkdir of Node would try for ever.
      const { code, stdout, stderr } = firedrill(command, miniature, ...rest, '--out', '/proc/results')
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^firedrill: cannot write to \/proc\/results\/miniature: .*\n$/)
    },
  )

  it.each([
    ['sweep', '--vary', BANDWIDTHS, '--replications', '4'],
    ['compare', miniature, '--replications', '4'],
    ['plan'],
    ['optimize', '--replications', '30'],
    ['losses', '--max-drills', '20'],
  ])('%s writes a page with --report: the answer first, then its charts, then the tables', (command, ...rest) => {
    const { code, stderr } = firedrill(command, miniature, ...rest, '--report', 'page.html')
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Report: page.html\n') })
    const [page = ''] = readFileSync(join(desk, 'page.html'), 'utf8').split('<script>')
    const order = ['<h1>', 'class="headline"', '<svg ', '<table>'].map((part) => page.indexOf(part))
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/)
    // What it rests on, for whoever wants to check it or do it again.
    const said = page.replaceAll('&#39;', "'").replaceAll('&quot;', '"')
    expect(said).toContain(`<dd>firedrill ${command} ${miniature} `)
    expect(said).toContain(readFileSync(miniature, 'utf8').trim())
    expect(said).toMatch(/<dt>Seed<\/dt>\s*<dd>1<\/dd>/)
    expect(said).toMatch(/<dt>firedrill<\/dt>\s*<dd>\d+\.\d+\.\d+<\/dd>/)
    expect(said).toContain('<td class="words">a round number</td>')
  })

  it('sweep says before it simulates that the chart has no place, and takes its name with an ending', () => {
    const words = ['sweep', miniature, '--vary', BANDWIDTHS, '--replications', '2', '--tornado', '--chart']
    expect(firedrill(...words, 'no/folder/chart')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'firedrill: cannot write to no/folder: no such file or directory\n',
    })
    expect(firedrill(...words, 'chart.svg').code).toBe(0)
    for (const name of ['chart.svg', 'chart.png', 'chart.vl.json']) expect(existsSync(join(desk, name))).toBe(true)
  })

  it.each([
    [['compare', miniature], 'there is nothing to compare daily-full with'],
    [['compare', miniature, miniature, '--baseline', 'other'], `--baseline other: there are ${miniature}: daily-full`],
  ])('%j: %s, before anything is run', (words, message) => {
    const { code, stderr } = firedrill(...words)
    expect(code).toBe(2)
    expect(stderr).toContain(`firedrill: ${message}`)
  })

  it('optimize says that two drills cannot show anything', () => {
    const { code, stderr } = firedrill('optimize', miniature, '--replications', '2')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^firedrill: --replications 2: even if all of them meet an objective/)
  })

  it('plan refuses a link that is not there, and a history that is none, in one line', () => {
    expect(firedrill('plan', miniature, '--bandwidth', 'wan').stderr).toMatch(
      /^firedrill: --bandwidth wan: no such link; there are line\n/,
    )
    writeFileSync(join(desk, 'history.csv'), 'time,bytes\n2026-01-01,many\n')
    const { code, stderr } = firedrill('plan', miniature, '--history', 'box=history.csv')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^firedrill: history.csv:2 {2}'many' .*expected bytes/)
  })

  it('run goes on until a precision is reached, and says when it was not', () => {
    const words = ['run', miniature, '--precision', '1 %', '--max-replications', '12', '--json']
    const { code, stdout, stderr } = firedrill(...words)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ replications: 12, precision: { goal: 0.01, reached: false } })
    expect(stderr).toMatch(/^firedrill: after 12 drills the rpo of service after fire, .* raise the maximum$/m)
  })
})
