import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { EngineError } from '../../src/engine/errors.ts'
import { hexOf } from '../../src/engine/encoding/encoding.ts'
import {
  bytesFidelity,
  check,
  copySnapshots,
  diffSnapshots,
  listSnapshot,
  prune,
  repair,
  repositoryStatistics,
  restore,
  synthesiseFull,
} from '../../src/engine/index.ts'
import type { Repository, Snapshot } from '../../src/engine/index.ts'
import { AddressCursor } from '../../src/engine/index/address.ts'
import { sealMetadata } from '../../src/engine/repository/metadata-blob.ts'
import { encodeValue } from '../../src/engine/encoding/encoding.ts'
import { MemoryFiles } from './memory-files.ts'
import { Workbench, backUp, noise, restored, smallTree } from './workbench.ts'

/** Whatever CBOR can hold. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0.5,
    2 ** 31,
    2 ** 40,
    '',
    'x',
    '00'.repeat(32),
    'zz'.repeat(32),
    new Uint8Array(0),
    new Uint8Array(31),
    new Uint8Array(32),
    new Uint8Array(64).fill(7),
    [],
    {},
    [[]],
    [{}],
  ),
  fc.nat(),
  fc.string({ maxLength: 5 }),
  fc.uint8Array({ maxLength: 70 }),
)

/** A map in which some fields are something else, or missing. */
const spoilt = (fields: readonly string[]): fc.Arbitrary<(value: object) => object> =>
  fc
    .array(fc.tuple(fc.constantFrom(...fields), fc.option(anything)), { minLength: 1, maxLength: 3 })
    .map((changes) => (value: object) => {
      const changed: Record<string, unknown> = { ...value }
      for (const [field, to] of changes)
        if (to === null) delete changed[field]
        else changed[field] = to
      return changed
    })

async function seal(bench: Workbench, repository: Repository, name: string, value: unknown): Promise<void> {
  const { cipher, metadataCompression: compression } = repository.options
  const sealed = sealMetadata(
    name,
    value,
    { sealing: bytesFidelity.sealing, key: repository.keys.metadata, cipher, compression, repository: repository.id },
    bench.random,
  )
  await bench.store.put(name, [sealed])
}

/** Whatever is done ends: as it should, or with an error of ours that says why. */
async function expectClearErrors(bench: Workbench, ids: readonly string[]): Promise<void> {
  const target = new Workbench()
  const to = await target.init(await bench.open())
  const operations: Array<(repository: Repository) => Promise<unknown>> = [
    (repository) => repository.snapshots(),
    (repository) => check(repository, { readData: 1 }),
    (repository) => prune(repository, { dryRun: true }),
    (repository) => repair(repository, { dryRun: true, readData: true }),
    (repository) => repositoryStatistics(repository),
    (repository) => copySnapshots(repository, to),
    ...ids.flatMap((id) => [
      (repository: Repository) => restore(repository, id, new MemoryFiles()),
      (repository: Repository) => listSnapshot(repository, id),
      (repository: Repository) => diffSnapshots(repository, ids[0]!, id),
      (repository: Repository) => synthesiseFull(repository, id),
    ]),
    (repository) => backUp(repository, smallTree()),
  ]
  for (const operation of operations)
    try {
      await operation(await bench.surviving().open())
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      expect(error.message.length).toBeGreaterThan(10)
    }
}

const SNAPSHOT_FIELDS = [
  'time',
  'completed',
  'type',
  'host',
  'dataset',
  'lineage',
  'base',
  'tree',
  'root',
  'files',
  'source_bytes',
]
const ENTRY_FIELDS = ['n', 'k', 'm', 'u', 'g', 't', 's', 'f', 'c', 'i', 'd', 'l', 'h', 'r', 'v', 'x', 'p', 'o']

describe('what somebody with a key has written wrong gives errors that say so', { timeout: 120_000 }, () => {
  test.prop([spoilt(SNAPSHOT_FIELDS)], { numRuns: 25 })('snapshots', async (spoil) => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = smallTree()
    const { id: sound, ...stored } = await backUp(repository, files)
    const id = hexOf(noise(5, 32))
    await seal(bench, repository, `snapshots/${id}`, spoil(stored))
    await expectClearErrors(bench, [sound, id])
    // The sound one does not suffer.
    expect(await restored(await bench.open(), sound)).toEqual(files.describe())
  })

  test.prop([spoilt(['packs', 'marks', 'removed'])], { numRuns: 15 })('index files', async (spoil) => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = smallTree()
    const { id } = await backUp(repository, files)
    await seal(
      bench,
      repository,
      `index/${hexOf(noise(5, 32))}`,
      spoil({ packs: noise(1, 150), marks: [], removed: [] }),
    )
    await expectClearErrors(bench, [id])
    expect(await restored(await bench.open(), id)).toEqual(files.describe())
  })

  test.prop(
    [
      fc.oneof(
        spoilt(ENTRY_FIELDS).map((spoil) => [spoil]),
        fc.array(spoilt(ENTRY_FIELDS), { maxLength: 3 }),
      ),
      fc.boolean(),
    ],
    { numRuns: 40 },
  )('trees', async (spoils, isDirectory) => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = smallTree()
    const { id: sound, ...stored } = await backUp(repository, files)
    const about = { m: 0o644, u: 0, g: 0, t: 0 }
    const entry = isDirectory
      ? { n: Buffer.from('x'), k: 1, ...about, d: new Uint8Array(32) }
      : { n: Buffer.from('x'), k: 0, ...about, s: 5, c: new Uint8Array(32) }
    const id = await snapshotOf(repository, stored, encodeValue(spoils.map((spoil) => spoil(entry))))
    await expectClearErrors(bench, [sound, id])
    expect(await restored(await bench.open(), sound)).toEqual(files.describe())
  })

  test.prop(
    [
      fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        anything.map((value) => encodeValue(value)),
      ),
    ],
    { numRuns: 25 },
  )('trees that are none', async (bytes) => {
    const bench = new Workbench()
    const repository = await bench.init()
    const { id: sound, ...stored } = await backUp(repository, smallTree())
    await expectClearErrors(bench, [sound, await snapshotOf(repository, stored, bytes)])
  })
})

/** Stores bytes as a root tree, and a snapshot of it. */
async function snapshotOf(repository: Repository, stored: Omit<Snapshot, 'id'>, tree: Uint8Array): Promise<string> {
  const writer = repository.writer()
  const cursor = new AddressCursor()
  bytesFidelity.identify(tree, repository.keys, cursor.bytes, 0)
  const address = hexOf(cursor.bytes)
  writer.add('trees', cursor, tree)
  await writer.finish()
  return (await repository.writeSnapshot({ ...stored, tree: address })).id
}
