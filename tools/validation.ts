/**
 * docs/validation.md, from real runs: executes the tests that hold a published figure, and writes what they measured.
 *
 *   npm run validation
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { GROUPS } from '../test/validated.ts'

const ROOT = join(import.meta.dirname, '..')

/** Tests that hold a row: they import `validated`, or a file beside them that does. */
function tests(): string[] {
  const sources = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path: join('test', path), text: readFileSync(join(ROOT, 'test', path), 'utf8') }))
  const importing = sources.filter(({ text }) => text.includes('import { validated }'))
  const shared = importing.filter(({ path }) => !path.endsWith('.test.ts')).map(({ path }) => `'./${basename(path)}'`)
  return [...importing, ...sources.filter(({ text }) => shared.some((file) => text.includes(file)))]
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.test.ts'))
    .toSorted()
}

function collect(): { group: string; line: string }[] {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-validation-'))
  const rows = join(folder, 'rows.ndjson')
  try {
    const words = ['--no-memory-protection-keys', 'node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', ...tests()]
    const env = { ...process.env, VALIDATION_ROWS: rows }
    const { status } = spawnSync(process.execPath, words, { cwd: ROOT, env, stdio: 'inherit' })
    if (status !== 0) throw new Error('a test failed; the page stays as it is')
    return readFileSync(rows, 'utf8')
      .trim()
      .split('\n')
      .map((line): { group: string; line: string } => JSON.parse(line))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const HEAD = '| case | expected | measured | within | mark | held by |\n| --- | --- | --- | --- | --- | --- |\n'

function page(rows: ReadonlyArray<{ readonly group: string; readonly line: string }>): string {
  const sections = GROUPS.map((group) => {
    // Tests run in parallel; rows of one test stay in its order.
    const own = rows.filter((row) => row.group === group).map(({ line }) => line)
    const byTest = Map.groupBy(own, (line) => line.slice(line.lastIndexOf('](')))
    const sorted = [...byTest].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, lines]) => lines)
    return `## ${group}\n\n${HEAD}${sorted.join('\n')}\n`
  })
  return `# How it is validated

This page compares published figures and exact formulas with what firedrill measures. \`npm run validation\` writes the tables from runs of
the linked tests. A test fails if its figure is too far from the expected one, or differs from the one printed here.

**Mark** says where the expected figure comes from: *seen*, read in the source; *derived*, calculated from an exact formula; *recalled*, the
arithmetic is consistent, but the source was not read again. **Within** is the tolerance; z is the distance in standard errors, in a long run
with a fixed seed.

${sections.join('\n')}
## Beside these

- The engine: what is restored is compared with the source byte by byte, in every test and in every simulated recovery; power
  failures at every step of every writing operation lose nothing that was acknowledged
  ([power-failures](../test/engine/power-failures.test.ts)); retention keeps what restic and Borg keep on thousands of random calendars
  ([live-oracles](../test/engine/retention/live-oracles.test.ts)).
- Described data: chunk counts and deduplicated size within 2 % of real bytes, 26 histories ([datasets](datasets.md)).
- Sharing: flows end when SimGrid says, within 0.1 % (\`npm run bench -- flows\`, [performance](performance.md)).
- The whole: \`scenarios/miniature.yaml\` is worked out on paper, figure by figure
  ([miniature](../test/experiment/miniature.test.ts)); published incidents are held to their conclusions
  ([library](../test/scenarios/library.test.ts)).
- The same results, bit for bit, for any number of threads, in a browser and on three versions of Node
  ([determinism](../test/experiment/determinism.test.ts)).

`
}

writeFileSync(join(ROOT, 'docs/validation.md'), page(collect()))
