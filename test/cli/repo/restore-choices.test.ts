import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Desk } from './command-line.ts'

let desk: Desk
/** A time that can be given to another file again. */
const SECOND = 1_700_000_000

/** letters/{one.odt,two.ODT,draft.tmp}, letters/old/three.odt, photos/one.jpg, a file at the top */
beforeAll(() => {
  desk = new Desk()
  mkdirSync(desk.at('tree', 'letters', 'old'), { recursive: true })
  mkdirSync(desk.at('tree', 'photos'))
  for (const path of [
    'letters/one.odt',
    'letters/two.ODT',
    'letters/draft.tmp',
    'letters/old/three.odt',
    'photos/one.jpg',
    'top',
  ])
    writeFileSync(desk.at('tree', path), path)
  utimesSync(desk.at('tree', 'top'), SECOND, SECOND)
  desk.done('init', 'repository')
  desk.done('backup', 'repository', 'tree')
})
afterEach(() => rmSync(desk.at('there'), { recursive: true, force: true }))
afterAll(() => desk.clear())

const below = (...names: string[]): string[] =>
  readdirSync(desk.at(...names), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(desk.at(...names).length + 1))
    .sort()

const restore = (...words: string[]): string => desk.done('restore', 'repository', 'latest', ...words)

describe('a restore', { timeout: 120_000 }, () => {
  it('leaves a repository as it is that lies where is restored to, and refuses to restore into one', () => {
    desk.done('init', 'there/backups/repository')
    desk.done('backup', 'there/backups/repository', 'tree')
    const { stderr } = desk.repo(['restore', 'there/backups/repository', 'latest', 'there', '--delete'])
    expect(stderr).toMatch(/^warning: the repository there\/backups\/repository lies there, and is left as it is\n$/)
    expect(below('there').filter((path) => !path.startsWith('backups/'))).toEqual(below('tree'))
    expect(desk.done('check', 'there/backups/repository', '--read-data')).toBe('No errors found\n')
    const inside = desk.repo(['restore', 'repository', 'latest', 'repository/there'])
    expect(inside).toMatchObject({ code: 2 })
    expect(inside.stderr).toMatch(/repository\/there lies in the repository repository: restore to a directory outside/)
  })

  it('takes what patterns include, and not what they exclude', () => {
    restore('odt', '--include', '*.odt', '--exclude', 'old')
    expect(below('odt')).toEqual(['letters/one.odt'])
    restore('any case', '--iinclude', '*.odt', '--iexclude', 'THREE*')
    expect(below('any case')).toEqual(['letters/one.odt', 'letters/two.ODT'])
    restore('folder', '-i', '/letters/old', '-i', '/top')
    expect(below('folder')).toEqual(['letters/old/three.odt', 'top'])
    expect(existsSync(desk.at('folder', 'photos'))).toBe(false)
    restore('rest', '-e', '*.tmp', '-e', '/photos')
    expect(below('rest')).toEqual(['letters/old/three.odt', 'letters/one.odt', 'letters/two.ODT', 'top'])
    const nothing = desk.repo(['restore', 'repository', 'latest', 'none', '--include', '*.pdf'])
    expect(nothing).toMatchObject({
      code: 1,
      stderr: 'firedrill: nothing in the snapshot is both included and not excluded\n',
    })
  })

  it('replaces what is there, or what has changed, or what is older, or nothing', () => {
    const there = desk.at('there')
    const spoil = (): void => {
      rmSync(there, { recursive: true, force: true })
      restore('there')
      // Other content, by size and time the same; older; newer; gone.
      writeFileSync(join(there, 'top'), 'TOP')
      utimesSync(join(there, 'top'), SECOND, SECOND)
      writeFileSync(join(there, 'letters', 'one.odt'), 'older')
      utimesSync(join(there, 'letters', 'one.odt'), 1, 1)
      appendFileSync(join(there, 'letters', 'two.ODT'), ' and newer')
      rmSync(join(there, 'photos', 'one.jpg'))
    }
    const contents = (): string[] =>
      ['top', 'letters/one.odt', 'letters/two.ODT', 'photos/one.jpg'].map((path) =>
        readFileSync(join(there, path), 'utf8'),
      )
    const original = ['top', 'letters/one.odt', 'letters/two.ODT', 'photos/one.jpg']
    spoil()
    restore('there', '--overwrite')
    expect(contents()).toEqual(original)
    spoil()
    const newer = ['restore', 'repository', 'latest', 'there', '--overwrite', 'if-newer']
    expect(desk.done(...newer, '-n')).toMatch(/^M letters\/one.odt\n\+ photos\/one.jpg\n/)
    expect(desk.done(...newer)).toContain('Restored 2 files')
    expect(contents()).toEqual(['TOP', 'letters/one.odt', 'letters/two.ODT and newer', 'photos/one.jpg'])
    spoil()
    expect(restore('there', '--overwrite', 'never', '--json')).toContain('"keptFiles": 5')
    expect(contents()).toEqual(['TOP', 'older', 'letters/two.ODT and newer', 'photos/one.jpg'])
    for (const [word, told] of [
      ['sometimes', '--overwrite sometimes: write always, if-changed, if-newer, never'],
      ['never', 'with --overwrite never files may stay that differ'],
    ] as const)
      expect(desk.repo(['restore', 'repository', 'latest', 'there', '--overwrite', word, '--verify'])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(told),
      })
  })

  it('keeps what seems to be the same, and finds out with --verify when it is not', () => {
    restore('there')
    expect(restore('there', '--overwrite', 'if-changed', '--verify')).toMatch(
      /6 files kept or left[^]*read again, and the same/,
    )
    // The disk gives back other bytes than were written.
    writeFileSync(desk.at('there', 'top'), 'TOP')
    utimesSync(desk.at('there', 'top'), SECOND, SECOND)
    const { code, stderr } = desk.repo([
      'restore',
      'repository',
      'latest',
      'there',
      '--overwrite',
      'if-changed',
      '--verify',
    ])
    expect([code, stderr]).toEqual([
      1,
      'content: top\nfiredrill: the disk does not give back what was restored: 1 difference\n',
    ])
    expect(restore('there', '--overwrite', '--verify')).toContain('read again, and the same')
  })

  it('takes away what is not in the snapshot, and nothing besides', () => {
    restore('there')
    mkdirSync(desk.at('there', 'new', 'deep'), { recursive: true })
    for (const path of ['new/deep/file', 'letters/extra', 'letters/kept.log', 'new/kept.log'])
      writeFileSync(desk.at('there', path), path)
    mkdirSync(desk.at('outside'))
    writeFileSync(desk.at('outside', 'precious'), 'precious')
    symlinkSync(desk.at('outside'), desk.at('there', 'letters', 'link'))
    chmodSync(desk.at('there', 'letters'), 0o555)
    const words = ['there', '--delete', '--exclude', '*.log', '--exclude', '*.tmp']
    expect(
      restore(...words, '--dry-run')
        .split('\n')
        .filter((line) => line.startsWith('-')),
    ).toEqual(['- letters/extra', '- letters/link', '- new/deep/', '- new/deep/file'])
    expect(existsSync(desk.at('there', 'letters', 'extra'))).toBe(true)
    // Below one path only.
    expect(restore('there', '--delete', '--only', 'photos')).not.toContain('taken away')
    expect(restore(...words)).toContain('4 of what was there taken away')
    // What is excluded stays, with what leads to it; what is in the snapshot and excluded too.
    expect(below('there')).toEqual([
      'letters/draft.tmp',
      'letters/kept.log',
      'letters/old/three.odt',
      'letters/one.odt',
      'letters/two.ODT',
      'new/kept.log',
      'photos/one.jpg',
      'top',
    ])
    expect(below('outside')).toEqual(['precious'])
    expect(desk.repo(['restore', 'repository', 'latest', '/', '--delete'])).toMatchObject({ code: 2 })
    restore('there', '--delete')
    expect(desk.done('verify', 'repository', 'latest', 'there')).toContain('as in snapshot')
  })
})
