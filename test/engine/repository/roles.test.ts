import { describe, expect, it } from 'vitest'
import { AccessDeniedError, WrongPasswordError } from '../../../src/engine/errors.ts'
import {
  addKey,
  check,
  copySnapshots,
  forget,
  listKeys,
  listSnapshot,
  openRepository,
  prune,
  removeKey,
} from '../../../src/engine/index.ts'
import type { Repository, Role } from '../../../src/engine/index.ts'
import { MemoryFiles } from '../memory-files.ts'
import { Workbench, backUp, restored, smallTree } from '../workbench.ts'

async function withRoles(): Promise<{ bench: Workbench; as: (role: Role) => Promise<Repository>; snapshot: string }> {
  const bench = new Workbench()
  const repository = await bench.init()
  const { id } = await backUp(repository, smallTree())
  for (const role of ['reader', 'writer'] as const) await addKey(repository, { password: role, principal: role, role })
  const as = (role: Role): Promise<Repository> =>
    role === 'administrator'
      ? bench.open()
      : openRepository(bench.ports, bench.store, { password: role, principal: role })
  return { bench, as, snapshot: id }
}

/** What each role may do. Everything else is refused and changes nothing. */
const operations: Array<
  [what: string, allowed: readonly Role[], work: (repository: Repository, id: string) => Promise<unknown>]
> = [
  ['list snapshots', ['reader', 'writer', 'administrator'], (repository) => repository.snapshots()],
  ['list files', ['reader', 'writer', 'administrator'], (repository, id) => listSnapshot(repository, id)],
  ['restore', ['reader', 'writer', 'administrator'], (repository, id) => restored(repository, id)],
  ['check', ['reader', 'writer', 'administrator'], (repository) => check(repository, { readData: 1 })],
  ['list keys', ['reader', 'writer', 'administrator'], (repository) => listKeys(repository)],
  [
    'back up',
    ['writer', 'administrator'],
    (repository) => backUp(repository, new MemoryFiles().file('new', 'something that is not stored yet')),
  ],
  ['copy to', ['writer', 'administrator'], (repository) => copyInto(repository)],
  ['forget', ['administrator'], (repository, id) => forget(repository, [id])],
  ['prune', ['administrator'], (repository) => prune(repository, { grace_s: 0, maxUnused: 0 })],
  ['overwrite a pack', [], (repository) => overwrite(repository)],
  ['add a key', ['administrator'], (repository) => addKey(repository, { password: 'x', principal: 'x' })],
  ['remove a key', ['administrator'], async (repository) => removeKey(repository, (await readerKey(repository)).id)],
]

async function copyInto(repository: Repository): Promise<unknown> {
  const other = await new Workbench().init(repository)
  await backUp(other, new MemoryFiles().file('elsewhere', 'made elsewhere'))
  return copySnapshots(other, repository)
}

async function readerKey(repository: Repository): Promise<{ id: string }> {
  return (await listKeys(repository)).find(({ role }) => role === 'reader')!
}

async function overwrite(repository: Repository): Promise<void> {
  for await (const { name } of repository.store.list('data/')) await repository.store.put(name, [new Uint8Array(5)])
}

describe('what a role may do', () => {
  for (const role of ['reader', 'writer', 'administrator'] as const) {
    for (const [what, allowed, work] of operations) {
      it(`${role}: ${what}: ${allowed.includes(role) ? 'yes' : 'no'}`, async () => {
        const { bench, as, snapshot } = await withRoles()
        const repository = await as(role)
        expect(repository.role).toBe(role)
        // Something for prune to do.
        if (what === 'prune') await forget(await as('administrator'), [snapshot])
        const before = bench.store.contents()
        if (allowed.includes(role)) {
          await work(repository, snapshot)
          return
        }
        await expect(work(repository, snapshot)).rejects.toThrow(what === 'overwrite a pack' ? /.*/ : AccessDeniedError)
        expect(bench.store.contents()).toEqual(before)
        const audited = ['back up', 'copy to', 'forget', 'prune', 'add a key', 'remove a key']
        if (audited.includes(what)) {
          expect(bench.audit.at(-1)).toMatchObject({ outcome: 'refused', principal: role })
        }
      })
    }
  }

  it('cannot be had by writing another role into the key file', async () => {
    const { bench } = await withRoles()
    for (const name of bench.store.names('keys/')) {
      bench.store.damage(name, (bytes) =>
        Buffer.from(Buffer.from(bytes).toString('latin1').replace('reader', 'writer'), 'latin1'),
      )
    }
    const reading = openRepository(bench.ports, bench.store, { password: 'reader', principal: 'reader' })
    await expect(reading).rejects.toThrow(WrongPasswordError)
  })
})

describe('the keys of a repository', () => {
  it('can be added and removed; then the password opens no more', async () => {
    const { bench, as } = await withRoles()
    const administrator = await as('administrator')
    const { id } = await addKey(administrator, { password: 'second', principal: 'someone' })
    expect((await listKeys(administrator)).map(({ role }) => role).sort()).toEqual([
      'administrator',
      'administrator',
      'reader',
      'writer',
    ])
    const second = { password: 'second', principal: 'someone' }
    expect(await (await openRepository(bench.ports, bench.store, second)).snapshots()).toHaveLength(1)
    await removeKey(administrator, id)
    await expect(openRepository(bench.ports, bench.store, second)).rejects.toThrow(WrongPasswordError)
  })

  it('never lack one of an administrator', async () => {
    const { as } = await withRoles()
    const administrator = await as('administrator')
    const own = (await listKeys(administrator)).find(({ role }) => role === 'administrator')!
    await expect(removeKey(administrator, own.id)).rejects.toThrow('is the last of an administrator')
    const { id } = await addKey(administrator, { password: 'new', principal: 'me' })
    await removeKey(administrator, own.id)
    await expect(removeKey(administrator, id)).rejects.toThrow('is the last of an administrator')
    await expect(removeKey(administrator, 'none')).rejects.toThrow('there is no key none')
  })

  it('are all there or not at all when the store dies', async () => {
    for (const afterEffect of [false, true]) {
      const { bench } = await withRoles()
      const changes: Array<(repository: Repository) => Promise<unknown>> = [
        (repository) => addKey(repository, { password: 'new', principal: 'new' }),
        async (repository) => removeKey(repository, (await readerKey(repository)).id),
      ]
      for (const change of changes) {
        const attempt = bench.surviving()
        const repository = await attempt.open()
        attempt.store.dieAtWrite(0, afterEffect)
        await expect(change(repository)).rejects.toThrow('the store has just died')
        const after = attempt.surviving()
        const reopened = await after.open()
        expect((await reopened.snapshots()).length).toBe(1)
        expect(after.warnings).toEqual([])
      }
    }
  })
})
