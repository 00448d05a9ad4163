import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkedEvents } from '../kernel/trace-format.ts'
import { commandLineIn } from './command-line.ts'
import { scratchFolder } from '../scratch-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const miniature = join(ROOT, 'scenarios/miniature.yaml')
const desk = scratchFolder('trace')

const firedrill = commandLineIn(desk)
const trace = (...options: string[]) => firedrill('trace', miniature, ...options)

describe('firedrill trace', { timeout: 60_000 }, () => {
  it('writes the undisturbed world into trace.json', () => {
    const { code, stdout } = trace()
    expect(code).toBe(0)
    expect(stdout).toMatch(/^trace\.json: the undisturbed world, daily-full, [\d.]+ kB\. Open it in https:/)
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
    expect(story).toMatch(/^Mon 2026-01-05 12:01 {2}backup done after 1 min 40 s: read 100 MB, wrote 100 MB$/m)
    const after = story.slice(story.indexOf('fire strikes'))
    expect(after.split('\n').map((line) => line.replace(/^\w{3} [\d-]+ [\d:]+ {2}/, ''))).toEqual([
      'fire strikes here (site)',
      '  noticed after 5 min',
      '  recovery decided on after 10 min',
      '  replacements ready after 1 h',
      '  restore of data from box begins',
      '  restore of data done after 1 min 40 s: 100 MB',
      '  data transferred after 1 min 40 s',
      '  service verified after 5 min',
      '  users back on service after 5 min',
      'fire is over after 1 h 27 min: service recovered',
      'service is back from box: RTO 1 h 27 min, RPO 19 h 13 min, every byte compared with the history',
      '',
    ])
  })

  it('draws the same as a timeline', () => {
    trace('--hazard', 'fire', '--replication', '4', '--out', 'drawn.json')
    const { title, description } = JSON.parse(readFileSync(join(desk, 'drawn.vl.json'), 'utf8'))
    expect(title.text).toBe('Drill 4 of fire, daily-full')
    expect(title.subtitle).toContain(
      'Service is restored from box, a point 19 h 13 min old, back after 1 h 27 min. ' +
        'Detect 5 min, declare 10 min, provision 1 h, transfer 1.67 min, verify 5 min, cut over 5 min.',
    )
    expect(description).toMatch(/job backup\. recovery points\. .*restore data/)
    expect(readFileSync(join(desk, 'drawn.svg'), 'utf8')).toMatch(/>noticed</)
    expect(readFileSync(join(desk, 'drawn.png')).length).toBeGreaterThan(10_000)
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
