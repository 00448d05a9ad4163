import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changesBetween, readChangeLog, readScan } from '../../src/scenario/sections/recorded-files.ts'
import { scratchFolder } from '../scratch-folder.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
const desk = scratchFolder('recorded')

function written(name: string, ...lines: string[]): [string, string] {
  writeFileSync(join(desk, name), `${lines.join('\n')}\n`)
  return [join(desk, name), name]
}

describe('two scans of a directory', () => {
  // The youngest file gives the instant of a scan: 18:00 on Tuesday. Wednesday's scan is a day later.
  const tuesday = readScan(
    ...written(
      'tuesday.csv',
      'path,bytes,mtime',
      'kept.txt,100,2026-01-06T18:00:00Z',
      'edited.txt,200,2026-01-05T09:00:00Z',
      'old/name.txt,300,2026-01-05T10:00:00Z',
      'gone.txt,400,2026-01-05T11:00:00Z',
    ),
  )
  const wednesday = readScan(
    ...written(
      'wednesday.csv',
      'path,bytes,mtime',
      'kept.txt,100,2026-01-06T18:00:00Z',
      'edited.txt,250,2026-01-07T18:00:00Z',
      'new/name.txt,300,2026-01-05T10:00:00Z',
      'added.txt,500,2026-01-07T12:00:00Z',
    ),
  )
  const { period_s, changes } = changesBetween([tuesday, wednesday], DAY_S, 0.5)

  it('tell what was added, edited, moved and removed, and when as far as the files know', () => {
    expect(period_s).toBe(DAY_S)
    const end = expect.closeTo(DAY_S, 0)
    expect(changes).toEqual([
      // Six hours before the scan.
      { time_s: expect.closeTo(18 * HOUR_S, 0), operation: 'write', path: 'added.txt', bytes: 500 },
      { time_s: end, operation: 'write', path: 'edited.txt', bytes: 250, share: 0.5 },
      { time_s: end, operation: 'rename', path: 'old/name.txt', to: 'new/name.txt' },
      { time_s: end, operation: 'delete', path: 'gone.txt' },
    ])
  })
})

describe('a change log', () => {
  const log = written(
    'log.csv',
    'time,operation,path,bytes,offset,to',
    '2026-03-02T09:30:00Z,append,app.log,1 MB,,',
    '2026-03-03T06:00:00Z,rename,app.log,,,app.log.1',
    '2026-03-02T10:00:00Z,write,table.db,8 KiB,65536,',
  )

  it('is put in order, keeps its times of day, and goes round after whole days', () => {
    const midnight = Date.parse('2026-01-05T00:00:00Z') / 1000
    expect(readChangeLog(...log, midnight)).toEqual({
      period_s: 2 * DAY_S,
      changes: [
        { time_s: 9.5 * HOUR_S, operation: 'append', path: 'app.log', bytes: 1_000_000 },
        { time_s: 10 * HOUR_S, operation: 'write', path: 'table.db', bytes: 8192, offset: 65_536 },
        { time_s: 30 * HOUR_S, operation: 'rename', path: 'app.log', to: 'app.log.1' },
      ],
    })
    // A scenario that starts at ten: what happened at 9:30 happens 23.5 hours later, on its second day.
    const { changes } = readChangeLog(...log, midnight + 10 * HOUR_S)
    expect(changes.map(({ time_s }) => time_s / HOUR_S)).toEqual([0, 20, 47.5])
  })

  it.each([
    [['time,operation,path,bytes', '2026-03-02,wirte,a,1'], /bad\.csv:2 {2}'wirte' is not an operation; .*write/],
    [['time,operation,path,bytes', '2026-03-02,write,a,1 mbb'], /bad\.csv:2 {2}unknown unit 'mbb'/],
    [['time,operation,path,bytes', 'yesterday,write,a,1'], /bad\.csv:2 {2}'yesterday' is not an instant/],
    [['time,operation,path,bytes', '2026-03-02,write,../../etc/passwd,1'], /bad\.csv:2 {2}path is '..\/..\/etc/],
    [['time,operation,path', '2026-03-02,rename,a'], /bad\.csv:2 {2}to is ''/],
    [
      ['when,operation,path', '2026-03-02,write,a'],
      /bad\.csv:1 {2}no column named time; there are when, operation, path/,
    ],
    [['time,operation,path'], /bad\.csv has no lines; expected a change log/],
    [['time,operation,path', 'a,b'], /bad\.csv is not CSV/],
  ])('with a mistake says where and what was expected: %j', (lines, message) => {
    expect(() => readChangeLog(...written('bad.csv', ...lines), 0)).toThrow(message)
  })
})
