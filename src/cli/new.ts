import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Argv, CommandModule } from 'yargs'
import { fileSystemError } from '../adapters/real/system-errors.ts'
import { nearestWord } from '../scenario/document/nearest-word.ts'
import { wrap } from '../report/text/wrap.ts'
import { UsageError } from './exit.ts'

interface NewArguments {
  file: string | undefined
  from: string
  list: boolean
}

/** The examples that come with the package. The path is right for src/cli/ and for dist/command/, which are equally deep. */
const EXAMPLES = fileURLToPath(new URL('../../scenarios/', import.meta.url))
/** The example with comments, for a user who starts from nothing. */
const STARTER = 'starter'
const SOURCES = '../src'

/** `firedrill new [FILE]` */
export const newCommand: CommandModule<object, NewArguments> = {
  command: 'new [file]',
  describe: 'Write a commented scenario to start from, or a copy of an example',
  builder: (yargs): Argv<NewArguments> =>
    yargs
      .positional('file', { type: 'string', describe: 'File to write; plan.yaml, or the name of the example' })
      .option('from', { type: 'string', default: STARTER, requiresArg: true, describe: 'Which example' })
      .option('list', {
        type: 'boolean',
        default: false,
        describe: 'List the examples, and what each one teaches',
      })
      .example('$0 new plan.yaml', 'then put in your own figures, from top to bottom')
      .example('$0 new --from postgres-pitr', 'an example, as postgres-pitr.yaml'),
  async handler({ file, from, list }) {
    const names = await exampleNames()
    if (list) {
      const lines = names.map(async (name) => wrap(`${name.padEnd(20)} `, teachingOf(await textOf(name))))
      process.stdout.write(`${(await Promise.all(lines)).join('\n')}\n`)
      return
    }
    if (!names.includes(from)) {
      const meant = nearestWord(from, names)
      throw new UsageError(
        `--from ${from}: there is no such example; ${meant === undefined ? 'firedrill new --list names them' : `did you mean ${meant}?`}`,
      )
    }
    const path = file ?? (from === STARTER ? 'plan.yaml' : `${from}.yaml`)
    if (existsSync(path)) throw new UsageError(`${path} is there already; name another file`)
    await writeFile(path, await exampleFor(from, path)).catch((error: unknown) => {
      throw fileSystemError(error, `write ${path}`)
    })
    process.stdout.write(`${path} is written. Next: firedrill check ${path}\n`)
  },
}

async function exampleNames(): Promise<string[]> {
  const names = await readdir(EXAMPLES)
  const written = names.filter((name) => name.endsWith('.yaml')).map((name) => basename(name, '.yaml'))
  // One example backs up the sources of firedrill, which an installed package does not have.
  const hasSources = existsSync(join(EXAMPLES, SOURCES))
  return written.filter((name) => name !== 'real-directory' || hasSources).toSorted()
}

async function textOf(name: string): Promise<string> {
  return readFile(join(EXAMPLES, `${name}.yaml`), 'utf8')
}

/** The first sentence of the comment at the top of an example, or its part before a colon or semicolon. */
function teachingOf(text: string): string {
  const [, sentence = ''] = /What this teaches: ([^]*?)[.:;]\s/.exec(text) ?? []
  return sentence.replace(/\n# ?/g, ' ')
}

/** The text of an example for another place, with its relative paths changed so that they still lead to the same files. */
async function exampleFor(name: string, path: string): Promise<string> {
  const there = dirname(resolve(path))
  const beside = (file: string): string => relative(there, join(EXAMPLES, file)) || file
  const text = await textOf(name)
  return text
    .replace('$schema=schema.json', () => `$schema=${beside('schema.json')}`)
    .replace(/\bmeasured\/[\w.]+/g, (file) => beside(file))
    .replaceAll(SOURCES, () => beside(SOURCES))
}
