import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Desk } from './command-line.ts'

let desk: Desk

beforeAll(() => {
  desk = new Desk()
  mkdirSync(desk.at('documents'))
  writeFileSync(desk.at('documents', 'letter'), 'Dear Ada')
})
afterAll(() => desk.clear())

describe('a repository that is named once', { timeout: 120_000 }, () => {
  const PASSWORD = { FIREDRILL_PASSWORD: 'correct horse' }

  it('by the environment is left out of commands, and out of those in two words', () => {
    const environment = { ...PASSWORD, FIREDRILL_REPOSITORY: 'repository' }
    for (const words of [['init'], ['backup', 'documents'], ['key', 'list'], ['restore', 'latest', 'restored']])
      expect(desk.repo(words, environment)).toMatchObject({ code: 0, stderr: '' })
    expect(desk.repo(['cat', 'latest', 'letter'], environment).stdout).toBe('Dear Ada')
    const { code, stderr } = desk.repo(['snapshots', 'repository'], environment)
    expect(code).toBe(2)
    expect(stderr).toContain("'repository' is one argument too many: the repository is named already")
  })

  it('is not taken for what is backed up, where a command names it in the old way too', () => {
    const environment = { ...PASSWORD, FIREDRILL_REPOSITORY: 'repository' }
    const { code, stderr } = desk.repo(['backup', 'repository', 'documents'], environment)
    expect(code).toBe(2)
    expect(stderr).toContain(
      'repository is a repository itself, and repository is named already: leave one of them out',
    )
  })

  it('by an option, wherever it stands, which goes before the environment', () => {
    const environment = { ...PASSWORD, FIREDRILL_REPOSITORY: 'nowhere' }
    expect(desk.repo(['cat', '-r', 'repository', 'latest', 'letter'], environment).stdout).toBe('Dear Ada')
    expect(desk.repo(['cat', 'latest', 'letter', '--repository=repository']).stdout).toBe('Dear Ada')
  })
})

describe('a backup of what has not changed', { timeout: 120_000 }, () => {
  it('makes no snapshot when it is asked not to, and says which stands for it', () => {
    mkdirSync(desk.at('tree'))
    writeFileSync(desk.at('tree', 'letter'), 'Dear Anna')
    desk.done('init', 'letters')
    const words = ['backup', 'letters', 'tree', '--skip-if-unchanged']
    const { snapshot } = JSON.parse(desk.done(...words, '--json'))
    // Written just before the first backup, the letter is read once more: it is the same.
    expect(desk.done(...words)).toContain(
      `Nothing has changed in ${desk.at('tree')} since snapshot ${snapshot.id.slice(0, 8)} of `,
    )
    expect(JSON.parse(desk.done(...words, '--json'))).toMatchObject({ skipped: true, snapshot: { id: snapshot.id } })
    writeFileSync(desk.at('tree', 'letter'), 'Dear Anna,')
    expect(desk.done(...words)).toMatch(/^Snapshot /)
    expect(desk.done('snapshots', 'letters')).toContain('2 snapshots')
  })
})

describe('a backup that is only tried', { timeout: 120_000 }, () => {
  it('says what would be stored and what is left out, and stores nothing', () => {
    writeFileSync(desk.at('documents', 'new'), 'x'.repeat(1000))
    writeFileSync(desk.at('documents', 'draft.tmp'), 'x')
    const before = desk.done('snapshots', 'repository', '--json')
    const stored = desk.done('stats', 'repository', '--json')
    const words = ['backup', 'repository', 'documents', '-e', '*.tmp', '--dry-run']
    const text = desk.done(...words)
    expect(text).toContain(`- ${desk.at('documents', 'draft.tmp')}\n`)
    expect(text).toMatch(
      /A snapshot of .*documents would hold 2 files, 1.01 kB\n.* kB read, .* to be stored; nothing was/,
    )
    const { dryRun, newChunks, excludedPaths } = JSON.parse(desk.done(...words, '--json'))
    expect(dryRun).toBe(true)
    expect(newChunks).toBe(1)
    expect(excludedPaths).toEqual([desk.at('documents', 'draft.tmp')])
    expect(desk.done('snapshots', 'repository', '--json')).toBe(before)
    expect(desk.done('stats', 'repository', '--json')).toBe(stored)
    expect(desk.done('check', 'repository', '--read-data')).toBe('No errors found\n')
  })
})
