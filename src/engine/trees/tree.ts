import {
  bytesOfName,
  decodeValue,
  encodeValue,
  isArray,
  isBytes,
  isCount,
  isInteger,
  isRecord,
  nameOfBytes,
} from '../encoding.ts'
import { ADDRESS_BYTES } from '../index/address.ts'
import type { EntryKind, EntryMetadata, NameBytes } from '../ports.ts'

/** One entry of a directory as a snapshot holds it. */
export interface TreeEntry {
  readonly name: NameBytes
  readonly kind: EntryKind
  readonly metadata: EntryMetadata
  /** Bytes: of a file, or of all files below a directory. */
  readonly size: number
  /** Files: 1, or the number of all below a directory. */
  readonly files: number
  /** Change token of the source at the time. */
  readonly version?: string
  /** Files: addresses of the chunks in order; for long files, of the lists that hold them (`listed`). */
  readonly chunks?: Uint8Array
  readonly listed?: boolean
  /** Directories: address of the tree. */
  readonly tree?: Uint8Array
  readonly symlinkTarget?: NameBytes
  readonly hardLink?: string
  readonly device?: { readonly major: number; readonly minor: number }
  /** The file changed while it was read: its content is of no single instant. */
  readonly changedWhileRead?: boolean
}

/** Entries in ascending order of name bytes. */
export type Tree = readonly TreeEntry[]

const KINDS: readonly EntryKind[] = [
  'file',
  'directory',
  'symlink',
  'fifo',
  'socket',
  'block-device',
  'character-device',
]

/** An entry as it is encoded; what is absent takes no space. */
interface StoredEntry {
  readonly n: Uint8Array
  readonly k: number
  readonly m: number
  readonly u: number
  readonly g: number
  /** Integers of 64 bits come back as numbers where these hold them. */
  readonly t: bigint | number
  readonly s?: number
  readonly f?: number
  readonly v?: string
  readonly c?: Uint8Array
  readonly i?: Uint8Array
  readonly d?: Uint8Array
  readonly l?: Uint8Array
  readonly h?: string
  readonly r?: readonly [number, number]
  readonly p?: bigint | number
  readonly a?: string
  readonly b?: string
  readonly w?: true
  readonly o?: true
  readonly x?: ReadonlyArray<readonly [string, Uint8Array]>
}

export function encodeTree(tree: Tree): Uint8Array {
  return encodeValue(tree.map(stored))
}

export function decodeTree(bytes: Uint8Array): Tree {
  return decodeValue(bytes, 'a tree', isStoredTree).map(entryOf)
}

/** Whether both would be encoded to the same bytes. May say false of equal trees, where to tell would take as long. */
export function equalTrees(a: Tree, b: Tree): boolean {
  return a.length === b.length && a.every((entry, at) => equalEntries(entry, b[at]!))
}

function equalEntries(a: TreeEntry, b: TreeEntry): boolean {
  const [one, other] = [a.metadata, b.metadata]
  return (
    a.name === b.name &&
    a.kind === b.kind &&
    a.size === b.size &&
    a.files === b.files &&
    a.version === b.version &&
    a.listed === b.listed &&
    a.symlinkTarget === b.symlinkTarget &&
    a.hardLink === b.hardLink &&
    a.changedWhileRead === b.changedWhileRead &&
    one.mode === other.mode &&
    one.uid === other.uid &&
    one.gid === other.gid &&
    one.mtime_ns === other.mtime_ns &&
    one.ctime_ns === other.ctime_ns &&
    one.userName === other.userName &&
    one.groupName === other.groupName &&
    one.extendedAttributes === other.extendedAttributes &&
    one.sparse === other.sparse &&
    equalBytes(a.chunks, b.chunks) &&
    equalBytes(a.tree, b.tree) &&
    a.device?.major === b.device?.major &&
    a.device?.minor === b.device?.minor
  )
}

/** What was taken over from the parent is the same object. */
function equalBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  return a.every((byte, at) => byte === b[at])
}

/** Trees are authenticated before they are decoded; but whoever has a key may have written them. */
function isStoredTree(value: unknown): value is readonly StoredEntry[] {
  return isArray(value) && value.every((entry) => isRecord(entry) && isStoredEntry(entry))
}

function isStoredEntry({
  n,
  k,
  m,
  u,
  g,
  t,
  s,
  f,
  v,
  c,
  i,
  d,
  l,
  h,
  r,
  p,
  a,
  b,
  x,
}: Readonly<Record<string, unknown>>): boolean {
  return (
    isBytes(n) &&
    isCount(k) &&
    isCount(m) &&
    isCount(u) &&
    isCount(g) &&
    isInteger(t) &&
    (s === undefined || isCount(s)) &&
    (f === undefined || isCount(f)) &&
    (v === undefined || typeof v === 'string') &&
    (c === undefined || areAddresses(c)) &&
    (i === undefined || areAddresses(i)) &&
    (d === undefined || (isBytes(d) && d.length === ADDRESS_BYTES)) &&
    (l === undefined || isBytes(l)) &&
    (h === undefined || typeof h === 'string') &&
    (r === undefined || (isArray(r) && r.length === 2 && r.every(isCount))) &&
    (p === undefined || isInteger(p)) &&
    (a === undefined || typeof a === 'string') &&
    (b === undefined || typeof b === 'string') &&
    (x === undefined || (isArray(x) && x.every(isAttribute)))
  )
}

const areAddresses = (value: unknown): boolean => isBytes(value) && value.length % ADDRESS_BYTES === 0

const isAttribute = (value: unknown): boolean =>
  isArray(value) && value.length === 2 && typeof value[0] === 'string' && isBytes(value[1])

function stored(entry: TreeEntry): StoredEntry {
  const { metadata, symlinkTarget, device } = entry
  const encoded: { -readonly [K in keyof StoredEntry]: StoredEntry[K] } = {
    n: bytesOfName(entry.name),
    k: KINDS.indexOf(entry.kind),
    m: metadata.mode,
    u: metadata.uid,
    g: metadata.gid,
    t: metadata.mtime_ns,
  }
  if (entry.size > 0) encoded.s = entry.size
  if (entry.kind === 'directory' && entry.files > 0) encoded.f = entry.files
  if (entry.version !== undefined) encoded.v = entry.version
  if (entry.chunks !== undefined) {
    if (entry.listed === true) encoded.i = entry.chunks
    else encoded.c = entry.chunks
  }
  if (entry.tree !== undefined) encoded.d = entry.tree
  if (symlinkTarget !== undefined) encoded.l = bytesOfName(symlinkTarget)
  if (entry.hardLink !== undefined) encoded.h = entry.hardLink
  if (device !== undefined) encoded.r = [device.major, device.minor]
  if (entry.changedWhileRead === true) encoded.w = true
  if (metadata.ctime_ns !== undefined) encoded.p = metadata.ctime_ns
  if (metadata.userName !== undefined) encoded.a = metadata.userName
  if (metadata.groupName !== undefined) encoded.b = metadata.groupName
  if (metadata.sparse === true) encoded.o = true
  if (metadata.extendedAttributes !== undefined) encoded.x = metadata.extendedAttributes
  return encoded
}

function entryOf(encoded: StoredEntry): TreeEntry {
  const kind = KINDS[encoded.k] ?? 'file'
  const metadata: { -readonly [K in keyof EntryMetadata]: EntryMetadata[K] } = {
    mode: encoded.m,
    uid: encoded.u,
    gid: encoded.g,
    mtime_ns: BigInt(encoded.t),
  }
  if (encoded.p !== undefined) metadata.ctime_ns = BigInt(encoded.p)
  if (encoded.a !== undefined) metadata.userName = encoded.a
  if (encoded.b !== undefined) metadata.groupName = encoded.b
  if (encoded.o === true) metadata.sparse = true
  if (encoded.x !== undefined) metadata.extendedAttributes = encoded.x
  const entry: { -readonly [K in keyof TreeEntry]: TreeEntry[K] } = {
    name: nameOfBytes(encoded.n),
    kind,
    metadata,
    size: encoded.s ?? 0,
    files: kind === 'directory' ? (encoded.f ?? 0) : kind === 'file' ? 1 : 0,
  }
  if (encoded.v !== undefined) entry.version = encoded.v
  if (encoded.c !== undefined) entry.chunks = encoded.c
  if (encoded.i !== undefined) {
    entry.chunks = encoded.i
    entry.listed = true
  }
  if (encoded.w === true) entry.changedWhileRead = true
  if (encoded.d !== undefined) entry.tree = encoded.d
  if (encoded.l !== undefined) entry.symlinkTarget = nameOfBytes(encoded.l)
  if (encoded.h !== undefined) entry.hardLink = encoded.h
  if (encoded.r !== undefined) entry.device = { major: encoded.r[0], minor: encoded.r[1] }
  return entry
}
