import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bytes, createMessyTree, describeTree, pattern } from '../../adapters/real/messy-tree.ts'
import { Desk } from './command-line.ts'

let desk: Desk

beforeEach(() => {
  desk = new Desk()
})
afterEach(() => desk.clear())

/** As whoever has the archive and not this program takes it apart: GNU tar. */
function extract(archive: string, into: string): void {
  mkdirSync(into)
  const everything = ['--xattrs', '--xattrs-include=*', '--acls', '--numeric-owner', '-p']
  execFileSync('tar', ['-x', '-f', archive, '-C', into, ...everything], { stdio: 'pipe' })
}

describe('a snapshot as a tar archive', { timeout: 120_000 }, () => {
  it('is taken apart by tar into the tree that was backed up, names of bytes, holes, links and attributes included', () => {
    createMessyTree(desk.at('tree'))
    // Longer than the fields of a header, in all that can be long.
    const long = `${'long folder '.repeat(15)}/${'n\xc3\xa4me \xff '.repeat(20)}`
    mkdirSync(bytes(desk.at('tree', long.split('/')[0]!)))
    writeFileSync(bytes(`${desk.at('tree')}/${long}`), pattern(70_000))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    expect(desk.done('dump', 'repository', 'latest', '--target', 'all.tar')).toBe('')
    extract(desk.at('all.tar'), desk.at('back'))
    expect(describeTree(desk.at('back'))).toEqual(describeTree(desk.at('tree')))
    const { blocks, size } = statSync(desk.at('back', 'sparse'))
    expect(blocks * 512).toBeLessThan(size / 10)
    expect(statSync(desk.at('all.tar')).mode & 0o777).toBe(0o600)
    // Python reads archives with code of its own.
    const names = ['-c', 'import tarfile; print(len(tarfile.open("all.tar").getnames()))']
    const entries = describeTree(desk.at('tree')).filter((line) => !/ device \d+$/.test(line)).length
    expect(Number(execFileSync('python3', names, { cwd: desk.directory, encoding: 'utf8' }))).toBe(entries)
  })

  it('may be one folder, on stdout; a file is given as it is', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    const { program, options } = desk.command(['dump', 'repository', 'latest', 'docs/deep'])
    const { stdout } = spawnSync(process.execPath, program, options)
    writeFileSync(desk.at('deep.tar'), stdout)
    extract(desk.at('deep.tar'), desk.at('back'))
    expect(readdirSync(desk.at('back'))).toEqual(['docs'])
    expect(describeTree(desk.at('back', 'docs', 'deep'))).toEqual(describeTree(desk.at('tree', 'docs', 'deep')))
    desk.done('dump', 'repository', 'latest', 'big', '-t', 'big')
    expect(readFileSync(desk.at('big'))).toEqual(Buffer.from(pattern(5_000_000)))
  })

  it('is not begun where a name is taken, and not left half written', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    writeFileSync(desk.at('taken'), 'precious')
    const taken = desk.repo(['dump', 'repository', 'latest', '-t', 'taken'])
    expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining('taken is there already') })
    expect(desk.repo(['dump', 'repository', 'latest', 'nowhere'])).toMatchObject({
      code: 1,
      stderr: 'firedrill: there is no nowhere in the snapshot\n',
    })
    for (const folder of readdirSync(desk.at('repository', 'data')))
      for (const name of readdirSync(desk.at('repository', 'data', folder))) {
        const pack = join(desk.at('repository', 'data', folder), name)
        writeFileSync(pack, readFileSync(pack).fill(0, 45, 60))
      }
    expect(desk.repo(['dump', 'repository', 'latest', '-t', 'half.tar']).code).toBe(1)
    expect(existsSync(desk.at('half.tar'))).toBe(false)
    expect(readFileSync(desk.at('taken'), 'utf8')).toBe('precious')
  })
})
