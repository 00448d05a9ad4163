import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Desk } from './command-line.ts'

let desk: Desk

beforeEach(() => {
  desk = new Desk()
})
afterEach(() => desk.clear())

describe('audit records', { timeout: 120_000 }, () => {
  it('tell who did what to which repository, and how it ended', () => {
    mkdirSync(desk.at('tree'))
    writeFileSync(desk.at('tree', 'file'), 'content')
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    desk.done('init', 'other')
    desk.repo(['snapshots', 'repository'], { FIREDRILL_PASSWORD: 'wrong' })
    desk.repo(['restore', 'repository', 'latest', 'back', '--only', 'none'])
    const all = JSON.parse(desk.done('audit', '--json'))
    expect(all.map((record: Record<string, string>) => [record['operation'], record['outcome']])).toEqual([
      ['init', 'ok'],
      ['backup snapshot', 'ok'],
      ['init', 'ok'],
      ['open', 'refused'],
      ['restore', 'failed'],
    ])
    expect(all[1]).toMatchObject({ repository: desk.at('repository'), detail: { dataset: desk.at('tree') } })
    expect(JSON.parse(desk.done('audit', 'other', '--json'))).toHaveLength(1)
    const refused = desk.done('audit', 'repository', '--outcome', 'refused')
    expect(refused).toMatch(/refused +open +\S+@\S+ +\S+repository +reason=no key/)
    expect(refused).toMatch(/\n1 record\n$/)
    expect(JSON.parse(desk.done('audit', '--last', '2', '--json'))).toHaveLength(2)
    // A crash may cut a line off.
    appendFileSync(desk.at('.audit', 'audit.jsonl'), '{"time": 1')
    expect(desk.repo(['audit', '--last', '1']).stderr).toContain('1 line of')
  })

  it('are left by those who only look, too', () => {
    mkdirSync(desk.at('tree'))
    writeFileSync(desk.at('tree', 'file'), 'content')
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    const looking = [['snapshots'], ['ls', 'latest'], ['diff', 'latest'], ['stats'], ['check']]
    for (const [command = '', ...more] of looking) desk.done(command, 'repository', ...more)
    desk.done('key', 'list', 'repository')
    desk.done('verify', 'repository', 'latest')
    const records: Array<Record<string, string>> = JSON.parse(desk.done('audit', '--last', '7', '--json'))
    expect(records.map(({ operation, outcome }) => [operation, outcome])).toEqual(
      ['snapshots', 'ls', 'diff', 'stats', 'check', 'key list', expect.stringContaining('re')].map((name) => [
        name,
        'ok',
      ]),
    )
  })

  it('are not worth failing for', () => {
    mkdirSync(desk.at('.audit'))
    mkdirSync(desk.at('.audit', 'audit.jsonl'))
    const { code, stderr } = desk.repo(['init', 'repository'])
    expect([code, stderr]).toEqual([0, expect.stringContaining("the audit record of 'init' was not written")])
  })
})
