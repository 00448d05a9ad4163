import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkedEvents } from '../kernel/trace-format.ts'

const ROOT = join(import.meta.dirname, '../..')
const miniature = join(ROOT, 'scenarios/miniature.yaml')
const desk = mkdtempSync(join(tmpdir(), 'firedrill-trace-'))
afterAll(() => rmSync(desk, { recursive: true, force: true }))

/** Runs `firedrill trace miniature.yaml …` as a user would, in an empty folder. */
function trace(...options: string[]): { code: number | null; stdout: string; stderr: string } {
  const words = [join(ROOT, 'src/cli/main.ts'), 'trace', miniature, ...options]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: desk, encoding: 'utf8' })
  return { code: status, stdout, stderr }
}

describe('firedrill trace', { timeout: 60_000 }, () => {
  it('writes the undisturbed world into trace.json', () => {
    const { code, stdout } = trace()
    expect(code).toBe(0)
    expect(stdout).toMatch(/^trace\.json: the undisturbed world, daily-full on base, .* MB\. Open it in https:/)
    const events = checkedEvents(readFileSync(join(desk, 'trace.json'), 'utf8'))
    expect(new Set(events.map(({ cat }) => cat))).toEqual(new Set([undefined, 'job', 'task', 'transfer', 'resource']))
  })

  it('writes one drill with its recovery', () => {
    const { code, stdout } = trace('--hazard', 'fire', '--replication', '4', '--out', 'fire.json')
    expect(code).toBe(0)
    expect(stdout).toContain('drill 4 of fire')
    const events = checkedEvents(readFileSync(join(desk, 'fire.json'), 'utf8'))
    expect(events.some(({ cat, ph }) => cat === 'restore' && ph === 'e')).toBe(true)
  })

  it('tells the same as a story, beside the picture', () => {
    trace('--hazard', 'fire', '--replication', '4', '--out', 'told.json')
    const story = readFileSync(join(desk, 'told.log'), 'utf8')
    // Monday 5 January 2026, 00:00, and five days, 7 h 12 min 30 s after it: see the trace's microseconds.
    expect(story).toMatch(/^Mon 2026-01-05 12:00:00 {2}backup starts on computer$/m)
    expect(story).toMatch(/^Mon 2026-01-05 12:01:40 {2}backup done after 1 min 40 s: read 100 MB, wrote 100 MB$/m)
    const after = story.slice(story.indexOf('fire strikes'))
    expect(after.split('\n').map((line) => line.replace(/^\w{3} [\d-]+ [\d:]+ {2}/, ''))).toEqual([
      'fire strikes (kind site, target here)',
      '  detect begins',
      '  detect ends after 5 min',
      '  declare begins',
      '  declare ends after 10 min',
      '  provision begins',
      '  provision ends after 1 h',
      '  transfer service begins',
      '  restore of data from box starts',
      '  restore of data done after 1 min 40 s: 100 MB',
      '  transfer service ends after 1 min 40 s',
      '  verify service begins',
      '  verify service ends after 5 min',
      '  cut over service begins',
      '  cut over service ends after 5 min',
      'fire is over after 1 h 27 min: service recovered',
      'service is back from box: RTO 1 h 27 min, RPO 19 h 13 min, every byte compared with the history',
      '',
    ])
  })

  it.each([
    [['--hazard', 'flood'], '--hazard flood: the drills are of fire'],
    [['--hazard', 'fire', '--replication', '10'], '--replication 10: there are 10, from 0 to 9'],
    [['--strategy', 'none'], '--strategy none: no such strategy; there are daily-full'],
    [['--topology', 'moon'], '--topology moon: no such topology; there are base'],
    [['--out', 'no/such/folder/trace.json'], 'no/such/folder/trace.json'],
  ])('%j: %s', (options, message) => {
    const { code, stderr } = trace(...options)
    expect(code).not.toBe(0)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })
})
