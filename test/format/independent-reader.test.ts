import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directorySource } from '../../src/adapters/real/source/directory-source.ts'
import { directoryStore } from '../../src/adapters/real/directory-store.ts'
import { systemPorts } from '../../src/adapters/real/system.ts'
import { addKey, backup, forget, initRepository, prune, synthesiseFull } from '../../src/engine/index.ts'
import type { NewRepositoryOptions, Repository } from '../../src/engine/index.ts'
import { bytes, createMessyTree } from '../adapters/real/messy-tree.ts'
import { readRepository } from './independent-reader.ts'
import type { ReadEntry } from './independent-reader.ts'

let directory: string
let tree: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'firedrill-format-'))
  tree = join(directory, 'tree')
  createMessyTree(tree)
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const KINDS = [
  'isFile',
  'isDirectory',
  'isSymbolicLink',
  'isFIFO',
  'isSocket',
  'isBlockDevice',
  'isCharacterDevice',
] as const

/** An entry with the digest of its content, which is what one wants to see when two differ. */
type Summary = Omit<ReadEntry, 'content' | 'hardLink' | 'attributes'> & { readonly content?: string }

const digest = (content: Buffer): string =>
  `${content.length} bytes: ${createHash('sha256').update(content).digest('hex')}`

/** What stands on the disk, in the words of the reader. */
function onDisk(path = ''): Summary[] {
  const at = (below: string): Buffer => bytes(below === '' ? tree : `${tree}/${below}`)
  return readdirSync(at(path), { encoding: 'latin1' }).flatMap((name) => {
    const below = path === '' ? name : `${path}/${name}`
    const stat = lstatSync(at(below), { bigint: true })
    const kind = KINDS.findIndex((is) => stat[is]())
    const self = {
      path: below,
      kind,
      mode: Number(stat.mode & 0o7777n),
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      mtime_ns: stat.mtimeNs,
      ...(kind === 0 ? { content: digest(readFileSync(at(below))) } : {}),
      ...(kind === 2 ? { linkTarget: readlinkSync(at(below), { encoding: 'latin1' }) } : {}),
    }
    return [self, ...(kind === 1 ? onDisk(below) : [])]
  })
}

function summary({ hardLink: _1, attributes: _2, content, ...entry }: ReadEntry): Summary {
  return content === undefined ? entry : { ...entry, content: digest(content) }
}

const byPath = <T extends { readonly path: string }>(entries: readonly T[]): T[] =>
  entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))

async function repositoryOf(options: Partial<NewRepositoryOptions>): Promise<Repository> {
  const place = join(directory, 'repository')
  mkdirSync(place)
  return initRepository(
    systemPorts({ warn() {} }),
    directoryStore(place, { durable: false }),
    { password: 'o\u0308ffne dich', principal: 'tester' },
    {
      chunker: { min: 4096, avg: 16_384, max: 65_536, normalisation: 2 },
      pack_bytes: 1024 * 1024,
      compression: 'zstd',
      cipher: 'aes-256-gcm',
      kdf: { algorithm: 'scrypt', cost: 16 },
      ...options,
    },
  )
}

const variants: ReadonlyArray<Partial<NewRepositoryOptions>> = [
  { cipher: 'aes-256-gcm', compression: 'zstd', kdf: { algorithm: 'scrypt', cost: 16 } },
  { cipher: 'chacha20-poly1305', compression: 'none', kdf: { algorithm: 'argon2id', memory: 64, passes: 1 } },
]

describe('a reader that was written from docs/repository-format.md alone', { timeout: 120_000 }, () => {
  it.each(variants)(
    'reads every type of backup as the tree was: $cipher, $compression, $kdf.algorithm',
    async (options) => {
      const repository = await repositoryOf(options)
      const states = new Map<string, ReturnType<typeof onDisk>>()
      const round = async (type: 'full' | 'incremental' | 'differential' | 'snapshot'): Promise<string> => {
        const state = onDisk()
        const source = directorySource(tree, {})
        const { snapshot } = await backup(repository, source, { type, host: 'h', dataset: 'd' })
        states.set(snapshot.id, state)
        return snapshot.id
      }
      await round('snapshot')
      for (const type of ['full', 'incremental', 'differential', 'snapshot'] as const) {
        writeFileSync(join(tree, 'changes'), `for ${type}`)
        await round(type)
      }
      // Most of it from where other snapshots have put it, marked and removed packs among them.
      const [first, second] = states.keys()
      await forget(repository, [first!, second!])
      for (const id of [first!, second!]) states.delete(id)
      await prune(repository, { maxUnused: 0, grace_s: 0 })
      await prune(repository, { maxUnused: 0, grace_s: 3600 })
      const [chained] = states.keys()
      const { snapshot } = await synthesiseFull(repository, chained!)
      states.set(snapshot.id, states.get(chained!)!)
      await addKey(repository, { password: 'of a reader', principal: 'somebody', role: 'reader' })

      // NFC of the same word, as another keyboard gives it.
      for (const password of ['\u00f6ffne dich', 'of a reader']) {
        const read = readRepository(join(directory, 'repository'), password)
        expect(new Set(read.map(({ id }) => id))).toEqual(new Set(states.keys()))
        for (const found of read) {
          expect(byPath(found.entries().map(summary))).toEqual(byPath(states.get(found.id)!))
        }
      }
      expect(() => readRepository(join(directory, 'repository'), 'wrong')).toThrow('no key opens')
    },
  )

  it('finds which names are of one file, and the attributes', async () => {
    await backup(await repositoryOf({}), directorySource(tree, {}), { type: 'snapshot', host: 'h', dataset: 'd' })
    const [snapshot] = readRepository(join(directory, 'repository'), 'öffne dich')
    const entries = snapshot!.entries()
    const links = Map.groupBy(entries, ({ hardLink }) => hardLink)
    links.delete(undefined)
    expect([...links.values()].map((names) => names.map(({ path }) => path).sort())).toEqual([
      ['docs/readme.txt', 'links/hard', 'links/harder'],
    ])
    const attributes = entries.find(({ path }) => path === 'docs/deep/deeper/secret')?.attributes
    // Where the file system and the system have them.
    if (attributes !== undefined) expect(attributes).toEqual([['user.binary', Buffer.from('\0\u00ff', 'latin1')]])
  })
})
