import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Desk } from './command-line.ts'

let desk: Desk

beforeEach(() => {
  desk = new Desk()
})
afterEach(() => {
  // Node removes no such tree.
  execFileSync('rm', ['-rf', desk.directory])
})

/**
 * A folder in a folder, and so on, from the outermost to the innermost; in the last a file with a time of its own, a link to it, one more name, a
 * pipe, an attribute. Made step by step, as no path of this length can be said at once.
 */
const MAKE = `
import os
os.mkdir('tree'); os.chdir('tree')
for level in range(31):
    name = 'long name ' * 19 + str(level)
    os.mkdir(name); os.chdir(name)
    open('beside', 'w').write(name)
open('deep', 'wb').write(os.urandom(300000))
os.setxattr('deep', 'user.origin', b'far down')
os.symlink('deep', 'soft'); os.link('deep', 'hard'); os.mkfifo('pipe')
os.chmod('deep', 0o640); os.utime('deep', ns=(1700000000123456789, 1700000000123456789))
os.utime('.', ns=(1234567890123456789, 1234567890123456789)); os.chmod('.', 0o2750)
`

/** A digest of everything below a folder, as GNU tar sees it, which walks from folder to folder. */
function digest(folder: string): string {
  const tar = `tar -c -C ${folder} --sort=name --xattrs --format=pax --pax-option=delete=atime,delete=ctime . | sha256sum`
  return execFileSync('/bin/sh', ['-c', tar], { cwd: desk.directory, encoding: 'utf8' })
}

/** What is in an archive that a command gives, in order of names. */
function namesIn(archive: string): string {
  const options = { cwd: desk.directory, encoding: 'utf8', maxBuffer: 2 ** 26 } as const
  return execFileSync('/bin/sh', ['-c', `${archive} | tar -t | LC_ALL=C sort`], options)
}

describe('paths longer than a system call takes', { timeout: 120_000 }, () => {
  it('are backed up, compared, restored and put into archives: 6,000 bytes, metadata and all', () => {
    execFileSync('python3', ['-c', MAKE], { cwd: desk.directory })
    const before = digest('tree')
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    expect(desk.done('verify', 'repository', 'latest', 'tree')).toContain('as in snapshot')
    desk.done('restore', 'repository', 'latest', 'restored')
    expect(digest('restored')).toBe(before)
    desk.done('dump', 'repository', 'latest', '-t', 'all.tar')
    // GNU tar reads such names, and makes none.
    expect(namesIn('cat all.tar')).toBe(namesIn('tar -c -C tree .').replaceAll(/^\.\/(?=.)/gm, ''))
    // What it reads again is what has changed: nothing.
    expect(desk.done('backup', 'repository', 'tree', '--skip-if-unchanged')).toContain('Nothing has changed')
  })
})
