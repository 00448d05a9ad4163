import { appendFileSync, chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMessyTree, describeTree, pattern } from '../../adapters/real/messy-tree.ts'
import { Desk } from './command-line.ts'

let desk: Desk

beforeEach(() => {
  desk = new Desk()
})
afterEach(() => desk.clear())

const files = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('a repository on a disk', { timeout: 120_000 }, () => {
  it('says what changed between snapshots, and what it holds', () => {
    mkdirSync(desk.at('tree', 'deep'), { recursive: true })
    for (const name of ['stays', 'grows', 'goes', 'deep/locked']) writeFileSync(desk.at('tree', name), name)
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    const [first] = JSON.parse(desk.done('snapshots', 'repository', '--json'))
    appendFileSync(desk.at('tree', 'grows'), 'more')
    rmSync(desk.at('tree', 'goes'))
    writeFileSync(desk.at('tree', 'deep', 'comes'), 'comes')
    chmodSync(desk.at('tree', 'deep', 'locked'), 0o400)
    desk.done('backup', 'repository', 'tree')
    expect(desk.done('diff', 'repository', first.id.slice(0, 8))).toBe(
      '+ deep/comes\nm deep/locked\n- goes\nM grows\n4 differences, 5 B more\n',
    )
    expect(desk.done('diff', 'repository', 'latest', 'latest')).toBe('0 differences, 0 B more\n')
    const stats = JSON.parse(desk.done('stats', 'repository', '--json'))
    // stays, grows, goes and locked; then stays, growsmore, comes and locked.
    expect(stats).toMatchObject({ snapshots: 2, source_bytes: 25 + 30, markedPacks: 0 })
    expect(desk.done('stats', 'repository')).toMatch(/^snapshots +2, /)
  })

  it('says what a restore would write, replace, and leave', () => {
    mkdirSync(desk.at('tree', 'deep'), { recursive: true })
    for (const name of ['same', 'edited', 'lost', 'deep/inside', 'now-a-folder'])
      writeFileSync(desk.at('tree', name), name)
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    expect(desk.done('restore', 'repository', 'latest', 'empty', '--dry-run')).toContain('+ deep/\n+ deep/inside\n')
    rmSync(desk.at('tree', 'lost'))
    appendFileSync(desk.at('tree', 'edited'), ' since')
    writeFileSync(desk.at('tree', 'deep', 'newer'), '')
    const preview = ['restore', 'repository', 'latest', 'tree', '--overwrite', '--dry-run']
    expect(desk.done(...preview)).toBe(
      '= deep/inside\nM edited\n+ lost\n= now-a-folder\n= same\n' +
        'To tree: 1 new, 1 replaced, 3 written again with the same size and time, 37 B; 1 of what is there would stay as it is\n',
    )
    expect(JSON.parse(desk.done(...preview, '--only', 'lost', '--json'))).toMatchObject({
      entries: [{ path: 'lost', kind: 'file', does: 'create' }],
      written_bytes: 4,
      left: ['deep', 'deep/inside', 'deep/newer', 'edited', 'now-a-folder', 'same'],
    })
    rmSync(desk.at('tree', 'now-a-folder'))
    mkdirSync(desk.at('tree', 'now-a-folder'))
    expect(desk.repo(preview)).toMatchObject({ code: 1, stdout: expect.stringContaining('! now-a-folder\n') })
    expect(files(desk.at('tree')).length).toBe(4)
  })

  it('keeps the newest snapshot in packs of its own where it is asked to', () => {
    mkdirSync(desk.at('tree'))
    writeFileSync(desk.at('tree', 'stays'), pattern(300_000))
    writeFileSync(desk.at('tree', 'changes'), pattern(200_000).reverse())
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree', '--type', 'reverse-incremental')
    writeFileSync(desk.at('tree', 'changes'), 'quite another')
    const words = ['backup', 'repository', 'tree', '--type', 'reverse-incremental', '--json']
    const { snapshot, aside } = JSON.parse(desk.done(...words))
    expect(snapshot.type).toBe('snapshot')
    expect(aside.moved_bytes).toBeGreaterThanOrEqual(200_000)
    expect(aside.rewritten_bytes).toBeGreaterThanOrEqual(300_000)
    desk.done('prune', 'repository', '--grace', '0')
    expect(desk.done('check', 'repository', '--read-data')).toContain('No errors found')
    const [{ id }] = JSON.parse(desk.done('snapshots', 'repository', '--json'))
    desk.done('restore', 'repository', id, 'back', '--only', 'changes')
    expect(pattern(200_000).reverse()).toEqual(new Uint8Array(readFileSync(desk.at('back', 'changes'))))
  })

  it('keeps locks, and says who else has to', () => {
    mkdirSync(desk.at('tree'))
    writeFileSync(desk.at('tree', 'a'), 'a')
    desk.done('init', 'repository')
    const { code, stderr } = desk.repo(['backup', 'repository', 'tree', '--lock', '30'])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^warning: this program keeps the locks in repository; /)])
    expect(desk.done('check', 'repository')).toContain('No errors found')
    const [{ id, lockedUntil }] = JSON.parse(desk.done('snapshots', 'repository', '--json'))
    expect(lockedUntil * 1000 - Date.now()).toBeGreaterThan(29 * 86_400_000)
    expect(desk.repo(['forget', 'repository', id])).toMatchObject({ code: 1 })
    const [key] = JSON.parse(desk.done('key', 'list', 'repository', '--json'))
    expect(desk.repo(['key', 'remove', 'repository', key.id]).code).toBe(1)
    expect(desk.repo(['lock', 'repository', '--days', '60'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 snapshot locked with all that it needs'),
    })
    expect(desk.repo(['lock', 'repository', '--days', '-1'])).toMatchObject({ code: 2 })
    // Somebody takes the lock from a pack, as he can on such a disk: check tells.
    for (const pack of files(desk.at('repository', 'data'))) chmodSync(pack, 0o600)
    expect(desk.repo(['check', 'repository'])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/is locked, and \d packs? that it needs can be deleted now; mend it with/),
    })
    desk.repo(['lock', 'repository'])
    expect(desk.done('check', 'repository')).toContain('No errors found')
  })

  it('is copied, and its copy helps out where it is damaged', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    desk.done('init', 'offsite', '--copy-of', 'repository')
    expect(desk.done('copy', 'repository', 'offsite')).toMatch(/^1 snapshot copied to offsite/)
    expect(desk.done('copy', 'repository', 'offsite')).toMatch(/^0 snapshots copied/)
    for (const pack of files(desk.at('repository', 'data'))) writeFileSync(pack, readFileSync(pack).fill(0, 45, 60))
    desk.done('init', 'stranger')
    const refused = desk.repo(['copy', 'offsite', 'stranger'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('they do not share keys')
    const { code } = desk.repo(['restore', 'repository', 'latest', 'restored', '--copy', 'offsite'])
    expect(code).toBe(0)
    expect(describeTree(desk.at('restored'))).toEqual(describeTree(desk.at('tree')))
    // All is there already: going on restores nothing anew.
    const again = JSON.parse(desk.done('restore', 'offsite', 'latest', 'restored', '--resume', '--json'))
    expect(again.keptFiles).toBeGreaterThan(10)
    expect(describeTree(desk.at('restored'))).toEqual(describeTree(desk.at('tree')))
  })

  it('reads of a disk image what is known to have changed, and nothing twice', () => {
    mkdirSync(desk.at('tree', 'disks'), { recursive: true })
    const image = Buffer.from(pattern(8_000_000))
    writeFileSync(desk.at('tree', 'disks', 'vm.img'), image)
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    const [{ id }] = JSON.parse(desk.done('snapshots', 'repository', '--json'))
    writeFileSync(desk.at('tree', 'disks', 'vm.img'), image.fill('written', 4_000_000, 4_004_096))
    const changes = (since: string, ranges: unknown): string => {
      writeFileSync(desk.at('changes.json'), JSON.stringify({ since, files: { 'disks/vm.img': ranges } }))
      return desk.at('changes.json')
    }
    const told = ['--changed-ranges', changes(id.slice(0, 8), [[4_000_000, 4_004_096]])]
    const report = JSON.parse(desk.done('backup', 'repository', 'tree', '--json', ...told))
    expect(report.read_bytes).toBeLessThan(4_500_000)
    desk.done('restore', 'repository', 'latest', 'restored')
    expect(describeTree(desk.at('restored'))).toEqual(describeTree(desk.at('tree')))
    // It tells of changes since another backup than the last: then it is not relied on.
    writeFileSync(desk.at('tree', 'disks', 'vm.img'), image.fill('again', 1_000_000, 1_004_096))
    expect(desk.repo(['backup', 'repository', 'tree', ...told]).stderr).toContain('warning: all was read')
    const wrong = desk.repo(['backup', 'repository', 'tree', '--changed-ranges', changes('latest', [[5, 1]])])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('are not pairs [start, end] of bytes')])
  })

  it('makes a full backup of a chain without the source', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree', '--type', 'incremental')
    writeFileSync(desk.at('tree', 'docs', 'new'), 'new')
    desk.done('backup', 'repository', 'tree', '--type', 'incremental')
    const before = describeTree(desk.at('tree'))
    const chain = JSON.parse(desk.done('snapshots', 'repository', '--json')).map(({ id }: { id: string }) => id)
    rmSync(desk.at('tree', 'docs', 'new'))
    expect(desk.done('synthesise', 'repository')).toContain('is a full backup of what')
    desk.done('forget', 'repository', ...chain)
    desk.done('prune', 'repository', '--grace', '0')
    desk.done('restore', 'repository', 'latest', 'restored')
    expect(describeTree(desk.at('restored'))).toEqual(before)
  })

  it('rehearses a restore, and tells where a directory differs from a snapshot', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    expect(desk.done('verify', 'repository', 'latest')).toMatch(/can be restored\n$/)
    desk.done('restore', 'repository', 'latest', 'restored')
    expect(desk.done('verify', 'repository', 'latest', 'restored')).toMatch(/as in snapshot \w{8}\n$/)
    appendFileSync(desk.at('restored', 'docs', 'readme.txt'), 'more')
    rmSync(desk.at('restored', 'a0'))
    chmodSync(desk.at('restored', 'big'), 0o600)
    writeFileSync(desk.at('restored', 'empty', 'not any more'), '')
    const { code, stdout } = desk.repo(['verify', 'repository', 'latest', 'restored'])
    expect(code).toBe(1)
    // Hard links to the readme are the readme; what changed in a directory changed its time.
    expect(stdout.split('\n').slice(0, -2)).toEqual([
      'missing: a0',
      expect.stringMatching(/^metadata: big \(mode 0600 instead of 0\d+\)$/),
      'content: docs/readme.txt',
      'extra: empty/not any more',
      expect.stringMatching(/^metadata: empty \(time 2\S+Z instead of \S+Z\)$/),
      'content: links/hard',
      'content: links/harder',
      expect.stringMatching(/^metadata: \(the directory itself\) \(time /),
    ])
    expect(desk.done('verify', 'repository', 'latest', 'restored', '--only', 'links/up', 'locked')).toContain(
      'as in snapshot',
    )
    for (const pack of files(desk.at('repository', 'data'))) writeFileSync(pack, readFileSync(pack).fill(0, 45, 60))
    expect(desk.repo(['verify', 'repository', 'latest']).code).toBe(1)
  })

  it('restores several versions of a file beside each other', () => {
    mkdirSync(desk.at('tree'))
    desk.done('init', 'repository')
    for (const version of ['first', 'second']) {
      writeFileSync(desk.at('tree', 'report'), version)
      desk.done('backup', 'repository', 'tree')
    }
    const ids = JSON.parse(desk.done('snapshots', 'repository', '--json')).map(({ id }: { id: string }) =>
      id.slice(0, 10),
    )
    desk.done('restore', 'repository', ids.join(','), 'restored', '--only', 'report')
    const versions = readdirSync(desk.at('restored')).map((folder) => [
      folder.slice(-8),
      readFileSync(desk.at('restored', folder, 'report'), 'utf8'),
    ])
    expect(Object.fromEntries(versions)).toEqual({ [ids[0].slice(0, 8)]: 'first', [ids[1].slice(0, 8)]: 'second' })
  })

  it('has keys with roles', () => {
    mkdirSync(desk.at('tree'))
    writeFileSync(desk.at('tree', 'file'), 'content')
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    for (const role of ['writer', 'reader']) {
      const { code } = desk.repo(['key', 'add', 'repository', '--role', role, '--for', `the ${role}`], {
        FIREDRILL_PASSWORD: 'correct horse',
        FIREDRILL_NEW_PASSWORD: role,
      })
      expect(code).toBe(0)
    }
    const as = (role: string, ...words: string[]) => desk.repo(words, { FIREDRILL_PASSWORD: role })
    expect(as('writer', 'backup', 'repository', 'tree').code).toBe(0)
    expect(as('writer', 'forget', 'repository', 'latest').stderr).toMatch(/this key is for a writer/)
    expect(as('reader', 'backup', 'repository', 'tree', '--type', 'full').stderr).toMatch(/this key is for a reader/)
    expect(as('reader', 'restore', 'repository', 'latest', 'restored').code).toBe(0)
    const keys = JSON.parse(desk.done('key', 'list', 'repository', '--json'))
    expect(keys).toHaveLength(3)
    const reader = keys.find((key: { role: string }) => key.role === 'reader')
    expect(desk.done('key', 'remove', 'repository', reader.id.slice(0, 8))).toContain('Removed key')
    expect(as('reader', 'snapshots', 'repository').stderr).toMatch(/no key .* can be opened with this password/)
  })

  it('is made whole again out of a copy', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    desk.done('init', 'offsite', '--copy-of', 'repository')
    desk.done('copy', 'repository', 'offsite')
    for (const pack of files(desk.at('repository', 'data'))) writeFileSync(pack, readFileSync(pack).fill(0, 45, 60))
    expect(desk.repo(['repair', 'repository', '--read-data', '--dry-run']).code).toBe(1)
    const tried = desk.done('repair', 'repository', '--read-data', '--dry-run', '--copy', 'offsite')
    expect(tried).toMatch(/chunks? would be fetched from the copy/)
    expect(tried).not.toMatch(/snapshot/)
    expect(desk.repo(['check', 'repository', '--read-data']).code).toBe(1)
    expect(desk.done('repair', 'repository', '--read-data', '--copy', 'offsite')).toMatch(
      /chunks? fetched from the copy/,
    )
    desk.done('restore', 'repository', 'latest', 'back', '--verify')
    expect(describeTree(desk.at('back'))).toEqual(describeTree(desk.at('tree')))
  })

  it('is repaired when its index is lost', () => {
    createMessyTree(desk.at('tree'))
    desk.done('init', 'repository')
    desk.done('backup', 'repository', 'tree')
    rmSync(desk.at('repository', 'index'), { recursive: true })
    expect(desk.repo(['check', 'repository']).code).toBe(1)
    expect(desk.done('repair', 'repository')).toMatch(
      /^The index lists \d+ packs, 0 packs damaged; data was not read \(--read-data\)\n$/,
    )
    expect(desk.done('check', 'repository', '--read-data')).toBe('No errors found\n')
    desk.done('restore', 'repository', 'latest', 'restored')
    expect(describeTree(desk.at('restored'))).toEqual(describeTree(desk.at('tree')))
  })
})
