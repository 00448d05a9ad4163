import type { CommandModule } from 'yargs'
import { check, damagedConfigs } from '../../engine/index.ts'
import type { DataToRead } from '../../engine/index.ts'
import { parseSize } from '../../scenario/quantities/units.ts'
import { instant } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import { open, repositoryOptions, requestsAtOnce } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { counted, print, shortId, warn } from './print.ts'
import { progressBar } from './progress.ts'

interface CheckArguments extends RepositoryArguments {
  'read-data': string | undefined
}

/** `firedrill repo check DIR` */
export const checkCommand: CommandModule<object, CheckArguments> = {
  command: 'check <repository>',
  describe: 'Look for damage; with --read-data in every stored byte',
  builder: (yargs) =>
    repositoryOptions(yargs)
      .option('read-data', {
        type: 'string',
        alias: 'read-data-subset',
        describe:
          "Read packs and verify them: all; a share of them such as 10%, or '50 GB' of them, drawn at random; or 3/7, the third of seven parts",
      })
      .example('$0 repo check /mnt/disk/backups --read-data=5%', 'read one pack in twenty')
      .example(
        '$0 repo check /mnt/disk/backups --read-data=$(date +%u)/7',
        'everything once a week, a seventh each night',
      ),
  async handler(args) {
    const readData = toRead(args.readData)
    const repository = await open(args)
    const bar = progressBar('check')
    const report = await check(repository, {
      // One of each pack: where packs are read one after another, all wait at the end of each.
      downloads: 1,
      packsAtOnce: requestsAtOnce(args.repository),
      ...(readData === undefined ? {} : { readData, request_bytes: 4 * 1024 * 1024 }),
      onProgress: (progress) => bar.show(progress),
    })
    bar.end()
    const { shortLocks } = report
    const configs = await damagedConfigs(repository)
    // Repositories of earlier versions have none.
    if (configs.some(({ blob, isMissing }) => isMissing && blob === 'config-copy'))
      warn(`there is no copy of the configuration in ${args.repository}; make it with: firedrill repo repair`)
    const errors = [
      ...report.errors,
      ...configs
        .filter(({ blob, isMissing }) => !isMissing || blob !== 'config-copy')
        .map(({ blob, isMissing }) => ({
          kind: 'configuration' as const,
          subject: blob,
          message: `it is ${isMissing ? 'not there' : 'damaged'}; repair puts the other in its place`,
        })),
    ]
    for (const { snapshot, packs, heldUntil } of shortLocks)
      warn(
        `snapshot ${shortId(snapshot)} is locked, and ${counted(packs, 'pack')} that it needs ${heldUntil === undefined ? 'can be deleted now' : `only until ${instant(heldUntil)}`}; mend it with: firedrill repo lock`,
      )
    print(args, { ...report, errors }, () =>
      errors.length === 0
        ? `No errors found${readData === undefined ? '; data was not read (--read-data)' : ''}`
        : errors.map(({ kind, subject, message }) => `${kind} ${subject}: ${message}`).join('\n'),
    )
    if (errors.length > 0) throw new Error(`${counted(errors.length, 'error')} found in ${args.repository}`)
  },
}

/** 0.05 of '0.05' and of '5%'; 1 of '' (the option without a value); the third of seven parts of '3/7'; a size of '50 GB'. */
function toRead(text: string | undefined): DataToRead | undefined {
  if (text === undefined) return undefined
  if (text === '') return 1
  const [, part, of] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  if (Number(part) > 0 && Number(part) <= Number(of)) return { part: Number(part), of: Number(of) }
  const [, digits, percent] = /^(\d+(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text) ?? []
  const share = Number(digits) / (percent === '%' ? 100 : 1)
  if (share > 0 && share <= 1) return share
  const size = parseSize(text)
  if (digits === undefined && 'value' in size && size.value > 0) return { bytes: size.value }
  throw new UsageError(
    `--read-data=${text}: give a share above 0 and up to 1, such as 0.1 or 10%, a size such as 50 GB, or a part such as 3/7`,
  )
}
