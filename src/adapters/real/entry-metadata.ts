import { readFileSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import type { EntryKind, EntryMetadata } from '../../engine/ports.ts'

/** Names of users and groups, for people who read snapshots and for restores onto another machine. */
export interface Accounts {
  readonly users: ReadonlyMap<number, string>
  readonly groups: ReadonlyMap<number, string>
}

/** The accounts in this machine's own files; accounts of a directory service are recorded by number only. */
export function localAccounts(): Accounts {
  return { users: numbered('/etc/passwd'), groups: numbered('/etc/group') }
}

/** Lines of 'name:x:number:…'. */
function numbered(path: string): Map<number, string> {
  let text: string
  try {
    text = readFileSync(path, 'latin1')
  } catch {
    // A system without such a file has no names; entries are then recorded with numbers only.
    return new Map()
  }
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name, , number] = line.split(':')
    if (name !== undefined && number !== undefined && !names.has(Number(number))) names.set(Number(number), name)
  }
  return names
}

export function kindOf(stat: BigIntStats): EntryKind {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'directory'
  if (stat.isSymbolicLink()) return 'symlink'
  if (stat.isFIFO()) return 'fifo'
  if (stat.isSocket()) return 'socket'
  return stat.isBlockDevice() ? 'block-device' : 'character-device'
}

export function metadataOf(stat: BigIntStats, accounts: Accounts): EntryMetadata {
  const uid = Number(stat.uid)
  const gid = Number(stat.gid)
  const userName = accounts.users.get(uid)
  const groupName = accounts.groups.get(gid)
  const metadata: { -readonly [K in keyof EntryMetadata]: EntryMetadata[K] } = {
    mode: Number(stat.mode) & 0o7777,
    uid,
    gid,
    mtime_ns: stat.mtimeNs,
    ctime_ns: stat.ctimeNs,
  }
  if (hasHoles(stat)) metadata.sparse = true
  if (userName !== undefined) metadata.userName = userName
  if (groupName !== undefined) metadata.groupName = groupName
  return metadata
}

/**
 * Whether a file has fewer blocks of 512 bytes than its size requires. This also holds on file systems that compress,
 * where it does no harm.
 */
function hasHoles(stat: BigIntStats): boolean {
  return stat.blocks * 512n < stat.size && stat.isFile()
}

/** Numbers of a device file as Linux packs them: 12 + 20 bits, the high ones of each above the low ones of both. */
export function deviceOf(rdev: bigint): { major: number; minor: number } {
  return {
    major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xffff_f000n)),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xffff_ff00n)),
  }
}
