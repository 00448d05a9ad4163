import { CborReader, CborWriter } from '../encoding/cbor.ts'
import { ADDRESS_BYTES } from '../index/address.ts'
import type { EntryKind, EntryMetadata, ExtendedAttributes } from '../ports.ts'
import type { Tree, TreeEntry } from './tree.ts'

/**
 * A tree as it is stored: an array of maps in CBOR, one for each entry. Keys are letters, in ascending order; absent
 * values take no space. docs/repository-format.md gives their meanings.
 */

const KINDS: readonly EntryKind[] = [
  'file',
  'directory',
  'symlink',
  'fifo',
  'socket',
  'block-device',
  'character-device',
]

/** Name, kind, mode, owner, group, and time of the last change. */
const ALWAYS_PRESENT = 6

const writer = new CborWriter()

export function encodeTree(tree: Tree): Uint8Array {
  return encodeTreeInPlace(tree).slice()
}

/** The same without copying: valid until the next tree is encoded. */
export function encodeTreeInPlace(tree: Tree): Uint8Array {
  writer.array(tree.length)
  for (let at = 0; at < tree.length; at++) writeEntry(tree[at]!)
  return writer.takeInPlace()
}

/** Letters are in ascending order, which makes the encoding deterministic. */
function writeEntry(entry: TreeEntry): void {
  const { metadata, kind, version, chunks, tree, symlinkTarget, hardLink, device } = entry
  const { userName, groupName, ctime_ns, extendedAttributes } = metadata
  const isListed = entry.listed === true
  const hasFiles = kind === 'directory' && entry.files > 0
  writer.map(
    ALWAYS_PRESENT +
      Number(userName !== undefined) +
      Number(groupName !== undefined) +
      Number(chunks !== undefined) +
      Number(tree !== undefined) +
      Number(hasFiles) +
      Number(hardLink !== undefined) +
      Number(symlinkTarget !== undefined) +
      Number(metadata.sparse === true) +
      Number(ctime_ns !== undefined) +
      Number(device !== undefined) +
      Number(entry.size > 0) +
      Number(version !== undefined) +
      Number(entry.changedWhileRead === true) +
      Number(extendedAttributes !== undefined),
  )
  if (userName !== undefined) writeText('a', userName)
  if (groupName !== undefined) writeText('b', groupName)
  if (chunks !== undefined && !isListed) writeBytes('c', chunks)
  if (tree !== undefined) writeBytes('d', tree)
  if (hasFiles) writeCount('f', entry.files)
  writeCount('g', metadata.gid)
  if (hardLink !== undefined) writeText('h', hardLink)
  if (chunks !== undefined && isListed) writeBytes('i', chunks)
  writeCount('k', KINDS.indexOf(kind))
  if (symlinkTarget !== undefined) writeName('l', symlinkTarget)
  writeCount('m', metadata.mode)
  writeName('n', entry.name)
  if (metadata.sparse === true) writeTrue('o')
  if (ctime_ns !== undefined) writeTime('p', ctime_ns)
  if (device !== undefined) writeDevice('r', device)
  if (entry.size > 0) writeCount('s', entry.size)
  writeTime('t', metadata.mtime_ns)
  writeCount('u', metadata.uid)
  if (version !== undefined) writeText('v', version)
  if (entry.changedWhileRead === true) writeTrue('w')
  if (extendedAttributes !== undefined) writeAttributes('x', extendedAttributes)
}

function writeText(key: string, value: string): void {
  writer.key(key)
  writer.text(value)
}

function writeName(key: string, value: string): void {
  writer.key(key)
  writer.latin1(value)
}

function writeBytes(key: string, value: Uint8Array): void {
  writer.key(key)
  writer.bytes(value)
}

function writeCount(key: string, value: number): void {
  writer.key(key)
  writer.count(value)
}

function writeTime(key: string, value: bigint): void {
  writer.key(key)
  writer.integer(value)
}

function writeTrue(key: string): void {
  writer.key(key)
  writer.true()
}

function writeDevice(key: string, { major, minor }: NonNullable<TreeEntry['device']>): void {
  writer.key(key)
  writer.array(2)
  writer.count(major)
  writer.count(minor)
}

function writeAttributes(key: string, attributes: ExtendedAttributes): void {
  writer.key(key)
  writer.array(attributes.length)
  for (const [name, value] of attributes) {
    writer.array(2)
    writer.text(name)
    writer.bytes(value)
  }
}

/**
 * Trees are authenticated before they are decoded, but anyone with a key may have written them.
 * @throws RepositoryFormatError
 */
export function decodeTree(bytes: Uint8Array): Tree {
  const reader = new CborReader(bytes, 'a tree')
  const entries: TreeEntry[] = []
  for (let left = reader.array(); left > 0; left--) entries.push(readEntry(reader))
  reader.end()
  return entries
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

function readEntry(reader: CborReader): TreeEntry {
  let name: string | undefined
  let kind: EntryKind | undefined
  let mode = -1
  let uid = -1
  let gid = -1
  let mtime_ns: bigint | undefined
  let size = 0
  let files = 0
  const more: Writable<Partial<TreeEntry>> = {}
  const moreMetadata: Writable<Partial<EntryMetadata>> = {}
  for (let left = reader.map(); left > 0; left--) {
    switch (reader.key()) {
      case 'a':
        moreMetadata.userName = reader.text()
        break
      case 'b':
        moreMetadata.groupName = reader.text()
        break
      case 'c':
        more.chunks = readAddresses(reader)
        break
      case 'd':
        more.tree = readAddresses(reader)
        if (more.tree.length !== ADDRESS_BYTES) reader.unexpected()
        break
      case 'f':
        files = reader.count()
        break
      case 'g':
        gid = reader.count()
        break
      case 'h':
        more.hardLink = reader.text()
        break
      case 'i':
        more.chunks = readAddresses(reader)
        more.listed = true
        break
      case 'k':
        kind = KINDS[reader.count()] ?? 'file'
        break
      case 'l':
        more.symlinkTarget = reader.latin1()
        break
      case 'm':
        mode = reader.count()
        break
      case 'n':
        name = reader.latin1()
        break
      case 'o':
        if (reader.boolean()) moreMetadata.sparse = true
        break
      case 'p':
        moreMetadata.ctime_ns = reader.integer()
        break
      case 'r':
        more.device = readDevice(reader)
        break
      case 's':
        size = reader.count()
        break
      case 't':
        mtime_ns = reader.integer()
        break
      case 'u':
        uid = reader.count()
        break
      case 'v':
        more.version = reader.text()
        break
      case 'w':
        if (reader.boolean()) more.changedWhileRead = true
        break
      case 'x':
        moreMetadata.extendedAttributes = readAttributes(reader)
        break
      default:
        reader.skip()
    }
  }
  if (name === undefined || kind === undefined || mtime_ns === undefined || mode < 0 || uid < 0 || gid < 0)
    return reader.unexpected()
  const metadata: EntryMetadata = { mode, uid, gid, mtime_ns, ...moreMetadata }
  files = kind === 'directory' ? files : kind === 'file' ? 1 : 0
  return { name, kind, metadata, size, files, ...more }
}

function readAddresses(reader: CborReader): Uint8Array {
  const addresses = reader.bytes()
  return addresses.length % ADDRESS_BYTES === 0 ? addresses : reader.unexpected()
}

function readDevice(reader: CborReader): NonNullable<TreeEntry['device']> {
  if (reader.array() !== 2) reader.unexpected()
  return { major: reader.count(), minor: reader.count() }
}

function readAttributes(reader: CborReader): ExtendedAttributes {
  const attributes: Array<readonly [string, Uint8Array]> = []
  for (let left = reader.array(); left > 0; left--) {
    if (reader.array() !== 2) reader.unexpected()
    attributes.push([reader.text(), reader.bytes()])
  }
  return attributes
}
