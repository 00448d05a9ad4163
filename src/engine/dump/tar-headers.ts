import type { ByteRange, EntryKind, EntryMetadata, NameBytes } from '../ports.ts'
import { accessListText } from './access-list.ts'

/** Archives are made of blocks of this size. */
export const BLOCK_BYTES = 512

/** An entry of an archive. Its content follows its header, padded to whole blocks. */
export interface TarEntry {
  /** '' is the root of the archive. */
  readonly path: NameBytes
  readonly kind: Exclude<EntryKind, 'socket'>
  readonly metadata: EntryMetadata
  /** Bytes of a file. */
  readonly size: number
  readonly symlinkTarget?: NameBytes
  /** For another name of a file: its name earlier in the archive. */
  readonly linkTo?: NameBytes
  readonly device?: { readonly major: number; readonly minor: number }
  /** For a file with holes: the parts between them, which alone follow. */
  readonly runs?: readonly ByteRange[]
}

/** <tar.h> */
const TYPES = {
  file: '0',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
} as const
const HARD_LINK = '1'
const EXTENDED = 'x'
/** Of GNU tar: an entry that holds the name of the next one. */
const LONG_NAME = 'L'

/** Sizes of header fields, for text and octal digits; the last byte is zero. */
const NAME_BYTES = 100
const OWNER_BYTES = 31
const MOST_ID = 0o7777777
const MOST_SIZE = 0o77777777777

/**
 * Everything that precedes the content of an entry: its POSIX.1-1988 (ustar) header, preceded by POSIX.1-2001 (pax)
 * records of what does not fit into it: long names, large numbers, nanoseconds; in SCHILY records, as star, GNU tar and
 * libarchive know them, extended attributes and access control lists; in GNU records, version 1.0, the holes of a file.
 * Names are bytes, in whatever encoding.
 */
export function tarHeader(entry: TarEntry): Uint8Array {
  const { metadata, runs, linkTo } = entry
  const path = entry.path === '' ? './' : entry.kind === 'directory' ? `${entry.path}/` : entry.path
  const map = runs === undefined ? '' : filledUp(mapOfRuns(runs, entry.size))
  const content_bytes = linkTo === undefined && entry.kind === 'file' ? map.length + lengthOf(runs, entry.size) : 0
  const link = linkTo ?? entry.symlinkTarget ?? ''
  const records = [
    ...(runs === undefined ? [] : sparseRecords(path, entry.size)),
    ...(runs === undefined && !fits(path, NAME_BYTES) ? [record('path', path)] : []),
    ...(fits(link, NAME_BYTES) ? [] : [record('linkpath', link)]),
    ...(content_bytes > MOST_SIZE ? [record('size', String(content_bytes))] : []),
    ...recordsOf(metadata),
    ...(linkTo === undefined ? attributeRecords(metadata) : []),
  ].join('')
  const seconds = Number(metadata.mtime_ns / 1_000_000_000n)
  const header = ustar({
    name: runs === undefined ? path : `GNUSparseFile.0/${baseOf(path)}`,
    mode: metadata.mode,
    uid: metadata.uid,
    gid: metadata.gid,
    size: content_bytes,
    mtime_s: Math.min(Math.max(seconds, 0), MOST_SIZE),
    type: linkTo === undefined ? TYPES[entry.kind] : HARD_LINK,
    link,
    userName: metadata.userName ?? '',
    groupName: metadata.groupName ?? '',
    ...(entry.device === undefined ? {} : { device: entry.device }),
  })
  return bytesOf(`${records === '' ? '' : extended(path, records)}${header}${map}`)
}

/**
 * The beginning of an entry that never comes: a record with the reason, and a long name of which half is missing. Readers
 * notice that, whereas an archive that ends between two entries seems complete to most. Records of which half is missing
 * would not do: Python's tarfile, as Debian has it since the fix of CVE-2024-6232, takes them for the end of the archive.
 */
export function brokenOff(reason: string): Uint8Array {
  const comment = record('comment', utf8(`The archive is not whole. It is broken off here: ${reason}`))
  const longName = ustar({ ...OF_NOBODY, name: '././@LongLink', size: 2 * BLOCK_BYTES, type: LONG_NAME })
  return bytesOf(`${extended('broken-off', comment)}${longName}${' '.repeat(BLOCK_BYTES)}`)
}

/** Zeros that pad content to whole blocks. */
export function fillingAfter(length: number): number {
  return (BLOCK_BYTES - (length % BLOCK_BYTES)) % BLOCK_BYTES
}

function recordsOf({ mtime_ns, uid, gid, userName = '', groupName = '' }: EntryMetadata): string[] {
  const isWhole = mtime_ns % 1_000_000_000n === 0n && mtime_ns >= 0n && mtime_ns / 1_000_000_000n <= MOST_SIZE
  return [
    ...(isWhole ? [] : [record('mtime', decimal(mtime_ns))]),
    ...(uid > MOST_ID ? [record('uid', String(uid))] : []),
    ...(gid > MOST_ID ? [record('gid', String(gid))] : []),
    ...(fits(userName, OWNER_BYTES) ? [] : [record('uname', userName)]),
    ...(fits(groupName, OWNER_BYTES) ? [] : [record('gname', groupName)]),
  ]
}

const ACCESS_LISTS: Readonly<Record<string, string>> = {
  'system.posix_acl_access': 'SCHILY.acl.access',
  'system.posix_acl_default': 'SCHILY.acl.default',
}

function attributeRecords({ extendedAttributes = [] }: EntryMetadata): string[] {
  return extendedAttributes.map(([name, value]) => {
    const list = ACCESS_LISTS[name]
    const text = list === undefined ? undefined : accessListText(value)
    if (list !== undefined && text !== undefined) return record(list, text)
    // '=' ends the name of a record.
    const key = utf8(name).replaceAll('%', '%25').replaceAll('=', '%3D')
    return record(`SCHILY.xattr.${key}`, latin1Of(value))
  })
}

function sparseRecords(path: NameBytes, size: number): string[] {
  return [
    record('GNU.sparse.major', '1'),
    record('GNU.sparse.minor', '0'),
    record('GNU.sparse.name', path),
    record('GNU.sparse.realsize', String(size)),
  ]
}

/** The parts of a file with content, as lines of digits; beyond the last part is a hole. */
function mapOfRuns(runs: readonly ByteRange[], size: number): string {
  const lines = runs.flatMap(({ start, end }) => [start, end - start])
  if (runs.at(-1)?.end !== size) lines.push(size, 0)
  return [lines.length / 2, ...lines].map((line) => `${line}\n`).join('')
}

function lengthOf(runs: readonly ByteRange[] | undefined, size: number): number {
  return runs === undefined ? size : runs.reduce((sum, { start, end }) => sum + end - start, 0)
}

/** An entry that holds the records of the next one. */
function extended(path: NameBytes, records: string): string {
  const name = `PaxHeaders/${baseOf(path)}`
  return ustar({ ...OF_NOBODY, name, size: records.length, type: EXTENDED }) + filledUp(records)
}

/** 'length keyword=value\n', where the length counts its own digits. */
function record(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return `${length}${rest}`
}

interface Fields {
  readonly name: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly mtime_s: number
  readonly type: string
  readonly link: string
  readonly userName: string
  readonly groupName: string
  readonly device?: { readonly major: number; readonly minor: number }
}

/** What entries that only say something of others have. */
const OF_NOBODY = { mode: 0o600, uid: 0, gid: 0, mtime_s: 0, link: '', userName: '', groupName: '' } as const

/** Values that do not fit are cut off here, because a record has them in full. */
function ustar({ name, mode, uid, gid, size, mtime_s, type, link, userName, groupName, device }: Fields): string {
  const before =
    text(name, NAME_BYTES) +
    octal(mode, 8) +
    octal(Math.min(uid, MOST_ID), 8) +
    octal(Math.min(gid, MOST_ID), 8) +
    octal(Math.min(size, MOST_SIZE), 12) +
    octal(mtime_s, 12)
  const after =
    type +
    text(link, NAME_BYTES) +
    'ustar\0' +
    '00' +
    text(userName.slice(0, OWNER_BYTES), OWNER_BYTES + 1) +
    text(groupName.slice(0, OWNER_BYTES), OWNER_BYTES + 1) +
    octal(device?.major ?? 0, 8) +
    octal(device?.minor ?? 0, 8)
  const sum = sumOf(before) + sumOf(after) + 8 * ' '.charCodeAt(0)
  return filledUp(`${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`)
}

const text = (value: string, length: number): string => value.slice(0, length).padEnd(length, '\0')
const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`

/** Seconds with all digits of their fraction, the sign before both. */
function decimal(time_ns: bigint): string {
  const size_ns = time_ns < 0n ? -time_ns : time_ns
  const fraction = String(size_ns % 1_000_000_000n).padStart(9, '0')
  return `${time_ns < 0n ? '-' : ''}${size_ns / 1_000_000_000n}.${fraction}`
}

/**
 * Whether a header field can hold it. Readers interpret non-ASCII text in a field in different ways, and UTF-8 in a
 * record in one way.
 */
function fits(value: string, length: number): boolean {
  if (value.length > length) return false
  return /^[\0-\x7F]*$/.test(value) || !isUtf8(value)
}

function isUtf8(value: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(value))
    return true
  } catch {
    return false
  }
}

/** A readable name for programs that do not know records. */
const baseOf = (path: NameBytes): string =>
  path
    .split('/')
    .findLast((name) => name !== '')!
    .slice(0, 80)

const filledUp = (value: string): string => value + '\0'.repeat(fillingAfter(value.length))

function sumOf(value: string): number {
  let sum = 0
  for (let at = 0; at < value.length; at++) sum += value.charCodeAt(at)
  return sum
}

/** The bytes of latin1. */
function bytesOf(value: string): Uint8Array {
  const bytes = new Uint8Array(value.length)
  for (let at = 0; at < value.length; at++) bytes[at] = value.charCodeAt(at)
  return bytes
}

function latin1Of(bytes: Uint8Array): string {
  let value = ''
  for (const byte of bytes) value += String.fromCharCode(byte)
  return value
}

const utf8 = (value: string): string => latin1Of(new TextEncoder().encode(value))
