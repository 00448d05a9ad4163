import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bytes, createMessyTree, describeTree } from '../../adapters/real/messy-tree.ts'
import { Desk } from './command-line.ts'

let desk: Desk

beforeEach(() => {
  desk = new Desk()
})
afterEach(() => desk.clear())

describe('a repository on a disk', { timeout: 120_000 }, () => {
  it('gives back a tree as it was, metadata and names of bytes included', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    desk.done('restore', 'repository', 'latest', 'restored')
    expect(describeTree(desk.at('restored'))).toEqual(describeTree(desk.at('tree')))
    expect(desk.done('check', 'repository', '--read-data')).toBe('No errors found\n')
  })

  it('keeps every snapshot as it was when it was made, and stores only what is new', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    const before = describeTree(desk.at('tree'))
    appendFileSync(desk.at('tree', 'big'), 'a little more')
    rmSync(bytes(desk.at('tree', 'docs') + '/n\xe4me'))
    const second = JSON.parse(desk.done('backup', 'repository', 'tree', '--json'))
    expect(second.stored_bytes).toBeLessThan(3_000_000)
    const snapshots: Array<{ id: string; time: number }> = JSON.parse(desk.done('snapshots', 'repository', '--json'))
    expect(snapshots).toHaveLength(2)
    expect(snapshots[0]!.time).toBeLessThan(snapshots[1]!.time)
    desk.done('restore', 'repository', snapshots[0]!.id.slice(0, 8), 'first')
    desk.done('restore', 'repository', snapshots[1]!.id, 'second')
    expect(describeTree(desk.at('first'))).toEqual(before)
    expect(describeTree(desk.at('second'))).toEqual(describeTree(desk.at('tree')))
  })

  it('restores parts', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    desk.done('restore', 'repository', 'latest', 'part', '--only', 'docs/deep', '--only', './a/x')
    expect(readdirSync(desk.at('part')).sort()).toEqual(['a', 'docs'])
    expect(readdirSync(desk.at('part', 'docs'))).toEqual(['deep'])
    expect(readFileSync(desk.at('part', 'docs', 'deep', 'deeper', 'secret'), 'utf8')).toBe('for my eyes only')
    const { code, stderr } = desk.repo(['restore', 'repository', 'latest', 'none', '--only', 'docs/absent'])
    expect(code).toBe(1)
    expect(stderr).toContain('docs/absent')
  })

  it('leaves itself out when it lies in what it backs up', () => {
    mkdirSync(desk.at('tree'))
    writeFileSync(desk.at('tree', 'file'), 'content')
    desk.done('init', 'tree/repository')
    desk.done('backup', 'tree/repository', 'tree')
    desk.done('restore', 'tree/repository', 'latest', 'restored')
    expect(readdirSync(desk.at('restored'))).toEqual(['file'])
  })

  it('finds damage and names it', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    const pack = largestFile(desk.at('repository', 'data'))
    const content = readFileSync(pack)
    content[1000]! ^= 1
    writeFileSync(pack, content)
    const damaged = desk.repo(['check', 'repository', '--read-data'])
    expect(damaged.code).toBe(1)
    expect(damaged.stdout).toContain(pack.split('/').at(-1))
    expect(damaged.stderr).toMatch(/^firedrill: \d+ errors? found in repository\n$/)
    const restored = desk.repo(['restore', 'repository', 'latest', 'restored'])
    expect(restored.code).toBe(1)
    expect(restored.stderr).toContain('could not be restored')
    truncateSync(pack, 100)
    expect(desk.repo(['check', 'repository']).code).toBe(1)
    rmSync(pack)
    expect(desk.repo(['check', 'repository']).stdout).toContain(pack.split('/').at(-1))
  })

  it('forgets by a policy, then frees the space', () => {
    mkdirSync(desk.at('tree'))
    desk.done('init', 'repository')
    for (const number of [1, 2, 3]) {
      writeFileSync(desk.at('tree', 'file'), Buffer.alloc(300_000, `content ${number}`))
      desk.done('backup', 'repository', 'tree')
    }
    const tried = JSON.parse(desk.done('forget', 'repository', '--keep', 'last=1', '--dry-run', '--json'))
    expect(tried.snapshots.map((snapshot: { keep: boolean }) => snapshot.keep)).toEqual([false, false, true])
    expect(JSON.parse(desk.done('snapshots', 'repository', '--json'))).toHaveLength(3)
    desk.done('forget', 'repository', '--keep', 'last=1')
    expect(JSON.parse(desk.done('snapshots', 'repository', '--json'))).toHaveLength(1)
    const before = sizeOf(desk.at('repository', 'data'))
    desk.done('prune', 'repository', '--grace', '0', '--max-unused', '0')
    expect(sizeOf(desk.at('repository', 'data'))).toBeLessThan(before)
    desk.done('restore', 'repository', 'latest', 'restored')
    expect(describeTree(desk.at('restored'))).toEqual(describeTree(desk.at('tree')))
    expect(desk.done('check', 'repository', '--read-data')).toBe('No errors found\n')
  })
})

describe('mistakes', { timeout: 120_000 }, () => {
  const mistakes: Array<[what: string, words: string[], code: number, message: RegExp]> = [
    ['no command', [], 2, /a command is missing/],
    ['a wrong command', ['bakcup', 'repository', 'tree'], 2, /bakcup|backup/],
    ['no repository', ['snapshots', 'tree'], 1, /tree/],
    ['no directory', ['snapshots', 'absent'], 1, /absent/],
    ['a second repository', ['init', 'repository'], 2, /there is a repository in repository already/],
    ['a directory in use', ['init', 'tree'], 2, /tree: it is not empty/],
    ['no source', ['backup', 'repository', 'absent'], 1, /absent: there is nothing of this name/],
    ['no such snapshot', ['restore', 'repository', 'abcdef', 'to'], 2, /there is no snapshot abcdef/],
    ['a target in use', ['restore', 'repository', 'latest', 'tree'], 2, /tree is not empty.*--overwrite/],
    ['a wrong share', ['check', 'repository', '--read-data=110%'], 2, /--read-data=110%: give a share/],
    ['a wrong option', ['check', 'repository', '--raed-data'], 2, /raed/],
    ['a wrong rule', ['forget', 'repository', '--keep', 'dayly=3'], 1, /no rule 'dayly'; it has last, hourly, daily/],
    ['a rule without a count', ['forget', 'repository', '--keep', 'daily'], 2, /write a rule and a count/],
    ['nothing to forget', ['forget', 'repository'], 2, /say which snapshots to forget/],
  ]

  it('are told in one line, with an exit code, without a stack', () => {
    mkdirSync(desk.at('tree'))
    writeFileSync(desk.at('tree', 'file'), 'content')
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    for (const [what, words, code, message] of mistakes) {
      const outcome = desk.repo(words)
      expect(outcome.code, `${what}: ${outcome.stderr}`).toBe(code)
      expect(outcome.stderr, what).toMatch(message)
      expect(outcome.stderr, what).toMatch(/^firedrill: /)
      expect(outcome.stderr, what).not.toMatch(/^\s+at /m)
      expect(outcome.stdout, what).toBe('')
    }
  })

  it('with the password are told apart, and change nothing', () => {
    desk.done('init', 'repository')
    const before = sizeOf(desk.at('repository'))
    for (const [environment, code, message] of [
      [{ FIREDRILL_PASSWORD: 'wrong' }, 1, /password/],
      [{ FIREDRILL_PASSWORD: '' }, 2, /the password in FIREDRILL_PASSWORD is empty/],
      [{}, 2, /there is no password: give --password-file or --password-command, or set FIREDRILL_PASSWORD/],
    ] as const) {
      const outcome = desk.repo(['snapshots', 'repository'], environment)
      expect(outcome.code).toBe(code)
      expect(outcome.stderr).toMatch(message)
    }
    expect(sizeOf(desk.at('repository'))).toBe(before)
  })

  it('reads the password from a file', () => {
    writeFileSync(desk.at('secret'), 'correct horse\n')
    desk.done('init', 'repository')
    expect(desk.repo(['snapshots', 'repository', '--password-file', 'secret'], {}).code).toBe(0)
    const absent = desk.repo(['snapshots', 'repository', '--password-file', 'absent'], {})
    expect(absent.code).toBe(2)
    expect(absent.stderr).toContain('cannot read the password file absent')
  })
})

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

const sizeOf = (directory: string): number => filesBelow(directory).reduce((sum, path) => sum + statSync(path).size, 0)

const largestFile = (directory: string): string =>
  filesBelow(directory).reduce((a, b) => (statSync(a).size >= statSync(b).size ? a : b))
