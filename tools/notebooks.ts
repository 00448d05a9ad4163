/**
 * Executes the notebooks and sees that the numbers in them are those of the command line.
 *
 *   npm run notebooks             executes them in place
 *   npm run notebooks -- --check  executes copies; fails where a committed output says something else
 *
 * Needs Debian's jupyter-nbconvert and jupyter-client.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Notebook {
  readonly cells: ReadonlyArray<{
    readonly outputs?: ReadonlyArray<{ readonly text?: readonly string[]; readonly data?: Record<string, unknown> }>
  }>
}

const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(ROOT, 'notebooks')
const ATTEMPTS = 4
const checking = process.argv.includes('--check')

/** What the cells of a notebook say, without pictures. */
function wordsOf(path: string): string {
  const notebook: Notebook = JSON.parse(readFileSync(path, 'utf8'))
  return notebook.cells
    .flatMap(({ outputs = [] }) => outputs)
    .map(({ text, data }) => [text, data?.['text/plain']].flat().filter(Boolean).join(''))
    .join('\n')
}

/** A kernel of this checkout, in a folder of its own. */
function kernelFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-jupyter-'))
  mkdirSync(join(folder, 'kernels/deno'), { recursive: true })
  const argv = [join(ROOT, 'node_modules/.bin/deno'), 'jupyter', '--kernel', '--conn', '{connection_file}']
  writeFileSync(
    join(folder, 'kernels/deno/kernel.json'),
    JSON.stringify({ argv, display_name: 'Deno', language: 'typescript' }),
  )
  return folder
}

/**
 * Executes a notebook in place, until every cell has its output: Deno's kernel may report that a cell is done before what it
 * showed has been sent, and nbconvert then misses it.
 */
function execute(path: string): void {
  const options = ['nbconvert', '--to', 'notebook', '--execute', '--inplace', '--log-level=ERROR', path]
  for (let attempt = 1; ; attempt += 1) {
    execFileSync('jupyter', options, {
      cwd: FOLDER,
      env: { ...process.env, JUPYTER_PATH: kernel },
      stdio: ['ignore', 'inherit', 'ignore'],
    })
    const { cells }: Notebook = JSON.parse(readFileSync(path, 'utf8'))
    if (cells.every(({ outputs }) => outputs === undefined || outputs.length > 0)) return
    if (attempt === ATTEMPTS) throw new Error(`${path}: a cell shows nothing, executed ${ATTEMPTS} times`)
    console.error(`${path}: the output of a cell was lost; once more`)
  }
}

const kernel = kernelFolder()
let failed = false
for (const name of readdirSync(FOLDER).filter((each) => each.endsWith('.ipynb'))) {
  const study = name.replace('.ipynb', '')
  const path = join(FOLDER, checking ? `.check-${name}` : name)
  if (checking) cpSync(join(FOLDER, name), path)
  try {
    execute(path)
    const words = wordsOf(path)
    const digest = /digest ([0-9a-f]{64})/.exec(words)?.[1]
    const command = ['src/cli/firedrill.ts', 'run', `notebooks/${study}.yaml`, '--json', '--out', kernel]
    const printed = execFileSync(process.execPath, command, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const { digest: theirs }: { digest: string } = JSON.parse(printed)
    const problems = [
      ...(digest === theirs ? [] : [`its digest is ${digest}, the command line's ${theirs}`]),
      ...(checking && words !== wordsOf(join(FOLDER, name))
        ? ['its committed outputs say something else: npm run notebooks']
        : []),
    ]
    console.log(
      `${name}: ${problems.length === 0 ? `the numbers of the command line (${theirs.slice(0, 12)})` : problems.join('; ')}`,
    )
    failed ||= problems.length > 0
  } finally {
    if (checking) rmSync(path, { force: true })
  }
}
rmSync(kernel, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0
