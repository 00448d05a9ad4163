import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Desk } from './command-line.ts'

let desk: Desk

beforeAll(() => {
  desk = new Desk()
  desk.done('init', 'repository')
})
afterAll(() => desk.clear())

const put = (path: string, content = path): void => {
  mkdirSync(desk.at(path, '..'), { recursive: true })
  writeFileSync(desk.at(path), content)
}
/** Files in the newest snapshot of a dataset. */
const filesOf = (dataset: string): string[] =>
  JSON.parse(desk.done('ls', 'repository', 'latest', '--dataset', dataset, '--json'))
    .filter(({ kind }: { kind: string }) => kind === 'file')
    .map(({ path }: { path: string }) => path)

describe('what is backed up', { timeout: 120_000 }, () => {
  it('is what no pattern, mark or size leaves out', () => {
    for (const path of ['x.tmp', 'keep.tmp', 'deep/.cache/f', 'deep/seven', 'modules/m/i.js', 'marked/eight'])
      put(`tree/${path}`)
    put('tree/marked/.nobackup')
    put('tree/cached/nine')
    put('tree/cached/CACHEDIR.TAG', 'Signature: 8a477f597d28d172789f06886806bc55\n')
    put('tree/not-cached/CACHEDIR.TAG', 'anything')
    put('tree/not-cached/ten')
    put('tree/large', 'x'.repeat(2000))
    put('patterns', '# of the editor\n*.tmp\n!keep.tmp\n')
    const words = ['backup', 'repository', 'tree', '--dataset', 'tree', '--exclude-file', 'patterns', '-e', '.cache']
    const text = desk.done(
      ...words,
      '-e',
      `${desk.directory}/tree/modules`,
      '--exclude-caches',
      '--exclude-if-present=.nobackup',
      '--exclude-larger-than=1.5 kB',
    )
    // x.tmp, deep/.cache, modules, large; and what is in cached and marked.
    expect(text).toContain('6 paths left out as asked')
    expect(filesOf('tree')).toEqual([
      'cached/CACHEDIR.TAG',
      'deep/seven',
      'keep.tmp',
      'marked/.nobackup',
      'not-cached/CACHEDIR.TAG',
      'not-cached/ten',
    ])
  })

  it.each([
    ['backup', 'repository', 'tree', '-e', '[z-a]'],
    ['find', 'repository', '[z-a]'],
    ['backup', 'repository', 'tree', '--exclude-larger-than', '5 bananas'],
  ])('is refused where it cannot be understood: %s %s %s %s', (...words) => {
    const { code, stderr } = desk.repo(words)
    expect(code).toBe(2)
    expect(stderr).toMatch(/\[z-a\]|give a size such as 500 MB or 2 GiB/)
  })

  it('may be several paths, named or listed, with the folders that lead to them', () => {
    for (const path of ['several/a/one', 'several/b/two', 'several/b/three', 'several/c/four']) put(path)
    symlinkSync('c', desk.at('several', 'link'))
    writeFileSync(desk.at('list'), 'several/b/two\0several/link/four\0')
    const { program, options } = desk.command([
      'backup',
      'repository',
      'several/a',
      '--files-from=-',
      '--dataset',
      'several',
    ])
    const piped = spawnSync(process.execPath, program, { ...options, input: readFileSync(desk.at('list')) })
    expect(piped.status).toBe(0)
    const place = desk.directory.slice(1)
    expect(filesOf('several')).toEqual(['a/one', 'b/two', 'link/four'].map((path) => `${place}/several/${path}`))
    const missing = desk.repo(['backup', 'repository', 'several/a', 'nowhere', '--dataset', 'several'])
    expect(missing).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('nowhere: there is nothing of this name\n'),
    })
    expect(filesOf('several')).toEqual([`${place}/several/a/one`])
  })

  it('may be what is piped in, and is given back the same way', () => {
    // More than the backup holds at once.
    const lines = Buffer.from(Array.from({ length: 900_000 }, (_, at) => at).join('\n'))
    const piped = (words: readonly string[], input?: Buffer): Buffer => {
      const { program, options } = desk.command(words)
      return spawnSync(process.execPath, program, { ...options, ...(input && { input }), maxBuffer: 2 ** 24 }).stdout
    }
    piped(['backup', 'repository', '--stdin', '--stdin-filename', 'lines.txt'], lines)
    expect(piped(['cat', 'repository', 'latest', 'lines.txt']).equals(lines)).toBe(true)
    expect(desk.repo(['cat', 'repository', 'latest', 'deep', '--dataset', 'tree'])).toMatchObject({ code: 1 })
  })

  it('is nothing when the command fails that was to print it', () => {
    const before = desk.done('snapshots', 'repository')
    expect(desk.repo(['backup', 'repository', '--stdin-command', 'echo half; exit 3'])).toMatchObject({
      code: 1,
      stderr: 'firedrill: no snapshot was made: the command failed (exit code 3): echo half; exit 3\n',
    })
    expect(desk.done('snapshots', 'repository')).toBe(before)
    desk.done('backup', 'repository', '--stdin-command', 'echo whole', '--stdin-filename', 'dump')
    expect(desk.done('cat', 'repository', 'latest', 'dump')).toBe('whole\n')
  })
})

describe('snapshots', { timeout: 120_000 }, () => {
  it('are found by host, dataset and tag, and kept by their tags', () => {
    put('letters/to-anna', 'one')
    const backup = (...words: string[]): void =>
      void desk.done('backup', 'repository', 'letters', '--dataset', 'letters', ...words)
    backup('--host', 'old', '--tag', 'first,gold')
    backup('--host', 'new')
    put('letters/to-anna', 'another')
    backup('--host', 'new')
    const ids = (...words: string[]): string[] =>
      JSON.parse(desk.done('snapshots', 'repository', '--dataset', 'letters', '--json', ...words)).map(
        ({ id }: { id: string }) => id,
      )
    const [tagged, middle, newest] = ids()
    expect(ids('--host', 'new', '--latest', '1')).toEqual([newest])
    expect(ids('--tag', 'gold', '--tag', 'first')).toEqual([tagged])
    expect(desk.done('cat', 'repository', 'latest~1', 'to-anna', '--dataset', 'letters', '--host', 'new')).toBe('one')

    const found = JSON.parse(desk.done('find', 'repository', 'to-*', '--host', 'new', '--json'))
    expect(found).toMatchObject([
      { path: 'to-anna', size: 3, snapshot: middle, isNewest: false },
      { path: 'to-anna', size: 7, snapshot: newest, isNewest: true },
    ])

    const policy = ['forget', 'repository', '--dataset', 'letters', '--keep', 'last=1', '--keep-tag', 'gold']
    desk.done('tag', 'repository', middle!, '--add', 'gold')
    const [, renamed] = ids()
    expect(renamed).not.toBe(middle)
    expect(JSON.parse(desk.done(...policy, '--json')).snapshots.map(({ keep }: { keep: boolean }) => keep)).toEqual([
      true,
      true,
      true,
    ])
    desk.done('tag', 'repository', renamed!, '--remove', 'gold')
    desk.done(...policy)
    expect(ids()).toEqual([tagged, newest])
  })
})

describe('the password', { timeout: 120_000 }, () => {
  it('may come from a command or be named in the environment, and differ between two repositories', () => {
    writeFileSync(desk.at('secret'), 'correct horse\n')
    const list = ['snapshots', 'repository']
    expect(desk.repo([...list, '--password-command', 'cat secret'], {}).code).toBe(0)
    expect(desk.repo(list, { FIREDRILL_PASSWORD_FILE: 'secret' }).code).toBe(0)
    expect(desk.repo(list, { FIREDRILL_PASSWORD_COMMAND: 'cat secret' }).code).toBe(0)
    expect(desk.repo(list, { FIREDRILL_PASSWORD_COMMAND: 'exit 4' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the password command failed (exit code 4): exit 4'),
    })
    writeFileSync(desk.at('other'), 'battery staple\n')
    const two = { FIREDRILL_PASSWORD: 'battery staple', FIREDRILL_OTHER_PASSWORD: 'correct horse' }
    expect(desk.repo(['init', 'copy', '--copy-of', 'repository'], two)).toMatchObject({ code: 0, stderr: '' })
    expect(desk.repo(['copy', 'repository', 'copy', '--other-password-file', 'other'])).toMatchObject({ code: 0 })
    expect(readFileSync(desk.at('.audit', 'audit.jsonl'), 'utf8')).not.toContain('staple')
  })
})

describe('a shell', { timeout: 120_000 }, () => {
  it('is told which commands there are', () => {
    const { program, options } = desk.command(['f'])
    const words = [program[0]!, '--get-yargs-completions', 'firedrill', ...program.slice(1)]
    const { stdout } = spawnSync(process.execPath, words, { ...options, encoding: 'utf8' })
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['find', 'forget']))
  })
})
