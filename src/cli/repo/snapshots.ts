import type { CommandModule } from 'yargs'
import { bytes, count, instant } from '../../report/human.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { counted, print, shortId, table } from './print.ts'

/** `firedrill repo snapshots DIR` */
export const snapshotsCommand: CommandModule<object, RepositoryArguments> = {
  command: 'snapshots <repository>',
  describe: 'List snapshots, the oldest first',
  builder: (yargs) => repositoryOptions(yargs),
  async handler(args) {
    const snapshots = await (await open(args)).snapshots()
    print(args, snapshots, () =>
      [
        table(
          [
            ['ID', 'UTC', 'TYPE', 'FILES', 'SIZE', 'ADDED', 'HOST', 'DATASET'],
            ...snapshots.map((snapshot) => [
              shortId(snapshot.id),
              instant(snapshot.time),
              snapshot.type,
              count(snapshot.files),
              bytes(snapshot.source_bytes),
              bytes(snapshot.stored_bytes),
              snapshot.host,
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
