import type { CommandModule } from 'yargs'
import { synthesiseFull } from '../../engine/index.ts'
import { bytes, duration } from '../../report/text/human.ts'
import { open, repositoryOptions, requestsAtOnce, uploadsAtOnce } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { lockOption, lockUntil, requireLocked, warnOfWeakLocks } from './lock-option.ts'
import type { LockArguments } from './lock-option.ts'
import { print, shortId } from './print.ts'
import { progressBar } from './progress.ts'
import { choiceOptions, findSnapshot } from './snapshot-choice.ts'
import type { ChoiceArguments } from './snapshot-choice.ts'

interface SynthesiseArguments extends RepositoryArguments, ChoiceArguments, LockArguments {
  snapshot: string
}

/** `firedrill repo synthesise DIR [SNAPSHOT]` */
export const synthesiseCommand: CommandModule<object, SynthesiseArguments> = {
  command: 'synthesise <repository> [snapshot]',
  describe: 'Make a full backup out of what is stored, without reading the source; the chain before it can then go',
  builder: (yargs) =>
    lockOption(choiceOptions(repositoryOptions(yargs)))
      .positional('snapshot', { type: 'string', default: 'latest', describe: "Id, its beginning, or 'latest'" })
      .example('$0 repo synthesise /mnt/disk/backups', 'a full backup of the newest snapshot'),
  async handler(args) {
    const repository = await open(args)
    const { id } = await findSnapshot(repository, args.snapshot, args)
    const started_ms = performance.now()
    const bar = progressBar('synthesise')
    const report = await synthesiseFull(repository, id, {
      downloads: requestsAtOnce(args.repository),
      uploads: uploadsAtOnce(args.repository),
      request_bytes: 4 * 1024 * 1024,
      ...lockUntil(args),
      onProgress: (progress) => bar.show(progress),
    })
    bar.end()
    const { snapshot, fetched_bytes, stored_bytes } = report
    warnOfWeakLocks(args, args.repository)
    print(
      args,
      report,
      () =>
        `Snapshot ${shortId(snapshot.id)} is a full backup of what ${shortId(id)} holds: ${bytes(fetched_bytes)} read from the repository,` +
        ` ${bytes(stored_bytes)} stored in ${duration((performance.now() - started_ms) / 1000)}`,
    )
    requireLocked(report.locks)
  },
}
