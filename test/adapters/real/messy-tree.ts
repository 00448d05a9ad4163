import { spawnSync } from 'node:child_process'
import { linuxCalls } from '../../../src/adapters/real/linux-calls.ts'
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'

/** A path of bytes, given as latin1. */
export const bytes = (path: string): Buffer => Buffer.from(path, 'latin1')

/** Makes a tree with everything that backups get wrong. */
export function createMessyTree(root: string): void {
  const at = (path: string): Buffer => bytes(`${root}/${path}`)
  const write = (path: string, content: string | Uint8Array, mode = 0o644): void => {
    writeFileSync(at(path), content)
    chmodSync(at(path), mode)
  }
  mkdirSync(root, { recursive: true })
  for (const folder of [
    'docs',
    'docs/deep',
    'docs/deep/deeper',
    'empty',
    'locked',
    'links',
    'shared',
    '\xff\xfe not utf-8',
  ])
    mkdirSync(at(folder))
  write('docs/readme.txt', 'hello\n')
  write('docs/nothing', '')
  write('docs/deep/deeper/secret', 'for my eyes only', 0o400)
  write('docs/run-me', '#!/bin/sh\n', 0o4755)
  write('docs/line\nbreak "quoted" \\ back', 'x')
  write('docs/ leading and trailing ', 'x')
  write('docs/n\xc3\xa4me', 'UTF-8')
  write('docs/n\xe4me', 'latin1, not UTF-8')
  write('\xff\xfe not utf-8/\x80\x81', 'bytes')
  write(`docs/${'long'.repeat(63)}`, 'a name of 252 bytes')
  // Names around '/' in order: 'a-' < 'a/x' < 'a0' as paths, but 'a' < 'a-' < 'a0' as names.
  mkdirSync(at('a'))
  for (const name of ['a/x', 'a-', 'a0']) write(name, name)
  write('big', pattern(5_000_000))
  const sparse = openSync(at('sparse'), 'w')
  ftruncateSync(sparse, 20_000_000)
  writeSync(sparse, 'an island', 7_000_000)
  closeSync(sparse)
  symlinkSync('../docs/readme.txt', at('links/relative'))
  symlinkSync('/nowhere/at all', at('links/dangling'))
  symlinkSync('..', at('links/up'))
  symlinkSync(bytes('../\xff\xfe not utf-8/\x80\x81'), at('links/bytes'))
  linkSync(at('docs/readme.txt'), at('links/hard'))
  linkSync(at('docs/readme.txt'), at('links/harder'))
  spawnSync('mkfifo', [`${root}/links/fifo`])
  write('locked/inside', 'cannot be written to')
  for (const [path, name, value] of [
    ['docs/readme.txt', 'user.origin', 'https://example.org/'],
    ['docs/deep/deeper/secret', 'user.binary', '\0\xff'],
    ['docs/deep', 'user.of a directory', ''],
    ['docs/n\xe4me', 'user.long', 'x'.repeat(3000)],
  ] as const)
    setAttribute(at(path), name, Buffer.from(value, 'latin1'))
  // An access control list that gives one more user the right to read, as the kernel takes it.
  if (process.getuid?.() === 0) {
    setAttribute(at('docs/run-me'), 'system.posix_acl_access', ACCESS_LIST)
    spawnSync('mknod', [`${root}/links/device`, 'c', '1', '3'])
    spawnSync('mknod', [`${root}/links/disk`, 'b', '300', '70000'])
  }
  chmodSync(at('locked'), 0o555)
  chmodSync(at('shared'), 0o3777)
  for (const [path, time] of [
    ['docs/readme.txt', 981_173_106.123457],
    ['docs/deep', 86_400.5],
    ['docs/nothing', -86_400],
    ['empty', 1_700_000_000.999999],
  ] as const)
    utimesSync(at(path), time, time)
  linuxCalls()?.setTime(at('docs/run-me'), 1_700_000_000_123_456_789n)
  linuxCalls()?.setTime(at('links/bytes'), -1_000_000_001n)
  lutimesSync(at('links/dangling'), 1_234_567_890.5, 1_234_567_890.5)
}

/** Version 2; owner rwx, user 1234 r--, group r-x, mask r-x, others r--: tag, permissions and id of each. */
const ACCESS_LIST = Buffer.from(
  [
    [2, 0, 0, 0],
    [1, 0, 7, 0, 255, 255, 255, 255],
    [2, 0, 4, 0, 0xd2, 4, 0, 0],
    [4, 0, 5, 0, 255, 255, 255, 255],
    [16, 0, 5, 0, 255, 255, 255, 255],
    [32, 0, 4, 0, 255, 255, 255, 255],
  ].flat(),
)

/** Where the file system has them. */
function setAttribute(path: Buffer, name: string, value: Uint8Array): void {
  try {
    linuxCalls()?.setAttribute(path, name, value)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTSUP')) throw error
  }
}

/** Bytes that do not repeat soon; the same at every call. */
export function pattern(length: number): Uint8Array {
  const content = new Uint8Array(length)
  for (let at = 0, state = 1; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    content[at] = state >>> 24
  }
  return content
}

/** One line for each entry below a directory: path, kind, metadata and content, for comparison. Times as fine as they can be set. */
export function describeTree(root: string): string[] {
  const lines: string[] = []
  const links = new Map<bigint, number>()
  const visit = (path: string): void => {
    const at = bytes(root + path)
    const stat = lstatSync(at, { bigint: true })
    const mode = Number(stat.mode).toString(8)
    const time = linuxCalls() === undefined ? stat.mtimeNs / 1000n : stat.mtimeNs
    let content = ''
    if (stat.isFile()) content = digest(readFileSync(at))
    if (stat.isSymbolicLink()) content = readlinkSync(at, { encoding: 'latin1' })
    if (!stat.isDirectory() && stat.nlink > 1n) {
      if (!links.has(stat.ino)) links.set(stat.ino, links.size + 1)
      content += ` link ${links.get(stat.ino)} of ${stat.nlink}`
    }
    lines.push(
      `${path || '/'} ${mode} ${stat.uid}:${stat.gid} ${time} ${stat.isFile() ? stat.size : ''} ${content}${attributesOf(at)}`,
    )
    if (stat.rdev > 0n && !stat.isFile() && !stat.isDirectory()) lines.push(`${path} device ${stat.rdev}`)
    if (stat.isDirectory())
      for (const name of readdirSync(at, { encoding: 'latin1' }).sort((a, b) => (a < b ? -1 : 1)))
        visit(`${path}/${name}`)
  }
  visit('')
  return lines
}

function attributesOf(path: Buffer): string {
  const calls = linuxCalls()
  let names: string[] = []
  try {
    names = calls?.listAttributes(path).sort() ?? []
  } catch {
    // A file system without them.
  }
  return names.map((name) => ` ${name}=${digest(calls?.attribute(path, name) ?? new Uint8Array(0))}`).join('')
}

/** FNV-1a over the bytes, enough to see a difference, and the length. */
function digest(content: Uint8Array): string {
  let state = 2_166_136_261
  for (const byte of content) state = Math.imul(state ^ byte, 16_777_619) >>> 0
  return `${content.length}/${state.toString(16)}`
}
