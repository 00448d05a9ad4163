import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeTree } from '../../adapters/real/messy-tree.ts'
import { noise } from '../../engine/workbench.ts'
import { Desk } from './command-line.ts'

let desk: Desk

beforeEach(() => {
  desk = new Desk()
  mkdirSync(desk.at('tree'))
  for (let number = 0; number < 12; number++) writeFileSync(desk.at('tree', `${number}`), noise(number, 3_000_000))
  desk.done('init', 'repository')
})
afterEach(() => desk.clear())

const exists = (...names: string[]): boolean =>
  existsSync(desk.at(...names)) && readdirSync(desk.at(...names)).length > 0

/** Presses Ctrl-C as soon as the work is seen to have begun. */
async function interrupted(
  words: readonly string[],
  hasBegun: () => boolean,
): Promise<{ code: unknown; stderr: string }> {
  const { program, options } = desk.command(words)
  const child = spawn(process.execPath, program, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close')
  while (!hasBegun() && child.exitCode === null) await sleep(5)
  child.kill('SIGINT')
  const [code] = await ended
  return { code, stderr }
}

describe('Ctrl-C', { timeout: 120_000 }, () => {
  it('stops a backup and a restore in one message and a code of its own; nothing is half there, and both go on', async () => {
    const backup = await interrupted(['backup', 'repository', 'tree'], () => exists('repository', 'data'))
    expect(backup).toEqual({ code: 130, stderr: expect.stringMatching(/^stopping; .*\nfiredrill: interrupted; .*\n$/) })
    const records = readFileSync(desk.at('.audit', 'audit.jsonl'), 'utf8').trim().split('\n')
    expect(JSON.parse(records.at(-1)!)).toMatchObject({ operation: 'backup snapshot', outcome: 'failed' })
    expect(
      readdirSync(desk.at('repository'), { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.unf')),
    ).toEqual([])
    expect(desk.done('check', 'repository', '--read-data')).toBe('No errors found\n')
    expect(desk.done('snapshots', 'repository')).toContain('0 snapshots')
    // What was stored is known, and not stored again.
    expect(exists('repository', 'index')).toBe(true)
    desk.done('backup', 'repository', 'tree')

    const restore = await interrupted(['restore', 'repository', 'latest', 'restored'], () => exists('restored'))
    expect(restore.code).toBe(130)
    desk.done('restore', 'repository', 'latest', 'restored', '--resume')
    expect(describeTree(desk.at('restored'))).toEqual(describeTree(desk.at('tree')))
  })
})

/** Whether this user may have a small disk of his own. */
const maySetUpDisks = ((): boolean => {
  const probe = new Desk()
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe.directory])
  if (status === 0) spawnSync('umount', [probe.directory])
  probe.clear()
  return status === 0
})()

describe.skipIf(!maySetUpDisks)('a disk', { timeout: 120_000 }, () => {
  beforeEach(() => {
    mkdirSync(desk.at('disk'))
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', desk.at('disk')])
  })
  afterEach(() => spawnSync('umount', [desk.at('disk')]))

  it('that is full is named, costs no snapshot that was there, and can be used again once it is not', () => {
    desk.done('init', 'disk/repository')
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) rmSync(desk.at('tree', `${number}`))
    desk.done('backup', 'disk/repository', 'tree')
    const before = describeTree(desk.at('tree'))
    for (const number of [1, 2, 3, 4, 5, 6]) writeFileSync(desk.at('tree', `${number}`), noise(100 + number, 4_500_000))
    const { code, stderr } = desk.repo(['backup', 'disk/repository', 'tree'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^firedrill: cannot write .*: no space left on device; free/),
    ])
    expect(desk.done('check', 'disk/repository', '--read-data')).toBe('No errors found\n')
    desk.done('restore', 'disk/repository', 'latest', 'restored')
    expect(describeTree(desk.at('restored'))).toEqual(before)
    // Where it is restored to, as well.
    const restored = desk.repo(['restore', 'disk/repository', 'latest', 'disk/out', '--overwrite'])
    if (restored.code !== 0) expect(restored.stderr).toMatch(/^firedrill: cannot write .*no space left on device/)
    rmSync(desk.at('disk', 'out'), { recursive: true, force: true })
    desk.done('prune', 'disk/repository', '--grace', '0')
    for (const number of [3, 4, 5, 6]) rmSync(desk.at('tree', `${number}`))
    desk.done('backup', 'disk/repository', 'tree')
    expect(desk.done('check', 'disk/repository', '--read-data')).toBe('No errors found\n')
  })

  it('that is read-only lets read, and says of all else that it may not', () => {
    desk.done('init', 'disk/repository')
    for (let number = 1; number < 12; number++) rmSync(desk.at('tree', `${number}`))
    desk.done('backup', 'disk/repository', 'tree')
    spawnSync('mount', ['-o', 'remount,ro', desk.at('disk')])
    desk.done('check', 'disk/repository', '--read-data')
    desk.done('restore', 'disk/repository', 'latest', 'restored')
    writeFileSync(desk.at('tree', 'more'), 'more')
    writeFileSync(desk.at('password'), 'new')
    for (const words of [
      ['backup', 'disk/repository', 'tree'],
      ['forget', 'disk/repository', 'latest'],
      ['key', 'add', 'disk/repository', '--new-password-file', 'password'],
      ['repair', 'disk/repository'],
      ['restore', 'disk/repository', 'latest', 'disk/out'],
    ]) {
      const { code, stderr } = desk.repo(words)
      expect([code, stderr], words[0]).toEqual([
        1,
        expect.stringMatching(/^firedrill: cannot .*read-only file system\n$/),
      ])
    }
  })
})
