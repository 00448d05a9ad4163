import { spawnSync } from 'node:child_process'
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
  chmodSync(at('locked'), 0o555)
  chmodSync(at('shared'), 0o3777)
  for (const [path, time] of [
    ['docs/readme.txt', 981_173_106.123457],
    ['docs/deep', 86_400.5],
    ['docs/nothing', -86_400],
    ['empty', 1_700_000_000.999999],
  ] as const)
    utimesSync(at(path), time, time)
  lutimesSync(at('links/dangling'), 1_234_567_890.5, 1_234_567_890.5)
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

/** One line for each entry below a directory: path, kind, metadata and content, for comparison. Times to the microsecond. */
export function describeTree(root: string): string[] {
  const lines: string[] = []
  const links = new Map<bigint, number>()
  const visit = (path: string): void => {
    const at = bytes(root + path)
    const stat = lstatSync(at, { bigint: true })
    const mode = Number(stat.mode).toString(8)
    const time = stat.mtimeNs / 1000n
    let content = ''
    if (stat.isFile()) content = digest(readFileSync(at))
    if (stat.isSymbolicLink()) content = readlinkSync(at, { encoding: 'latin1' })
    if (!stat.isDirectory() && stat.nlink > 1n) {
      if (!links.has(stat.ino)) links.set(stat.ino, links.size + 1)
      content += ` link ${links.get(stat.ino)} of ${stat.nlink}`
    }
    lines.push(`${path || '/'} ${mode} ${stat.uid}:${stat.gid} ${time} ${stat.isFile() ? stat.size : ''} ${content}`)
    if (stat.isDirectory())
      for (const name of readdirSync(at, { encoding: 'latin1' }).sort((a, b) => (a < b ? -1 : 1)))
        visit(`${path}/${name}`)
  }
  visit('')
  return lines
}

/** FNV-1a over the bytes, enough to see a difference, and the length. */
function digest(content: Uint8Array): string {
  let state = 2_166_136_261
  for (const byte of content) state = Math.imul(state ^ byte, 16_777_619) >>> 0
  return `${content.length}/${state.toString(16)}`
}
