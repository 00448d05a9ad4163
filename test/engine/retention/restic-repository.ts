import { createCipheriv, createHash, randomBytes, scryptSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What `restic forget` looks at of a snapshot. */
export interface ResticSnapshot {
  readonly host: string
  /** Seconds since 1970. */
  readonly time: number
}

interface ResticKey {
  /** 32 bytes, for AES-256 in counter mode. */
  readonly encrypt: Buffer
  /** 16 bytes each, for Poly1305-AES. */
  readonly k: Buffer
  readonly r: Buffer
}

/** Cheap: the password protects nothing here. */
const KDF = { N: 1024, r: 1, p: 1 }

/**
 * Writes a repository of restic that holds snapshots and nothing else: to make them by `restic backup` would take a second
 * for each. Source: restic, doc/design.rst, repository format 1.
 */
export function writeResticRepository(directory: string, password: string, snapshots: readonly ResticSnapshot[]): void {
  for (const folder of ['data', 'index', 'keys', 'locks', 'snapshots'])
    mkdirSync(join(directory, folder), { recursive: true })
  const named = (folder: string, content: Buffer): void => {
    writeFileSync(join(directory, folder, createHash('sha256').update(content).digest('hex')), content)
  }
  const salt = randomBytes(64)
  const derived = scryptSync(password, salt, 64, KDF)
  const user = keyOf(derived)
  const master = keyOf(randomBytes(64))
  const masterJson = {
    mac: { k: master.k.toString('base64'), r: master.r.toString('base64') },
    encrypt: master.encrypt.toString('base64'),
  }
  const about = { created: '2026-01-05T00:00:00Z', username: 'test', hostname: 'test', kdf: 'scrypt', ...KDF }
  const sealedMaster = seal(masterJson, user).toString('base64')
  named('keys', Buffer.from(JSON.stringify({ ...about, salt: salt.toString('base64'), data: sealedMaster })))
  const config = { version: 1, id: randomBytes(32).toString('hex'), chunker_polynomial: '3da3358b4dc173' }
  writeFileSync(join(directory, 'config'), seal(config, master))
  for (const { host, time } of snapshots) {
    const snapshot = {
      time: new Date(time * 1000).toISOString(),
      tree: randomBytes(32).toString('hex'),
      paths: ['/home'],
      hostname: host,
      username: 'test',
    }
    named('snapshots', seal(snapshot, master))
  }
}

function keyOf(bytes: Buffer): ResticKey {
  const r = Buffer.from(bytes.subarray(48, 64))
  // Some bits of r are zero, by the definition of Poly1305.
  for (const at of [3, 7, 11, 15]) r[at]! &= 15
  for (const at of [4, 8, 12]) r[at]! &= 252
  return { encrypt: bytes.subarray(0, 32), k: bytes.subarray(32, 48), r }
}

function seal(value: unknown, key: ResticKey): Buffer {
  const nonce = randomBytes(16)
  const cipher = createCipheriv('aes-256-ctr', key.encrypt, nonce)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()])
  const aes = createCipheriv('aes-128-ecb', key.k, null).setAutoPadding(false)
  return Buffer.concat([nonce, sealed, poly1305(sealed, key.r, aes.update(nonce))])
}

/** RFC 8439, section 2.5. */
function poly1305(message: Buffer, r: Buffer, s: Buffer): Buffer {
  const prime = (1n << 130n) - 5n
  let sum = 0n
  for (let at = 0; at < message.length; at += 16) {
    const block = Buffer.concat([message.subarray(at, at + 16), Buffer.of(1)])
    sum = ((sum + littleEndian(block)) * littleEndian(r)) % prime
  }
  const tag = (sum + littleEndian(s)) & ((1n << 128n) - 1n)
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse()
}

const littleEndian = (bytes: Buffer): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
