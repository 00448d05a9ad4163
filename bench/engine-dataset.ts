import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

const MIB = 1024 * 1024

/** Numbers that are the same in every run: xorshift32. */
export class Lots {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 2_654_435_761) || 1
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state
    return (state >>> 0) % limit
  }

  bytes(length: number): Buffer {
    const words = new Uint32Array(Math.ceil(length / 4))
    for (let at = 0; at < words.length; at++) words[at] = this.below(2 ** 32)
    return Buffer.from(words.buffer, 0, length)
  }
}

/**
 * A tree as servers have them, of about `size_bytes`: 30 % copied from this machine's /usr (small files), 20 % a database of
 * 8 KiB pages, 30 % a video, 12 % a log, 8 % a disk image with zeros and repetitions.
 */
export function createDataset(root: string, size_bytes: number): void {
  if (existsSync(join(root, '.complete'))) return
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  const lots = new Lots(1)
  let left_bytes = 0.3 * size_bytes
  for (const from of ['/usr/include', '/usr/lib/python3', '/usr/share', '/usr/lib']) {
    left_bytes -= copyTree(from, join(root, 'usr', from.slice(5)), left_bytes)
  }
  writeInPieces(join(root, 'table.db'), 0.2 * size_bytes, () => {
    const page = Buffer.alloc(8192)
    // Half of a page is rows, which compress; then free space.
    for (let at = 0; at < 6000; at += 40) {
      page.writeUInt32LE(lots.below(2 ** 32), at)
      page.write(`customer-${lots.below(100_000)} order`, at + 4)
    }
    return page
  })
  writeInPieces(join(root, 'video.bin'), 0.3 * size_bytes, () => lots.bytes(MIB))
  writeInPieces(join(root, 'app.log'), 0.12 * size_bytes, () => logLines(lots, 64 * 1024))
  const repeated = lots.bytes(MIB)
  writeInPieces(join(root, 'vm.img'), 0.08 * size_bytes, (at) =>
    at % 4 === 0 ? lots.bytes(MIB) : at % 4 === 1 ? repeated : Buffer.alloc(MIB),
  )
  writeFileSync(join(root, '.complete'), '')
}

/** The next version: 2 % of small files edited, some renamed, deleted and new; pages rewritten, bytes inserted, lines added. */
export function changeDataset(root: string): void {
  const lots = new Lots(2)
  const files = filesBelow(join(root, 'usr'))
  for (const path of files) {
    const lot = lots.below(1000)
    if (lot < 20) {
      const content = readFileSync(path)
      const at = lots.below(content.length + 1)
      writeFileSync(path, Buffer.concat([content.subarray(0, at), Buffer.from('edited'), content.subarray(at)]))
    } else if (lot < 25) renameSync(path, `${path}.renamed`)
    else if (lot < 30) rmSync(path)
    else if (lot < 35) writeFileSync(`${path}.new`, lots.bytes(lots.below(20_000)))
  }
  const table = openSync(join(root, 'table.db'), 'r+')
  const pages = lstatSync(join(root, 'table.db')).size / 8192
  for (let count = Math.floor(pages * 0.02); count > 0; count--) {
    writeSync(table, `changed ${lots.below(1e9)}`, 8192 * lots.below(Math.floor(pages)) + lots.below(5000))
  }
  closeSync(table)
  const video = readFileSync(join(root, 'video.bin'))
  const parts: Buffer[] = []
  for (let from = 0; from < video.length; from += Math.ceil(video.length / 14)) {
    parts.push(video.subarray(from, from + Math.ceil(video.length / 14)), lots.bytes(100))
  }
  writeFileSync(join(root, 'video.bin'), Buffer.concat(parts))
  appendFileSync(join(root, 'app.log'), logLines(lots, 2 * MIB))
  renameSync(join(root, 'vm.img'), join(root, 'vm-renamed.img'))
}

function logLines(lots: Lots, length: number): Buffer {
  let text = ''
  while (text.length < length) {
    text += `2026-01-05T${lots.below(24)}:${lots.below(60)}:${lots.below(60)} INFO request ${lots.below(1e9)} took ${lots.below(999)} ms\n`
  }
  return Buffer.from(text.slice(0, length))
}

function writeInPieces(path: string, length: number, piece: (at: number) => Buffer): void {
  const file = openSync(path, 'w')
  let written = 0
  for (let at = 0; written < length; at++) written += writeSync(file, piece(at))
  closeSync(file)
}

/** Copies files and links until so many bytes have been copied; gives how many. */
function copyTree(from: string, to: string, atMost_bytes: number): number {
  let copied = 0
  if (!existsSync(from)) return 0
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (copied >= atMost_bytes) break
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      mkdirSync(target, { recursive: true })
      copied += copyTree(source, target, atMost_bytes - copied)
    } else if (entry.isSymbolicLink()) {
      mkdirSync(dirname(target), { recursive: true })
      symlinkSync(readlinkSync(source), target)
    } else if (entry.isFile() && lstatSync(source).size < 4 * MIB) {
      mkdirSync(dirname(target), { recursive: true })
      copyFileSync(source, target)
      copied += lstatSync(source).size
    }
  }
  return copied
}

/** Node's own recursive listing follows links to directories. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name)
      return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : []
    })
}
