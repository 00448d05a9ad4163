import { lstatSync, readFileSync } from 'node:fs'
import type { Argv } from 'yargs'
import { directorySource } from '../../adapters/real/source/directory-source.ts'
import type { DirectorySourceOptions } from '../../adapters/real/source/directory-source.ts'
import { patternsIn } from '../../adapters/real/source/exclude-patterns.ts'
import { reachable } from '../../adapters/real/long-paths.ts'
import { CACHE_MARKER } from '../../adapters/real/source/source-selection.ts'
import type { SourceSelectionOptions } from '../../adapters/real/source/source-selection.ts'
import { fileSystemError } from '../../adapters/real/system-errors.ts'
import { FileSystemError } from '../../engine/errors.ts'
import { commandSource, streamSource } from '../../adapters/real/source/stream-source.ts'
import type { FileSystem, NameBytes } from '../../engine/ports.ts'
import { parseSize } from '../../scenario/quantities/units.ts'
import { UsageError } from '../exit.ts'
import { pathInSnapshot } from './connection.ts'
import { matchingEither } from './file-patterns.ts'

/** What to back up. */
export interface SourceArguments {
  sources: string[]
  'files-from': string[] | undefined
  exclude: string[] | undefined
  iexclude: string[] | undefined
  'exclude-file': string[] | undefined
  'iexclude-file': string[] | undefined
  'ignore-inode': boolean
  'ignore-ctime': boolean
  'exclude-caches': boolean
  'exclude-if-present': string[] | undefined
  'exclude-larger-than': string | undefined
  'one-file-system': boolean
  stdin: boolean
  'stdin-command': string | undefined
  'stdin-filename': string
}

export function sourceOptions<T>(yargs: Argv<T>): Argv<T & SourceArguments> {
  return yargs
    .positional('sources', {
      type: 'string',
      array: true,
      default: [] as string[],
      describe:
        'Directory to back up: its content. A file, or several paths: these, with the folders that lead to them from / on',
    })
    .option('files-from', {
      type: 'string',
      array: true,
      nargs: 1,
      describe:
        'File with more paths, one a line, or with a zero byte behind each (find -print0); --files-from=- for stdin',
    })
    .option('exclude', {
      alias: 'e',
      type: 'string',
      array: true,
      nargs: 1,
      describe: "Leave out what a pattern matches: '*.tmp', 'cache/thumbs', '/home/*/.cache', '!keep.tmp'",
    })
    .option('iexclude', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'The same, whether written in capitals or not',
    })
    .option('exclude-file', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'File with such patterns, one a line; lines that begin with # are comments',
    })
    .option('iexclude-file', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'The same, whether written in capitals or not',
    })
    .option('ignore-inode', {
      type: 'boolean',
      default: false,
      describe:
        'A file may be unchanged though its inode number is another, as on some network file systems; read all once where this is new',
    })
    .option('ignore-ctime', {
      type: 'boolean',
      default: false,
      describe:
        'A file is unchanged where its size and the time of its last change (mtime) are, which programs can set; read all once where this is new',
    })
    .option('exclude-caches', {
      type: 'boolean',
      default: false,
      describe: 'Leave out the content of directories that a CACHEDIR.TAG marks as caches',
    })
    .option('exclude-if-present', {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Leave out the content of directories in which a file of this name lies, such as .nobackup',
    })
    .option('exclude-larger-than', {
      type: 'string',
      requiresArg: true,
      describe: 'Leave out files larger than this: 500 MB, 2 GiB',
    })
    .option('one-file-system', {
      alias: 'x',
      type: 'boolean',
      default: false,
      describe: 'Do not look into mounts of other file systems',
    })
    .option('stdin', { type: 'boolean', default: false, describe: 'Back up what is piped in, as one file' })
    .option('stdin-command', {
      type: 'string',
      requiresArg: true,
      describe: 'Back up what a command prints; if it fails, there is no snapshot',
    })
    .option('stdin-filename', {
      type: 'string',
      requiresArg: true,
      default: 'stdin',
      describe: 'Name of that file',
    })
}

/** What is backed up, and what it is called by default. */
export interface ChosenSource {
  readonly dataset: string
  /** Directory below which paths in the snapshot stand; undefined for what is piped in. */
  readonly root: string | undefined
  /** Why paths that were asked for are not backed up: they are not there, or may not be looked at. */
  readonly missing: readonly string[]
  open(options: DirectorySourceOptions): FileSystem
}

export function chooseSource(args: SourceArguments): ChosenSource {
  const piped = args.stdin || args['stdin-command'] !== undefined
  const named = [...args.sources.map(bytesOf), ...(args['files-from'] ?? []).flatMap(pathsIn)]
  if (named.includes(''))
    throw new UsageError('one of the paths to back up is an empty word; is a variable not set that it comes from?')
  if (piped && named.length > 0)
    throw new UsageError('what is piped in is backed up alone: name no directory beside it')
  if (piped) return pipedSource(args)
  if (named.length === 0)
    throw new UsageError('say what to back up: a directory, several paths, --files-from, --stdin or --stdin-command')
  const selection = selectionOf(args)
  const paths = [...new Set(named.map(absolute))]
  const missing = paths.flatMap(whyMissing)
  if (missing.length === paths.length) throw new Error(`cannot back up ${missing.join('; ')}`)
  const [only] = paths
  const isOneDirectory = paths.length === 1 && lstatSync(reachable(only!)).isDirectory()
  const root = isOneDirectory ? textOf(only!) : '/'
  return {
    dataset: paths.map(textOf).join(', '),
    root,
    missing,
    open: (options) =>
      directorySource(root, {
        ...options,
        ...selection,
        ignoreInode: args['ignore-inode'],
        ignoreCtime: args['ignore-ctime'],
        ...(isOneDirectory ? {} : { only: paths }),
      }),
  }
}

function pipedSource(args: SourceArguments): ChosenSource {
  const { stdin, 'stdin-command': command, 'stdin-filename': filename } = args
  if (stdin && command !== undefined) throw new UsageError('give --stdin or --stdin-command, not both')
  if (stdin && process.stdin.isTTY) throw new UsageError('--stdin: nothing is piped in')
  const name = pathInSnapshot(filename)
  if (name.includes('/')) throw new UsageError(`--stdin-filename ${filename}: give a name without folders`)
  return {
    dataset: filename,
    root: undefined,
    missing: [],
    open: () => (command === undefined ? streamSource({ name, stream: process.stdin }) : commandSource(command, name)),
  }
}

function selectionOf(args: SourceArguments): SourceSelectionOptions {
  const exclude = matchingEither(
    [...patternsOf(args['exclude-file']), ...(args.exclude ?? [])],
    [...patternsOf(args['iexclude-file']), ...(args.iexclude ?? [])],
  )
  const largest = args['exclude-larger-than']
  return {
    ...(exclude === undefined ? {} : { exclude }),
    ...(largest === undefined ? {} : { excludeLargerThan_bytes: bytesIn(largest) }),
    markers: [
      ...(args['exclude-caches'] ? [CACHE_MARKER] : []),
      ...(args['exclude-if-present'] ?? []).map((name) => ({ name: bytesOf(name) })),
    ],
    oneFileSystem: args['one-file-system'],
  }
}

const patternsOf = (files: readonly string[] = []): string[] =>
  files.flatMap((file) => patternsIn(fileOf(file).toString('utf8')))

function bytesIn(text: string): number {
  const parsed = parseSize(text)
  if ('value' in parsed) return Math.round(parsed.value)
  throw new UsageError(`--exclude-larger-than ${text}: give a size such as 500 MB or 2 GiB`)
}

/** Paths are bytes, and need not be text. */
function pathsIn(file: string): NameBytes[] {
  const content = (file === '-' ? readFileSync(0) : fileOf(file)).toString('latin1')
  return content.split(content.includes('\0') ? '\0' : /\r?\n/).filter((path) => path !== '')
}

function fileOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : ''}`)
  }
}

/** As `resolve`, of bytes: without '.', '..' and empty names. */
function absolute(path: NameBytes): NameBytes {
  const names: string[] = []
  for (const name of (path.startsWith('/') ? path : `${bytesOf(process.cwd())}/${path}`).split('/'))
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  return `/${names.join('/')}`
}

function whyMissing(path: NameBytes): string[] {
  try {
    return lstatSync(reachable(path), { throwIfNoEntry: false }) === undefined
      ? [`${textOf(path)}: there is nothing of this name`]
      : []
  } catch (error) {
    const failure = fileSystemError(error, textOf(path))
    if (failure instanceof FileSystemError) return [failure.message]
    throw error
  }
}

const bytesOf = (text: string): NameBytes => Buffer.from(text).toString('latin1')
const textOf = (path: NameBytes): string => Buffer.from(path, 'latin1').toString('utf8')
