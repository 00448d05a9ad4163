import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, linkSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linuxCalls } from '../../../src/adapters/real/linux-calls.ts'
import { createMessyTree } from '../../adapters/real/messy-tree.ts'
import { Desk } from './command-line.ts'

let desk: Desk

beforeEach(() => {
  desk = new Desk()
  desk.done('init', 'repository')
})
afterEach(() => desk.clear())

const json = (...words: string[]) => JSON.parse(desk.done(...words, '--json'))

function restic(...words: string[]): string {
  const environment = { ...process.env, RESTIC_PASSWORD: 'x', RESTIC_REPOSITORY: desk.at('restic') }
  return execFileSync('restic', [...words, '--no-cache', '-q'], { env: environment, encoding: 'utf8', stdio: 'pipe' })
}

describe('what snapshots hold and take', { timeout: 120_000 }, () => {
  it('is what restic says of the same trees: restored, with one size for all names of a file, and of different content', () => {
    createMessyTree(desk.at('tree'))
    for (const name of ['same', 'same too']) writeFileSync(desk.at('tree', name), 'the same')
    linkSync(desk.at('tree', 'same'), desk.at('tree', 'docs', 'same'))
    restic('init')
    const backUp = (): void => {
      desk.done('backup', 'repository', 'tree')
      restic('backup', desk.at('tree'))
    }
    backUp()
    rmSync(desk.at('tree', 'same too'))
    writeFileSync(desk.at('tree', 'new'), 'new')
    backUp()
    for (const snapshots of [['latest'], ['latest', 'latest~1']]) {
      const found = json('stats', 'repository', ...snapshots)
      const ids = snapshots.length === 1 ? ['latest'] : []
      const theirs = (mode: string) => JSON.parse(restic('stats', '--mode', mode, '--json', ...ids))
      const restored = theirs('restore-size')
      expect(found.restored.bytes).toBe(restored.total_size)
      // It counts the directories that lead to what was backed up, each time, too.
      const above = desk.at('tree').split('/').length - 1
      expect(found.restored.entries).toBe(restored.total_file_count - above * snapshots.length)
      const { total_size: bytes, total_file_count: files } = theirs('files-by-contents')
      expect(found.differentFiles).toEqual({ files, bytes })
    }
    const both = json('stats', 'repository', '--dataset', desk.at('tree'))
    expect(both.needed).toEqual(both.neededByThemAlone)
    expect(both.needed.stored_bytes).toBeLessThanOrEqual(json('stats', 'repository').stored_bytes)
  })

  it('is for each what would be free without it', () => {
    mkdirSync(desk.at('tree'))
    const add = (name: string): void => {
      writeFileSync(desk.at('tree', name), name.repeat(100_000))
      desk.done('backup', 'repository', 'tree')
    }
    add('a')
    add('bc')
    rmSync(desk.at('tree', 'bc'))
    add('def')
    const alone = (snapshot: string): number => json('stats', 'repository', snapshot).neededByThemAlone.plain_bytes
    // Besides its content, each has the tree of its own.
    expect(alone('latest')).toBeGreaterThan(300_000)
    expect(alone('latest~1')).toBeGreaterThan(200_000)
    expect(alone('latest~1')).toBeLessThan(201_000)
    expect(alone('latest~2')).toBeLessThan(1000)
    expect(desk.done('stats', 'repository', 'latest~2')).toMatch(/^snapshots {2}1\nrestored {3}100 kB, 1 entries\n/)
  })
})

describe('looking for things', { timeout: 120_000 }, () => {
  it('goes by the time of the last change, and by snapshot; lists may be short', () => {
    mkdirSync(desk.at('tree'))
    for (const [name, day] of [
      ['old', '2020-02-29'],
      ['new', '2021-03-01'],
    ] as const) {
      writeFileSync(desk.at('tree', name), name)
      utimesSync(desk.at('tree', name), new Date(day), new Date(day))
    }
    desk.done('backup', 'repository', 'tree', '--time', '2026-01-02 03:04', '--dataset', 'd', '--tag', 'a')
    rmSync(desk.at('tree', 'old'))
    desk.done('backup', 'repository', 'tree', '--dataset', 'd')
    const found = (...words: string[]): string[] =>
      json('find', 'repository', '[on][le][dw]', ...words).map(({ path }: { path: string }) => path)
    expect(found()).toEqual(['new', 'old'])
    expect(found('--oldest', '2020-03-01')).toEqual(['new'])
    expect(found('--newest', '2021-03-01')).toEqual(['old'])
    expect(found('-O', '2020-02-29', '-N', '2021-03-01T01:00+01:00')).toEqual(['old'])
    expect(found('--snapshot', 'latest')).toEqual(['new'])
    expect(found('-s', 'latest', '-s', 'latest~1')).toEqual(['new', 'old'])
    for (const [words, told] of [
      [['--oldest', '2021-02-29'], '--oldest 2021-02-29: write a time as'],
      [['-O', '2021-01-02', '-N', '2021-01-01'], 'nothing can have been changed between'],
    ] as const)
      expect(desk.repo(['find', 'repository', 'x', ...words])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(told),
      })
    const lines = desk.done('snapshots', 'repository', '--compact').split('\n')
    expect(lines[0]).toMatch(/^ID +UTC +SIZE +TAGS +DATASET$/)
    expect(lines[1]).toMatch(/^\w{8} {2}2026-01-02 03:04 +6 B +a +d$/)
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
    expect(desk.repo(['backup', 'repository', 'tree', '--time', tomorrow])).toMatchObject({ code: 2 })
  })
})

describe('what counts as changed', { timeout: 120_000 }, () => {
  it('may leave out inode numbers, as of file systems that hand them out anew, and times that no program can set', () => {
    mkdirSync(desk.at('tree'))
    for (const name of ['one', 'two']) writeFileSync(desk.at('tree', name), name)
    const past = new Date(Date.now() - 3_600_000)
    utimesSync(desk.at('tree', 'one'), past, past)
    utimesSync(desk.at('tree', 'two'), past, past)
    // Before its times have settled, no file counts as unchanged.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100)
    const read = (...words: string[]): number => json('backup', 'repository', 'tree', ...words).filesRead
    expect(read()).toBe(2)
    expect(read()).toBe(0)
    // As on a network file system that is mounted again.
    expect([read('--ignore-ctime', '--ignore-inode'), read('--ignore-ctime', '--ignore-inode')]).toEqual([2, 0])
    cpSync(desk.at('tree'), desk.at('copy'), { recursive: true, preserveTimestamps: true })
    rmSync(desk.at('tree'), { recursive: true })
    renameSync(desk.at('copy'), desk.at('tree'))
    chmodSync(desk.at('tree', 'two'), 0o600)
    linuxCalls()?.setAttribute(Buffer.from(desk.at('tree', 'one')), 'user.word', Buffer.from('changed'))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100)
    expect(read('--ignore-ctime', '--ignore-inode')).toBe(0)
    // What is not content is recorded all the same.
    desk.done('verify', 'repository', 'latest', 'tree')
    expect(read()).toBe(2)
    // The same size and mtime, as some programs leave behind that change a file: the ctime tells.
    writeFileSync(desk.at('tree', 'one'), 'ONE')
    utimesSync(desk.at('tree', 'one'), past, past)
    expect(read()).toBeGreaterThan(0)
    expect(desk.done('cat', 'repository', 'latest', 'one')).toBe('ONE')
  })

  it('is left out by files of patterns of any case', () => {
    mkdirSync(desk.at('tree'))
    for (const name of ['a.TMP', 'b.tmp', 'c']) writeFileSync(desk.at('tree', name), name)
    writeFileSync(desk.at('patterns'), '*.Tmp\n')
    expect(json('backup', 'repository', 'tree', '--iexclude-file', 'patterns').snapshot.files).toBe(1)
    expect(json('backup', 'repository', 'tree', '--exclude-file', 'patterns').snapshot.files).toBe(3)
  })
})
