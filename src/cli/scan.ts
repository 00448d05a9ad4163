import { once } from 'node:events'
import { statSync } from 'node:fs'
import { stringify } from 'csv-stringify'
import type { CommandModule } from 'yargs'
import { directoryScan } from '../adapters/real/source/directory-scan.ts'
import { UsageError } from './exit.ts'

/** `firedrill scan` */
export const scanCommand: CommandModule<object, { directory: string }> = {
  command: 'scan <directory>',
  describe: 'Write names, sizes and times of a directory as CSV, to describe a dataset and how it changes',
  builder: (yargs) =>
    yargs
      .positional('directory', { type: 'string', demandOption: true, describe: 'What to look at; no file is read' })
      .example('$0 scan /srv/files > monday.csv', 'and on Tuesday again: two scans tell what changes'),
  async handler({ directory }) {
    const kind = statSync(directory, { throwIfNoEntry: false })
    if (kind === undefined) throw new UsageError(`there is no directory ${directory}`)
    if (!kind.isDirectory()) throw new UsageError(`${directory} is not a directory`)
    let unreadable = 0
    const entries = directoryScan(directory, (path, reason) => {
      unreadable += 1
      process.stderr.write(`left out: ${path} (${reason})\n`)
    })
    const csv = stringify({ header: true, columns: ['path', 'bytes', 'mtime'] })
    csv.pipe(process.stdout)
    for (const { path, bytes, mtime } of entries) {
      if (!csv.write([path, bytes, mtime.toISOString()])) await once(csv, 'drain')
    }
    csv.end()
    await once(csv, 'end')
    if (unreadable > 0) process.stderr.write(`${unreadable} entries could not be looked at and are not in the scan\n`)
  },
}
