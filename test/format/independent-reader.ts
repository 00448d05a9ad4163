/**
 * A reader of repositories that was written from docs/repository-format.md alone, section by section: it imports nothing of the
 * engine, nor of anything that the engine is made with but Node. Slow, and as short as the document allows.
 */
import * as crypto from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import type * as NobleArgon2 from '@noble/hashes/argon2.js'
import { decodeCbor } from './plain-cbor.ts'
import type { Cbor, CborMap } from './plain-cbor.ts'

export interface ReadEntry {
  readonly path: string
  readonly kind: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtime_ns: bigint
  readonly content?: Buffer
  readonly linkTarget?: string
  readonly hardLink?: string
  readonly attributes?: ReadonlyArray<readonly [string, Buffer]>
}

export interface ReadSnapshot {
  readonly id: string
  readonly type: string
  readonly time: number
  /** Files and all else below the root, in no order. */
  entries(): ReadEntry[]
}

type Cipher = 'aes-256-gcm' | 'chacha20-poly1305'

/** Where a chunk is. */
interface Place {
  readonly pack: PackOnDisk
  readonly segment: number
  /** Within the segment before sealing. */
  readonly start: number
  readonly length: number
}

interface PackOnDisk {
  readonly name: string
  readonly header: Buffer
  /** Stored offset, stored length and plain length of each segment. */
  readonly segments: ReadonlyArray<{ readonly at: number; readonly sealed: number; readonly plain: number }>
}

/** All snapshots of the repository in a directory, by time. */
export function readRepository(directory: string, password: string): ReadSnapshot[] {
  const blob = (name: string): Buffer => readFileSync(join(directory, name))
  const names = (folder: string): string[] =>
    readdirSync(join(directory, folder)).filter((name) => !name.startsWith('.'))

  // config
  const config = mapOf(decodeCbor(blob('config')))
  if (config['magic'] !== 'firedrill repository' || config['version'] !== 1) throw new Error('not a repository')
  const cipher: Cipher = config['cipher'] === 'aes-256-gcm' ? 'aes-256-gcm' : 'chacha20-poly1305'
  const repository = textOf(config['id'])

  // Keys
  const master = names('keys')
    .map((name) => openKey(mapOf(decodeCbor(blob(`keys/${name}`))), password))
    .find((key) => key !== undefined)
  if (master === undefined) throw new Error('no key opens with this password')
  const derive = (info: string): Buffer =>
    Buffer.from(crypto.hkdfSync('sha256', master, Buffer.alloc(0), `firedrill 1 ${info}`, 32))
  const [idKey, packSecret, metadataKey] = [derive('chunk ids'), derive('packs'), derive('metadata')]

  // Encryption: sealed metadata
  const openMetadata = (name: string, sealed: Buffer): CborMap => {
    const payload = open(
      cipher,
      metadataKey,
      sealed.subarray(0, 12),
      `firedrill 1 ${repository} ${name}`,
      sealed.subarray(12),
    )
    const length = payload.readUInt32LE(0)
    const rest = payload.subarray(4)
    return mapOf(decodeCbor(length === 0 ? rest : zstdDecompressSync(rest, { maxOutputLength: length })))
  }
  const settings = openMetadata('config', bytesOf(config['sealed']))
  if (settings['fidelity'] !== 'bytes') throw new Error('no bytes')

  // Index files
  const removed = new Set<string>()
  const marks = new Map<string, { time: number; marked: boolean }>()
  const listed: Array<{ pack: PackOnDisk; chunks: ReadonlyArray<readonly [address: string, place: Place]> }> = []
  for (const name of names('index')) {
    const file = openMetadata(`index/${name}`, blob(`index/${name}`))
    for (const gone of arrayOf(file['removed'])) removed.add(bytesOf(gone).toString('hex'))
    for (const [pack, time, marked] of arrayOf(file['marks']).map(arrayOf)) {
      const key = bytesOf(pack).toString('hex')
      const known = marks.get(key)
      const says = { time: numberOf(time), marked: marked === true }
      if (known === undefined || says.time > known.time || (says.time === known.time && !says.marked))
        marks.set(key, says)
    }
    const packs = bytesOf(file['packs'])
    for (let at = 0; at < packs.length;) {
      const pack = packs.toString('hex', at, at + 32)
      const header = Buffer.concat([
        Buffer.from('FDPK\u0001'),
        packs.subarray(at + 64, at + 65),
        Buffer.alloc(2),
        packs.subarray(at + 32, at + 64),
      ])
      const length = packs.readUInt32LE(at + 69)
      listed.push(readDirectory(pack, header, packs.subarray(at + 73, at + 73 + length)))
      at += 73 + length
    }
  }
  // Unmarked packs are read first.
  const places = new Map<string, Place>()
  for (const wanted of [false, true])
    for (const { pack, chunks } of listed)
      if (!removed.has(pack.name) && (marks.get(pack.name)?.marked ?? false) === wanted)
        for (const [address, place] of chunks) if (!places.has(address)) places.set(address, place)

  // Packs
  const segments = new Map<string, Buffer>()
  const segmentOf = ({ pack, segment }: Place): Buffer => {
    const key = `${pack.name} ${segment}`
    let plain = segments.get(key)
    if (plain === undefined) {
      const { at, sealed, plain: plainLength } = pack.segments[segment]!
      const stored = blob(`data/${pack.name.slice(0, 2)}/${pack.name}`)
      if (!stored.subarray(0, 40).equals(pack.header)) throw new Error('the header and the index do not agree')
      const nonce = Buffer.alloc(12)
      nonce.writeUInt32LE(segment)
      const payload = open(
        cipher,
        packKey(packSecret, pack.header),
        nonce,
        pack.header,
        stored.subarray(at, at + sealed),
      )
      plain = sealed === plainLength + 16 ? payload : zstdDecompressSync(payload, { maxOutputLength: plainLength })
      segments.set(key, plain)
    }
    return plain
  }
  const chunk = (address: Buffer, lineage: readonly string[]): Buffer => {
    const place = places.get(address.toString('hex'))
    if (place === undefined) throw new Error(`the chunk ${address.toString('hex')} is nowhere`)
    const content = segmentOf(place).subarray(place.start, place.start + place.length)
    const id = crypto.createHmac('sha256', idKey).update(content).digest()
    const tag = id.map((byte, at) => byte ^ address[at]!)
    if (!lineage.includes(Buffer.from(tag).toString('hex'))) throw new Error('a chunk is not what its address says')
    return content
  }

  // Trees
  const walk = (address: Buffer, path: string, lineage: readonly string[]): ReadEntry[] =>
    arrayOf(decodeCbor(chunk(address, lineage))).flatMap((value) => {
      const entry = mapOf(value)
      const name = bytesOf(entry['n']).toString('latin1')
      const below = path === '' ? name : `${path}/${name}`
      const addresses =
        entry['i'] === undefined
          ? bytesOf(entry['c'] ?? Buffer.alloc(0))
          : Buffer.concat(addressesIn(bytesOf(entry['i'])).map((list) => chunk(list, lineage)))
      const self: ReadEntry = {
        path: below,
        kind: numberOf(entry['k']),
        mode: numberOf(entry['m']),
        uid: numberOf(entry['u']),
        gid: numberOf(entry['g']),
        mtime_ns: BigInt(integerOf(entry['t'])),
        ...(entry['k'] === 0
          ? { content: Buffer.concat(addressesIn(addresses).map((each) => chunk(each, lineage))) }
          : {}),
        ...(entry['l'] === undefined ? {} : { linkTarget: bytesOf(entry['l']).toString('latin1') }),
        ...(entry['h'] === undefined ? {} : { hardLink: textOf(entry['h']) }),
        ...(entry['x'] === undefined
          ? {}
          : {
              attributes: arrayOf(entry['x'])
                .map(arrayOf)
                .map(([key, bytes]) => [textOf(key), bytesOf(bytes)] as const),
            }),
      }
      if (self.content !== undefined && self.content.length !== Number(entry['s'] ?? 0))
        throw new Error('a length is wrong')
      return [self, ...(entry['d'] === undefined ? [] : walk(bytesOf(entry['d']), below, lineage))]
    })

  // Snapshots
  return names('snapshots')
    .map((id): ReadSnapshot => {
      const snapshot = openMetadata(`snapshots/${id}`, blob(`snapshots/${id}`))
      const lineage = arrayOf(snapshot['lineage']).map(textOf)
      return {
        id,
        type: textOf(snapshot['type']),
        time: numberOf(snapshot['time']),
        entries: () => walk(Buffer.from(textOf(snapshot['tree']), 'hex'), '', lineage),
      }
    })
    .sort((a, b) => a.time - b.time)
}

function readDirectory(
  name: string,
  header: Buffer,
  directory: Buffer,
): { pack: PackOnDisk; chunks: ReadonlyArray<readonly [string, Place]> } {
  const [s, c] = [directory.readUInt32LE(0), directory.readUInt32LE(4)]
  const word = (at: number): number => directory.readUInt32LE(8 + 4 * at)
  const segments: Array<{ at: number; sealed: number; plain: number }> = []
  let stored = 40
  for (let segment = 0; segment < s; segment++) {
    segments.push({ at: stored, sealed: word(segment), plain: word(s + segment) })
    stored += word(segment)
  }
  const pack = { name, header, segments }
  const chunks: Array<readonly [string, Place]> = []
  let number = 0
  for (let segment = 0; segment < s; segment++) {
    let start = 0
    for (let left = word(2 * s + segment); left > 0; left--) {
      const length = word(3 * s + number)
      const at = 8 + 4 * (3 * s + c) + 32 * number
      chunks.push([directory.toString('hex', at, at + 32), { pack, segment, start, length }])
      start += length
      number++
    }
  }
  return { pack, chunks }
}

/** HKDF-Expand with the header as info; 32 bytes are its first block. */
function packKey(secret: Buffer, header: Buffer): Buffer {
  return crypto.createHmac('sha256', secret).update(header).update(Buffer.of(1)).digest()
}

function openKey(file: CborMap, password: string): Buffer | undefined {
  const kdf = mapOf(file['kdf'])
  const message = Buffer.from(password.normalize('NFC'))
  const salt = bytesOf(kdf['salt'])
  const key =
    kdf['algorithm'] === 'scrypt'
      ? crypto.scryptSync(message, salt, 32, { N: numberOf(kdf['cost']), r: 8, p: 1, maxmem: 2 ** 31 - 1 })
      : argon2id(message, salt, numberOf(kdf['memory']), numberOf(kdf['passes']))
  const associated = ['firedrill 1 key', ...(file['role'] === undefined ? [] : [textOf(file['role'])])].join(' ')
  const cipher = file['cipher'] === 'aes-256-gcm' ? 'aes-256-gcm' : 'chacha20-poly1305'
  try {
    return open(cipher, key, Buffer.alloc(12), associated, bytesOf(file['sealed']))
  } catch {
    return undefined
  }
}

function argon2id(message: Buffer, nonce: Buffer, memory: number, passes: number): Buffer {
  if (typeof crypto.argon2Sync === 'function')
    return Buffer.from(crypto.argon2Sync('argon2id', { message, nonce, memory, passes, parallelism: 1, tagLength: 32 }))
  // Node before 24.7 has none of its own.
  const noble: typeof NobleArgon2 = createRequire(import.meta.url)('@noble/hashes/argon2.js')
  return Buffer.from(noble.argon2id(message, nonce, { m: memory, t: passes, p: 1, dkLen: 32 }))
}

function open(cipher: Cipher, key: Buffer, nonce: Buffer, associated: string | Buffer, sealed: Buffer): Buffer {
  const aad = typeof associated === 'string' ? Buffer.from(associated) : associated
  const text = sealed.subarray(0, -16)
  // The two are typed apart.
  const opening =
    cipher === 'aes-256-gcm'
      ? crypto.createDecipheriv(cipher, key, nonce, { authTagLength: 16 }).setAAD(aad)
      : crypto.createDecipheriv(cipher, key, nonce, { authTagLength: 16 }).setAAD(aad, { plaintextLength: text.length })
  opening.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([opening.update(text), opening.final()])
}

function addressesIn(list: Buffer): Buffer[] {
  return Array.from({ length: list.length / 32 }, (_, at) => list.subarray(32 * at, 32 * at + 32))
}

function mapOf(value: Cbor | undefined): CborMap {
  if (typeof value !== 'object' || Buffer.isBuffer(value) || Array.isArray(value))
    throw new TypeError('a map was expected')
  return value
}

function arrayOf(value: Cbor | undefined): Cbor[] {
  if (!Array.isArray(value)) throw new TypeError('an array was expected')
  return value
}

function bytesOf(value: Cbor | undefined): Buffer {
  if (!Buffer.isBuffer(value)) throw new TypeError('bytes were expected')
  return value
}

function textOf(value: Cbor | undefined): string {
  if (typeof value !== 'string') throw new TypeError('text was expected')
  return value
}

function numberOf(value: Cbor | undefined): number {
  if (typeof value !== 'number') throw new TypeError('a number was expected')
  return value
}

function integerOf(value: Cbor | undefined): number | bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new TypeError('an integer was expected')
  return value
}
