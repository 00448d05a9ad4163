import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import { UsageError } from './exit.ts'
import { OUTPUT_OPTIONS, showResults } from './running/show-results.ts'
import type { OutputArguments } from './running/show-results.ts'

interface MergeArguments extends OutputArguments {
  files: string[]
}

/** `firedrill merge FILES` */
export const mergeCommand: CommandModule<object, MergeArguments> = {
  command: 'merge <files..>',
  describe: 'Combine the results of run --shard from several machines',
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Files that run --shard wrote, or the folder that they are in',
      })
      .options(OUTPUT_OPTIONS)
      .example('$0 merge results/plan/shard-*.blocks', 'the results of a run with --shard 1/8 to 8/8'),
  async handler(args) {
    const [{ readBlockFile }, { mergeShards }] = await Promise.all([
      import('../experiment/execution/block-file.ts'),
      import('../experiment/execution/shards.ts'),
    ])
    const paths = (await Promise.all(args.files.map(shardsIn))).flat()
    const files = await Promise.all(
      paths.map(async (path) => {
        const file = await readBlockFile(path)
        if (file === undefined) throw new UsageError(`there is no file ${path}`)
        return file
      }),
    )
    const { scenario, results } = await mergeShards(files)
    await showResults(results, scenario, args)
  },
}

/** The file itself, or all files of shards in a folder. */
async function shardsIn(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return [path]
  const names = (await readdir(path)).filter((name) => name.startsWith('shard-') && name.endsWith('.blocks'))
  if (names.length === 0)
    throw new UsageError(`${path} holds no file of a shard; expected shard-1-of-8.blocks and so on`)
  return names.sort().map((name) => join(path, name))
}
