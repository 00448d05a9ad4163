/**
 * The engine in a program of one's own: makes a repository, backs up a directory twice, finds out what has changed, restores
 * the older state, and frees what is not needed any more.
 *
 *   node examples/engine/daily-letters.ts FOLDER
 *
 * What `firedrill/engine` needs from outside comes through its ports. `firedrill/engine/local` has them for disks and
 * `firedrill/engine/s3` a store for S3; a program may bring its own.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { backup, check, diffSnapshots, forget, initRepository, openRepository, prune, restore } from 'firedrill/engine'
import type { Log, NewRepositoryOptions } from 'firedrill/engine'
import { directorySource, directoryStore, directoryTarget, systemPorts } from 'firedrill/engine/local'

const folder = process.argv[2]
if (folder === undefined) throw new Error('say in which folder to work')
const [letters, repositoryFolder, restored] = ['letters', 'repository', 'restored'].map((name) => join(folder, name))

mkdirSync(letters!, { recursive: true })
mkdirSync(repositoryFolder!)
writeFileSync(join(letters!, 'to-anna'), 'Dear Anna,\n')

const operations: string[] = []
const log: Log = {
  audit: ({ operation, outcome }) => operations.push(`${operation}: ${outcome}`),
  warn: (message) => process.stderr.write(`${message}\n`),
}
const ports = { ...systemPorts({ warn: log.warn }), log }
const store = directoryStore(repositoryFolder!)
const credentials = { password: 'correct horse battery staple', principal: 'example' }
const options: NewRepositoryOptions = {
  chunker: { min: 128 * 1024, avg: 512 * 1024, max: 2 * 1024 * 1024, normalisation: 2 },
  pack_bytes: 16 * 1024 * 1024,
  compression: 'zstd',
  cipher: 'aes-256-gcm',
  kdf: { algorithm: 'scrypt', cost: 65_536 },
}

await initRepository(ports, store, credentials, options)
const repository = await openRepository(ports, store, credentials)
const dataset = { type: 'snapshot', host: 'desk', dataset: 'letters' } as const
const first = await backup(repository, directorySource(letters!), dataset)

appendFileSync(join(letters!, 'to-anna'), 'Yours, Ben\n')
writeFileSync(join(letters!, 'to-carl'), 'Dear Carl,\n')
const second = await backup(repository, directorySource(letters!), dataset)
const changes = await diffSnapshots(repository, first.snapshot.id, second.snapshot.id)

const target = directoryTarget(restored!)
await restore(repository, first.snapshot.id, target)
await target.flush()

await forget(repository, [first.snapshot.id])
await prune(repository, { grace_s: 0 })
const { errors } = await check(repository, { readData: 1 })

process.stdout.write(
  `${JSON.stringify({
    changes: changes.map(({ path, change }) => `${path}: ${change}`),
    restored: readFileSync(join(restored!, 'to-anna'), 'utf8'),
    errors,
    operations,
  })}\n`,
)
