/**
 * Bundles the command into few files: to find, read and compile some two hundred and forty modules one by one is half of what a
 * short command takes. `npm run build` does it after compiling; the library stays in modules.
 *
 *   node tools/bundle.ts              into dist/command
 *   node tools/bundle.ts FOLDER       elsewhere, two folders below one with a package.json
 */
import { join, resolve } from 'node:path'
import { build } from 'vite'

const SOURCES = join(import.meta.dirname, '../src')

/** The command, and what its threads begin with: they are looked for beside whoever starts them. */
const ENTRIES = {
  firedrill: 'cli/firedrill.ts',
  'pool-worker': 'adapters/real/threads/pool-worker.ts',
  'writing-worker': 'adapters/real/threads/writing-worker.ts',
  'thread-worker': 'experiment/execution/thread-worker.ts',
  'missions-worker': 'experiment/losses/missions-worker.ts',
}

/** What every command loads. All else stays where it is installed, and is loaded by who needs it. */
const INCLUDED = [
  'ansi-regex',
  'ansi-styles',
  'cborg',
  'cliui',
  'csv-stringify',
  'escalade',
  'get-caller-file',
  'string-width',
  'strip-ansi',
  'wrap-ansi',
  'y18n',
  'yargs',
  'yargs-parser',
]

/** @param folder is emptied first */
export async function bundleCommand(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: SOURCES,
    logLevel: 'error',
    ssr: { noExternal: INCLUDED },
    resolve: { alias: { 'string-width': join(import.meta.dirname, 'plain-width.ts') } },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      target: 'node22',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(SOURCES, path)])),
        // All in one folder: paths that are given from a module's own place stay right.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
}

if (process.argv[1] === import.meta.filename) await bundleCommand(resolve(process.argv[2] ?? 'dist/command'))
