import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directorySource } from '../../../../src/adapters/real/source/directory-source.ts'
import { directoryTarget } from '../../../../src/adapters/real/target/directory-target.ts'
import type { DirectoryTarget } from '../../../../src/adapters/real/target/directory-target.ts'
import { heldBytes } from '../../../../src/engine/bytes/held-bytes.ts'
import { linuxCalls } from '../../../../src/adapters/real/linux-calls.ts'
import { FileSystemError } from '../../../../src/engine/errors.ts'
import type { FilePart, SourceEntry, SourceTree } from '../../../../src/engine/ports.ts'
import { createMessyTree, describeTree } from '../messy-tree.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'firedrill-write-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const metadata = { mode: 0o640, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mtime_ns: 1_234_567_890n }
const PIECE_BYTES = 100_000

/** Threads begin when some megabytes have been written. */
async function warmedUp(target: DirectoryTarget): Promise<DirectoryTarget> {
  await target.createDirectory('')
  await target.writeParts([whole('warm', Buffer.alloc(5_000_000, 'w'))])
  return target
}

function whole(path: string, content: Uint8Array): FilePart {
  return {
    path,
    create: { size: content.length, sparse: false },
    writes: content.length === 0 ? [] : [{ offset: 0, content }],
    finish: metadata,
  }
}

/** All files of a tree, each in pieces, the pieces of many files in each batch; links and directories around them. */
async function copyInParts(tree: SourceTree, target: DirectoryTarget): Promise<void> {
  const links: Array<[path: string, existing: string]> = []
  const linked = new Map<string, string>()
  const directories: Array<[path: string, entry: SourceEntry]> = []
  const pieces: FilePart[][] = []
  const visit = async (entry: SourceEntry, path: string): Promise<void> => {
    const { kind, size = 0, symlinkTarget = '', hardLink } = entry
    const extendedAttributes = (await tree.extendedAttributes?.(entry)) ?? []
    const complete = { ...entry.metadata, extendedAttributes }
    const first = hardLink === undefined ? undefined : linked.get(hardLink)
    if (hardLink !== undefined && first === undefined) linked.set(hardLink, path)
    if (first !== undefined) links.push([path, first])
    else if (kind === 'directory') {
      await target.createDirectory(path)
      directories.unshift([path, { ...entry, metadata: complete }])
      for (const child of await tree.list(entry)) await visit(child, path === '' ? child.name : `${path}/${child.name}`)
    } else if (kind === 'file') {
      for (let at = 0; at === 0 || at < size; at += PIECE_BYTES) {
        const content = Uint8Array.from(heldBytes(await tree.read(entry, at, PIECE_BYTES)))
        const batch = (pieces[at / PIECE_BYTES] ??= [])
        batch.push({
          path,
          ...(at === 0 ? { create: { size, sparse: entry.metadata.sparse === true } } : {}),
          writes: size === 0 ? [] : [{ offset: at, content }],
          ...(at + PIECE_BYTES >= size ? { finish: complete } : {}),
        })
      }
    } else {
      if (kind === 'symlink') await target.createSymlink(path, symlinkTarget)
      else await target.createSpecial(path, kind, entry.device)
      await target.finish(path, kind, complete)
    }
  }
  await visit(tree.root, '')
  // None is waited for before the next is given.
  await Promise.all(pieces.map((parts) => target.writeParts(parts)))
  for (const [path, existing] of links) await target.createHardLink(path, existing)
  for (const [path, entry] of directories) await target.finish(path, 'directory', entry.metadata)
  await tree.release()
}

describe.each([0, 1, 3])('files that are written in parts on %d other threads', (threads) => {
  it('are the same, with all metadata', async () => {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')]
    createMessyTree(from)
    const target = await warmedUp(directoryTarget(to, { threads }))
    await copyInParts(await directorySource(from).snapshot(), target)
    rmSync(join(to, 'warm'))
    await target.finish('', 'directory', (await directorySource(from).snapshot()).root.metadata)
    await target.flush()
    expect(describeTree(to)).toEqual(describeTree(from))
    expect(describeTree(to).length).toBeGreaterThan(30)
  })

  it('may share memory', async () => {
    const target = await warmedUp(directoryTarget(directory, { threads }))
    const names = Array.from({ length: 40 }, (_, number) => `file-${number}`)
    for (const half of [0, 1]) {
      const memory = new Uint8Array(40 * 1000).map((_, at) => at % 251)
      const write = (number: number): FilePart => ({
        path: names[number]!,
        ...(half === 0 ? { create: { size: 2000, sparse: false } } : { finish: metadata }),
        writes: [{ offset: 1000 * half, content: memory.subarray(1000 * number, 1000 * (number + 1)) }],
      })
      if (half === 0) for (const number of names.keys()) await target.writeParts([copyOf(write(number))])
      else await target.writeParts([...names.keys()].map(write))
    }
    await target.flush()
    const all = new Uint8Array(40 * 1000).map((_, at) => at % 251)
    for (const [number, name] of names.entries()) {
      const expected = all.subarray(1000 * number, 1000 * (number + 1))
      expect(Buffer.concat([expected, expected]).equals(readFileSync(join(directory, name))), name).toBe(true)
    }
  })

  it('have no attributes of the directory that they are made in', async () => {
    const calls = linuxCalls()
    const target = await warmedUp(directoryTarget(directory, { threads }))
    await target.createDirectory('shared')
    try {
      calls?.setAttribute(Buffer.from(join(directory, 'shared')), 'system.posix_acl_default', OTHERS_MAY_READ)
    } catch {
      return // A file system without access control lists.
    }
    await target.writeParts([whole('shared/file', Buffer.from('mine'))])
    await target.flush()
    const path = Buffer.from(join(directory, 'shared/file'))
    expect(calls?.listAttributes(path)).toEqual(calls === undefined ? undefined : [])
  })

  it('tell what cannot be', async () => {
    const incomplete: string[] = []
    const target = await warmedUp(directoryTarget(directory, { threads, onIncomplete: (why) => incomplete.push(why) }))
    mkdirSync(join(directory, 'in the way'))
    const writing = target.writeParts([whole('in the way', Buffer.from('x'))])
    await expect(writing).rejects.toThrow(FileSystemError)
    await expect(writing).rejects.toThrow('a directory is in its place')
    const odd = [['nonsense.namespace', Buffer.from('x')]] as const
    await target.writeParts([
      { ...whole('odd', Buffer.from('x')), finish: { ...metadata, extendedAttributes: odd } },
      whole('even', Buffer.from('x')),
    ])
    await target.flush()
    expect(readdirSync(directory)).toEqual(['even', 'in the way', 'odd', 'warm'])
    expect(incomplete).toEqual([expect.stringMatching(/cannot set the attribute nonsense.namespace of .*odd/)])
  })
})

/** With memory of its own, since what is given belongs to the target. */
const copyOf = (part: FilePart): FilePart => ({
  ...part,
  writes: part.writes.map(({ offset, content }) => ({ offset, content: Uint8Array.from(heldBytes(content)) })),
})

/** As the system keeps it: version 2, then tag, permissions and id of each. User 1234 may do everything. */
const OTHERS_MAY_READ = Buffer.from(
  ['02000000', '01000700ffffffff', '02000700d2040000', '04000500ffffffff', '10000700ffffffff', '20000500ffffffff'].join(
    '',
  ),
  'hex',
)
