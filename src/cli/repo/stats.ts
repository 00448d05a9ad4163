import type { CommandModule } from 'yargs'
import { repositoryStatistics } from '../../engine/index.ts'
import { bytes, count, instant } from '../../report/text/human.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { print, table } from './print.ts'

/** `firedrill repo stats DIR` */
export const statsCommand: CommandModule<object, RepositoryArguments> = {
  command: 'stats <repository>',
  describe: 'Say how much is stored, and for how much',
  builder: (yargs) => repositoryOptions(yargs),
  async handler(args) {
    const found = await repositoryStatistics(await open(args))
    print(args, found, () => {
      const { snapshots, oldest, newest, source_bytes, plain_bytes, stored_bytes, chunks, packs, markedPacks } = found
      return table([
        ['snapshots', oldest === undefined ? '0' : `${count(snapshots)}, ${instant(oldest)} to ${instant(newest!)}`],
        [
          'in them',
          stored_bytes === 0
            ? bytes(source_bytes)
            : `${bytes(source_bytes)}, ${(source_bytes / stored_bytes).toFixed(1)} times what is stored`,
        ],
        ['chunks', `${count(chunks)}, ${bytes(plain_bytes)} before compression`],
        ['stored', `${bytes(stored_bytes)} in ${count(packs)} packs, of which ${count(markedPacks)} are to be deleted`],
      ])
    })
  },
}
