import type { CommandModule } from 'yargs'
import { bytes, count, instant } from '../../report/text/human.ts'
import { snapshotLocks } from '../../engine/index.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { counted, print, shortId, table } from './print.ts'

/** `firedrill repo snapshots DIR` */
export const snapshotsCommand: CommandModule<object, RepositoryArguments> = {
  command: 'snapshots <repository>',
  describe: 'List snapshots, the oldest first',
  builder: (yargs) => repositoryOptions(yargs),
  async handler(args) {
    const repository = await open(args)
    const locks = await snapshotLocks(repository)
    const found = await repository.audited(
      'snapshots',
      () => repository.snapshots(),
      ({ length }) => ({ snapshots: length }),
    )
    const snapshots = found.map((snapshot) => {
      const lockedUntil = locks.get(snapshot.id)
      return { ...snapshot, ...(lockedUntil === undefined ? {} : { lockedUntil }) }
    })
    const anyLocked = locks.size > 0
    print(args, snapshots, () =>
      [
        table(
          [
            ['ID', 'UTC', 'TYPE', 'FILES', 'SIZE', 'ADDED', 'HOST', ...(anyLocked ? ['LOCKED UNTIL'] : []), 'DATASET'],
            ...snapshots.map((snapshot) => [
              shortId(snapshot.id),
              instant(snapshot.time),
              snapshot.type,
              count(snapshot.files),
              bytes(snapshot.source_bytes),
              bytes(snapshot.stored_bytes),
              snapshot.host,
              ...(anyLocked ? [snapshot.lockedUntil === undefined ? '' : instant(snapshot.lockedUntil)] : []),
              snapshot.dataset,
            ]),
          ],
          [3, 4, 5],
        ),
        counted(snapshots.length, 'snapshot'),
      ].join('\n'),
    )
  },
}
