import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directorySource } from '../../../src/adapters/real/source/directory-source.ts'
import { directoryTarget } from '../../../src/adapters/real/target/directory-target.ts'
import { heldBytes } from '../../../src/engine/bytes/held-bytes.ts'
import { FileSystemError } from '../../../src/engine/errors.ts'
import type { RestoreTarget, SourceEntry, SourceTree } from '../../../src/engine/ports.ts'
import { linuxCalls } from '../../../src/adapters/real/linux-calls.ts'
import { createMessyTree, describeTree } from './messy-tree.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'firedrill-tree-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** What a backup and a restore do to a tree, without anything in between. */
async function copy(tree: SourceTree, target: RestoreTarget): Promise<void> {
  const linked = new Map<string, string>()
  const visit = async (entry: SourceEntry, path: string): Promise<void> => {
    const { kind, size = 0, symlinkTarget = '', hardLink } = entry
    const first = hardLink === undefined ? undefined : linked.get(hardLink)
    if (first !== undefined) return target.createHardLink(path, first)
    if (hardLink !== undefined) linked.set(hardLink, path)
    if (kind === 'directory') {
      await target.createDirectory(path)
      for (const child of await tree.list(entry)) await visit(child, path === '' ? child.name : `${path}/${child.name}`)
    } else if (kind === 'file') {
      await target.createFile(path, size, entry.metadata.sparse === true ? { sparse: true } : {})
      for (let offset = 0; offset < size; offset += 1_000_000)
        await target.write(path, offset, await tree.read(entry, offset, 1_000_000))
      expect(await tree.unchanged!(entry)).toBe(true)
    } else if (kind === 'symlink') await target.createSymlink(path, symlinkTarget)
    else await target.createSpecial(path, kind, entry.device)
    const extendedAttributes = (await tree.extendedAttributes?.(entry)) ?? []
    return target.finish(path, kind, { ...entry.metadata, extendedAttributes })
  }
  await visit(tree.root, '')
  await tree.release()
}

describe('a directory that is read and written again', () => {
  it('is the same, with all metadata', async () => {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')]
    createMessyTree(from)
    const target = directoryTarget(to)
    await copy(await directorySource(from).snapshot(), target)
    await target.flush()
    expect(describeTree(to)).toEqual(describeTree(from))
    expect(describeTree(to).length).toBeGreaterThan(30)
  })

  it('may be restored over an earlier state of itself', async () => {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')]
    createMessyTree(from)
    await copy(await directorySource(from).snapshot(), directoryTarget(to))
    appendFileSync(join(to, 'big'), 'more')
    rmSync(join(to, 'links/dangling'))
    writeFileSync(join(to, 'links/dangling'), 'a file in place of a link')
    await copy(await directorySource(from).snapshot(), directoryTarget(to))
    expect(describeTree(to)).toEqual(describeTree(from))
  })
})

describe('a directory as a source', () => {
  it('lists names in the order of their bytes', async () => {
    createMessyTree(directory)
    const tree = await directorySource(directory).snapshot()
    const names = (await tree.list(tree.root)).map((entry) => entry.name)
    expect(names).toEqual([
      'a',
      'a-',
      'a0',
      'big',
      'docs',
      'empty',
      'links',
      'locked',
      'shared',
      'sparse',
      '\xff\xfe not utf-8',
    ])
  })

  it('says when a file changed after it was looked at', async () => {
    const path = join(directory, 'file')
    writeFileSync(path, 'before')
    const tree = await directorySource(directory).snapshot()
    const [file] = await tree.list(tree.root)
    expect(heldBytes(await tree.read(file!, 0, 100))).toEqual(Buffer.from('before'))
    expect(await tree.unchanged!(file!)).toBe(true)
    appendFileSync(path, ' and after')
    // It is read as long as it was.
    expect(heldBytes(await tree.read(file!, 0, 100))).toEqual(Buffer.from('before'))
    expect(await tree.unchanged!(file!)).toBe(false)
    rmSync(path)
    expect(await tree.unchanged!(file!)).toBe(false)
  })

  it('does not read what has taken the place of a file', async () => {
    const path = join(directory, 'file')
    writeFileSync(path, 'mine')
    const tree = await directorySource(directory).snapshot()
    const [file] = await tree.list(tree.root)
    rmSync(path)
    symlinkSync('/etc/passwd', path)
    await expect(tree.read(file!, 0, 100)).rejects.toThrow(FileSystemError)
    rmSync(path)
    await expect(tree.read(file!, 0, 100)).rejects.toThrow(path)
  })

  it('lets only settled times vouch for content', async () => {
    const path = join(directory, 'file')
    writeFileSync(path, 'x')
    // Setting the times back does not help: ctime tells.
    utimesSync(path, 1000, 1000)
    const tree = await directorySource(directory).snapshot()
    expect((await tree.list(tree.root))[0]?.version).toBeUndefined()
    const etc = await directorySource('/etc').snapshot()
    const hosts = (await etc.list(etc.root)).find((entry) => entry.name === 'passwd')
    expect(hosts?.version).toMatch(/^\d+:\d+:\d+$/)
    expect(hosts?.metadata).toMatchObject({ uid: 0, userName: 'root', groupName: 'root' })
  })

  it('leaves out the repository that lies in it', async () => {
    for (const name of ['data', 'repository']) mkdirSync(join(directory, name))
    const tree = await directorySource(directory, { except: [join(directory, 'repository')] }).snapshot()
    expect((await tree.list(tree.root)).map((entry) => entry.name)).toEqual(['data'])
  })

  it('says what cannot be backed up', async () => {
    writeFileSync(join(directory, 'file'), '')
    await expect(directorySource(join(directory, 'none')).snapshot()).rejects.toThrow('there is nothing of this name')
    await expect(directorySource(join(directory, 'file')).snapshot()).rejects.toThrow('it is not a directory')
  })
})

describe('a directory as a target', () => {
  const metadata = { mode: 0o644, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mtime_ns: 0n }

  it('writes to no place outside itself', async () => {
    const outside = join(directory, 'outside')
    mkdirSync(outside)
    const target = directoryTarget(join(directory, 'to'))
    await target.createDirectory('')
    await target.createSymlink('link', outside)
    for (const path of ['link/x', '../outside/x', '/x', 'a/../../x', './x', 'x/', ''])
      await expect(target.createFile(path, 1), path).rejects.toThrow(FileSystemError)
    await expect(target.createDirectory('link/sub')).rejects.toThrow('a link would lead elsewhere')
    await expect(target.createDirectory('link')).rejects.toThrow('a symlink is in its place')
    await expect(target.createHardLink('hard', 'link/x')).rejects.toThrow(FileSystemError)
    expect(readdirSync(outside)).toEqual([])
  })

  it('does not write through a link or into the other name of a file that is in its way', async () => {
    const victim = join(directory, 'victim')
    writeFileSync(victim, 'precious')
    const target = directoryTarget(join(directory, 'to'))
    await target.createDirectory('')
    symlinkSync(victim, join(directory, 'to', 'file'))
    await target.createFile('file', 3)
    await target.write('file', 0, Buffer.from('new'))
    await target.finish('file', 'file', metadata)
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(lstatSync(join(directory, 'to', 'file')).isFile()).toBe(true)
  })

  it('keeps a directory that is in the way of a file', async () => {
    mkdirSync(join(directory, 'name'))
    await expect(directoryTarget(directory).createFile('name', 0)).rejects.toThrow('a directory is in its place')
    expect(existsSync(join(directory, 'name'))).toBe(true)
  })

  it('writes to more files in turn than may be open at once', async () => {
    const target = directoryTarget(directory)
    const names = Array.from({ length: 1000 }, (_, number) => `file-${number}`)
    for (const name of names) await target.createFile(name, 2)
    for (const [at, letter] of ['a', 'b'].entries())
      for (const name of names) await target.write(name, at, Buffer.from(letter))
    for (const name of names) await target.finish(name, 'file', metadata)
    for (const name of names) expect(readFileSync(join(directory, name), 'utf8')).toBe('ab')
    if (existsSync('/proc/self/fd')) expect(readdirSync('/proc/self/fd').length).toBeLessThan(200)
  })

  it('leaves holes where a sparse file had them, and elsewhere only there', async () => {
    const zeros = Buffer.alloc(8_000_000)
    zeros.write('an island', 3_000_000)
    for (const sparse of [true, false]) {
      const target = directoryTarget(directory)
      const name = sparse ? 'sparse' : 'dense'
      await target.createFile(name, zeros.length, { sparse })
      // In pieces that do not lie on blocks.
      for (let at = 0; at < zeros.length; at += 1_111_111)
        await target.write(name, at, zeros.subarray(at, Math.min(zeros.length, at + 1_111_111)))
      await target.finish(name, 'file', metadata)
      await target.flush()
      expect(Buffer.compare(readFileSync(join(directory, name)), zeros)).toBe(0)
      const allocated_bytes = statSync(join(directory, name)).blocks * 512
      if (sparse) expect(allocated_bytes).toBeLessThan(300_000)
      else expect(allocated_bytes).toBeGreaterThanOrEqual(zeros.length)
    }
    const tree = await directorySource(directory).snapshot()
    const sparse = (await tree.list(tree.root)).map((entry) => [entry.name, entry.metadata.sparse])
    expect(sparse).toEqual([
      ['dense', undefined],
      ['sparse', true],
    ])
  })

  it('has all of a large file that comes in pieces and in no order', async () => {
    // 41 pieces of 0.7 MB: three stretches are on their way to the disk before the file ends.
    const pieces = Array.from({ length: 41 }, (_, number) => Buffer.alloc(700_001, number + 1))
    const order = [...pieces.keys()].map((number) => (number * 30) % pieces.length)
    const target = directoryTarget(directory)
    await target.createFile('large', 41 * 700_001)
    for (const number of [...pieces.keys()].slice(0, 20)) await target.write('large', number * 700_001, pieces[number]!)
    for (const number of order) if (number >= 20) await target.write('large', number * 700_001, pieces[number]!)
    await target.finish('large', 'file', { mode: 0o600, uid: 0, gid: 0, mtime_ns: 0n })
    expect(Buffer.concat(pieces).equals(readFileSync(join(directory, 'large')))).toBe(true)
  })

  it('takes away attributes that were not recorded, and says which it may not set', async () => {
    const calls = linuxCalls()
    const path = Buffer.from(join(directory, 'kept'))
    mkdirSync(path)
    try {
      calls?.setAttribute(path, 'user.stale', Buffer.from('old'))
    } catch {
      return // A file system without attributes.
    }
    const incomplete: string[] = []
    const target = directoryTarget(directory, { onIncomplete: (reason) => incomplete.push(reason) })
    await target.createDirectory('kept')
    const extendedAttributes = [
      ['nonsense.namespace', Buffer.from('x')],
      ['user.fresh', Buffer.from('new')],
    ] as const
    await target.finish('kept', 'directory', { ...metadata, mode: 0o555, extendedAttributes })
    expect(calls?.listAttributes(path)).toEqual(calls === undefined ? undefined : ['user.fresh'])
    expect(incomplete).toEqual([
      expect.stringMatching(/cannot set the attribute nonsense.namespace of .*kept: ENOTSUP/),
    ])
    await expect(
      directoryTarget(directory).finish('kept', 'directory', { ...metadata, extendedAttributes }),
    ).rejects.toThrow('not supported')
  })

  it('leaves holes where nothing is written', async () => {
    const target = directoryTarget(directory)
    await target.createFile('sparse', 50_000_000)
    await target.write('sparse', 30_000_000, Buffer.from('island'))
    await target.finish('sparse', 'file', metadata)
    const stat = statSync(join(directory, 'sparse'))
    expect(stat.size).toBe(50_000_000)
    expect(stat.blocks * 512).toBeLessThan(1_000_000)
  })

  it('gives metadata to a file that a restore before has closed to its owner', async () => {
    for (const mode of [0o400, 0o000]) {
      const name = `closed-${mode}`
      const target = directoryTarget(directory)
      await target.createFile(name, 2)
      await target.write(name, 0, Buffer.from('ab'))
      await target.finish(name, 'file', { ...metadata, mode })
      // Root may open everything; whoever is not would fail here without help.
      asNobody(
        `await directoryTarget(${JSON.stringify(directory)}).finish('${name}', 'file', { mode: ${mode}, uid: 65534, gid: 65534, mtime_ns: 5_000_000_000n })`,
      )
      const stat = statSync(join(directory, name))
      expect([stat.mode & 0o7777, stat.mtimeMs]).toEqual([mode, 5000])
    }
  })

  it('shows what is there already', async () => {
    const target = directoryTarget(directory)
    expect(await target.existing?.('file')).toBeUndefined()
    writeFileSync(join(directory, 'file'), 'hello')
    expect(await target.existing?.('file')).toMatchObject({ kind: 'file', size: 5, mtime_ns: expect.any(BigInt) })
    expect(await target.read?.('file', 1, 3)).toEqual(Buffer.from('ell'))
  })
})

/** Runs a line with the target as a user who may not do everything, who gets the directory; as this one where that is he. */
function asNobody(line: string): void {
  const nobody = 65_534
  const isRoot = process.getuid?.() === 0
  if (isRoot) for (const name of ['', ...readdirSync(directory)]) chownSync(join(directory, name), nobody, nobody)
  const module = new URL('../../../src/adapters/real/target/directory-target.ts', import.meta.url).href
  const run = (program: string) =>
    spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      ...(isRoot ? { uid: nobody, gid: nobody } : {}),
    })
  const load = `const { directoryTarget } = await import('${module}');`
  const { status, stderr } = run(`${load} ${line}`)
  expect(status, stderr).toBe(0)
}
