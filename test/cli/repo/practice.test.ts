import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, openSync, closeSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directoryStore } from '../../../src/adapters/real/directory-store.ts'
import { directorySource } from '../../../src/adapters/real/source/directory-source.ts'
import { systemPorts } from '../../../src/adapters/real/system.ts'
import { backup, openRepository } from '../../../src/engine/index.ts'
import { pattern } from '../../adapters/real/messy-tree.ts'
import { Desk } from './command-line.ts'

let desk: Desk

/** Two snapshots of documents, marked 'weekly' and 'daily', and one of photos. */
beforeAll(() => {
  desk = new Desk()
  for (const name of ['documents', 'photos']) mkdirSync(desk.at(name))
  writeFileSync(desk.at('documents', 'Letter'), pattern(300_000))
  writeFileSync(desk.at('photos', 'Picture'), pattern(100_000).reverse())
  desk.done('init', 'repository')
  desk.done('backup', 'repository', 'documents', '--tag', 'weekly')
  appendFileSync(desk.at('documents', 'Letter'), 'P.S.')
  desk.done('backup', 'repository', 'documents', '--tag', 'daily')
  desk.done('backup', 'repository', 'photos', '--tag', 'daily')
})
afterAll(() => desk.clear())

describe('what is done night after night', { timeout: 120_000 }, () => {
  it('checks one part of the data after the other, or a size of it', () => {
    const read = (what: string): number =>
      JSON.parse(desk.done('check', 'repository', `--read-data=${what}`, '--json')).packsRead
    const { packs } = JSON.parse(desk.done('check', 'repository', '--json'))
    expect([1, 2, 3].map((part) => read(`${part}/3`)).reduce((sum, count) => sum + count)).toBe(packs)
    expect(read('1 B')).toBe(1)
    expect(read('1 TB')).toBe(packs)
    for (const wrong of ['4/3', '0/3', '2', 'x'])
      expect(desk.repo(['check', 'repository', `--read-data=${wrong}`])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('a part such as 3/7'),
      })
  })

  it('copies what is of one dataset or tag', () => {
    desk.done('init', 'offsite', '--copy-of', 'repository')
    expect(desk.done('copy', 'repository', 'offsite', '--tag', 'weekly')).toMatch(/^1 snapshot copied/)
    expect(desk.done('copy', 'repository', 'offsite', '--dataset', desk.at('photos'))).toMatch(/^1 snapshot copied/)
    expect(desk.repo(['copy', 'repository', 'offsite', '--tag', 'monthly']).code).toBe(2)
    expect(desk.done('copy', 'repository', 'offsite')).toMatch(/^1 snapshot copied/)
  })

  it('finds names whether written in capitals or not, and lists the newest of what is alike', () => {
    expect(desk.done('find', 'repository', 'letter', '-i')).toContain('2 versions')
    expect(desk.done('snapshots', 'repository', '--latest', '1')).toContain('2 snapshots')
    expect(desk.done('snapshots', 'repository', '--latest', '1', '--group-by', 'dataset,tags')).toContain('3 snapshots')
    expect(desk.done('snapshots', 'repository', '--latest', '1', '--group-by', 'none')).toContain('1 snapshot')
    expect(desk.repo(['snapshots', 'repository', '-g', 'path'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('write some of host, dataset, tags'),
    })
  })

  it('forgets by a policy of its own grouping, and prunes in the same breath', () => {
    expect(desk.done('forget', 'repository', '--keep', 'last=1', '--group-by', 'tags', '-n')).toContain(
      '1 snapshot would be forgotten; prune',
    )
    const { snapshots, pruned } = JSON.parse(desk.done('forget', 'repository', '--keep', 'last=1', '--prune', '--json'))
    expect(snapshots.filter(({ keep }: { keep: boolean }) => !keep)).toHaveLength(1)
    expect(pruned.plan.remove).toEqual([])
    expect(desk.done('forget', 'repository', '--keep', 'last=1', '--prune')).toMatch(
      /0 snapshots forgotten\n[^]*deleted/,
    )
  })

  it('reads again what has not changed when it is asked to, and stores nothing twice', () => {
    const again = JSON.parse(desk.done('backup', 'repository', 'photos', '--force', '--skip-if-unchanged', '--json'))
    expect(again).toMatchObject({ skipped: true, filesRead: 1, read_bytes: 100_000 })
    // A tree of its own at most: written just before the first backup, the picture had no change token in it.
    expect(again.stored_bytes).toBeLessThan(1000)
  })

  it('takes an empty word for a mistake, not for the directory it stands in', () => {
    for (const words of [
      ['init', ''],
      ['backup', 'repository', ''],
      ['restore', 'repository', 'latest', ''],
      ['ls', 'repository', ''],
    ])
      expect(desk.repo(words).code, words.join(' ')).toBe(2)
  })

  it('says in one line when stdout is full', () => {
    const full = openSync('/dev/full', 'w')
    for (const words of [
      ['snapshots', 'repository'],
      ['dump', 'repository', 'latest'],
    ]) {
      const { program, options } = desk.command(words)
      const { status, stderr } = spawnSync(process.execPath, program, {
        ...options,
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      })
      expect([status, stderr]).toEqual([1, expect.stringMatching(/^firedrill: cannot write to stdout: ENOSPC.*\n$/)])
    }
    closeSync(full)
  })
})

describe('a clock', { timeout: 120_000 }, () => {
  it('that was ahead is told of, as what was made then seems the newest; one a little ahead is not', async () => {
    const store = directoryStore(desk.at('repository'))
    const ports = systemPorts({ warn: () => {} })
    const repository = await openRepository(ports, store, { password: 'correct horse', principal: 'somebody' })
    const add = async (ahead_s: number) => {
      const time = Date.now() / 1000 + ahead_s
      const source = directorySource(desk.at('photos'), { threads: 0 })
      return (await backup(repository, source, { type: 'snapshot', host: 'h', dataset: 'ahead', time })).snapshot.id
    }
    const commands = [
      ['backup', 'repository', 'photos', '--dataset', 'ahead'],
      ['forget', 'repository', '--dataset', 'ahead', '--keep', 'last=1', '--dry-run'],
    ]
    await add(60)
    for (const words of commands) expect(desk.repo(words)).toMatchObject({ code: 0, stderr: '' })
    const wrong = await add(86_400)
    for (const words of commands)
      expect(desk.repo(words)).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(`^warning: snapshot ${wrong.slice(0, 8)} is of .* take it for the newest`),
      })
    desk.done('forget', 'repository', wrong)
  })
})

describe('names from others', { timeout: 120_000 }, () => {
  it('are shown so that no terminal obeys them, in messages and in lists, and as the text that they are', () => {
    expect(desk.repo(['cat', 'repository', 'latest', 'möchte\u001B[31m']).stderr).toBe(
      'firedrill: there is no möchte\\x1b[31m in the snapshot\n',
    )
    desk.done('backup', 'repository', 'documents', '--host', 'red\u001B[31m', '--dataset', 'one\nrow')
    const lines = desk.done('snapshots', 'repository', '--host', 'red\u001B[31m').split('\n')
    expect(lines[1]).toMatch(/ red\\x1b\[31m {2}one\\x0arow$/)
    expect(lines[0]!.indexOf('DATASET')).toBe(lines[1]!.indexOf('one'))
    const [snapshot] = JSON.parse(desk.done('snapshots', 'repository', '--dataset', 'one\nrow', '--json'))
    expect(snapshot).toMatchObject({ host: 'red\u001B[31m', dataset: 'one\nrow' })
  })
})

describe('a password', { timeout: 120_000 }, () => {
  it('may come from an editor on Windows; where its command fails, the reason is told', () => {
    writeFileSync(desk.at('secret'), '\uFEFFcorrect horse\r\n')
    for (const words of [
      ['--password-file', 'secret'],
      ['--password-command', 'cat secret'],
    ])
      expect(desk.repo(['snapshots', 'repository', ...words], {}).code).toBe(0)
    expect(desk.repo(['snapshots', 'repository', '--password-command', 'kill -9 $$'], {}).stderr).toContain(
      'the password command failed (SIGKILL): kill -9 $$',
    )
  })
})
