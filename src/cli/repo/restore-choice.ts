import type { ArgumentsCamelCase, Argv } from 'yargs'
import { OVERWRITING } from '../../engine/index.ts'
import type { Overwriting, PathFilter, RestoreOptions, SelectionOptions } from '../../engine/index.ts'
import { UsageError } from '../exit.ts'
import { pathInSnapshot } from './connection.ts'
import { matchingEither, reachOfEither } from './file-patterns.ts'

/** What of a snapshot is restored, and what becomes of what is there. */
export interface RestoreChoiceArguments {
  only: string[] | undefined
  include: string[] | undefined
  iinclude: string[] | undefined
  exclude: string[] | undefined
  iexclude: string[] | undefined
  overwrite: string | undefined
  delete: boolean
}

const several = { type: 'string', array: true, nargs: 1 } as const

export function restoreChoiceOptions<T>(yargs: Argv<T>): Argv<T & RestoreChoiceArguments> {
  return yargs
    .option('only', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'A path inside the snapshot; may be given more than once',
    })
    .option('include', {
      ...several,
      alias: 'i',
      describe: "Only what a pattern matches, with all below it: '*.odt', '/letters/2026'",
    })
    .option('iinclude', { ...several, describe: 'The same, whether written in capitals or not' })
    .option('exclude', { ...several, alias: 'e', describe: 'Not what a pattern matches, nor anything below it' })
    .option('iexclude', { ...several, describe: 'The same, whether written in capitals or not' })
    .option('overwrite', {
      type: 'string',
      describe:
        'Restore into a directory that is not empty. Files of the same names are replaced (always, the same as without a word), kept where size and time are the same (if-changed), replaced by later ones only (if-newer), or left as they are (never)',
    })
    .option('delete', {
      type: 'boolean',
      default: false,
      describe: 'Take away what is in the restored directories and not in the snapshot, but for what is excluded',
    })
}

type Chosen = Pick<RestoreOptions, keyof SelectionOptions | 'overwrite' | 'removeOthers'>

export function restoreChoice(args: ArgumentsCamelCase<RestoreChoiceArguments>): Chosen {
  const include = fromRoot(matchingEither(args.include, args.iinclude))
  const reaches = reachOfEither(args.include, args.iinclude)
  const exclude = fromRoot(matchingEither(args.exclude, args.iexclude))
  const overwrite = overwritingOf(args.overwrite)
  return {
    ...(args.only === undefined ? {} : { only: args.only.map(pathInSnapshot) }),
    ...(include === undefined ? {} : { include, mayIncludeBelow: (directory) => reaches(`/${directory}`) }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(overwrite === undefined ? {} : { overwrite }),
    removeOthers: args.delete,
  }
}

/** Patterns are asked of paths that begin at '/': that of the snapshot. */
function fromRoot(filter: PathFilter | undefined): PathFilter | undefined {
  return filter && ((path, isDirectory) => filter(`/${path}`, isDirectory))
}

function overwritingOf(word: string | undefined): Overwriting | undefined {
  if (word === undefined) return undefined
  const found = OVERWRITING.find((each) => each === (word === '' ? 'always' : word))
  if (found === undefined)
    throw new UsageError(
      `--overwrite ${word}: write ${OVERWRITING.join(', ')} or nothing behind it, and the directory before it`,
    )
  return found
}
