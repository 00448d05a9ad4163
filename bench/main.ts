import { cpus } from 'node:os'
import { chunkIndex } from './chunk-index.ts'
import { engine } from './engine.ts'
import { experiment } from './experiment.ts'
import { experimentCost } from './experiment-cost.ts'
import { experimentScaling } from './experiment-scaling.ts'
import { flows } from './flows.ts'
import type { BenchResult } from './interleave.ts'
import { kernel } from './kernel.ts'
import { missions } from './missions.ts'
import { virtual } from './virtual.ts'

/** Every benchmark by name. To add one: a file beside this, and a line here. */
const benchmarks: Readonly<Record<string, () => Promise<BenchResult>>> = {
  engine: () => engine('engine', { size_bytes: 2.5e9, rounds: 3, cores: 1 }),
  'engine-all-cores': () => engine('engine-all-cores', { size_bytes: 2.5e9, rounds: 3, cores: cpus().length }),
  // In three minutes each.
  'engine-1gb': () => engine('engine-1gb', { size_bytes: 1e9, rounds: 1, cores: 1 }),
  'engine-1gb-all-cores': () => engine('engine-1gb-all-cores', { size_bytes: 1e9, rounds: 1, cores: cpus().length }),
  'engine-small': () => engine('engine-small', { size_bytes: 5e8, rounds: 1, cores: 1 }),
  experiment: () =>
    experiment(
      'experiment',
      [
        // What a user would wait for: two strategies on two topologies, 48 drills.
        { scenario: 'scenarios/smb-321.yaml', replications: 4 },
        // Small ones, of one cell and two: most of it is the start of threads and what each repeats.
        { scenario: 'scenarios/miniature.yaml', replications: 500 },
        { scenario: 'scenarios/real-directory.yaml', replications: 20 },
        { scenario: 'test/experiment/office.yaml', replications: 4 },
      ],
      3,
    ),
  'experiment-cost': () => experimentCost('experiment-cost', 1, 'docs/experiment-cost.svg'),
  'experiment-scaling': () =>
    experimentScaling(
      'experiment-scaling',
      [
        { scenario: 'scenarios/miniature.yaml', replications: 500 },
        { scenario: 'scenarios/five-dr-patterns.yaml', replications: 8 },
      ],
      2,
    ),
  flows: () => flows('flows', { counts: [100, 1000, 10_000], rounds: 3 }),
  'flows-small': () => flows('flows-small', { counts: [100, 1000], rounds: 2 }),
  'flows-smoke': () => flows('flows-smoke', { counts: [100], rounds: 1 }),
  index: () => chunkIndex('index', { chunks: 1e7, rounds: 3 }),
  kernel: () => kernel('kernel', { pending: [100, 10_000, 1_000_000], events: 3e6, simpyEvents: 3e5, rounds: 5 }),
  missions: () => missions('missions', { missions: 2e6, rounds: 3 }),
  virtual: () => virtual('virtual'),
  smoke: () => kernel('smoke', { pending: [100, 1000], events: 100_000, simpyEvents: 10_000, rounds: 2 }),
}

const words = process.argv.slice(2)
const json = words.includes('--json')
const [name = ''] = words.filter((word) => !word.startsWith('--'))
const benchmark = benchmarks[name]
if (benchmark === undefined) {
  process.stderr.write(`bench: there is no benchmark '${name}'; there are ${Object.keys(benchmarks).join(', ')}\n`)
  process.exitCode = 2
} else {
  const result = await benchmark()
  if (!json) process.stdout.write(describe(result))
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

function describe({ ratios, seconds }: BenchResult): string {
  const lines = ['min / median / max']
  const width = Math.max(22, ...[seconds, ratios].flatMap((each) => Object.keys(each).map((who) => who.length)))
  for (const [who, { min, median, max }] of Object.entries(seconds)) {
    lines.push(`${who.padEnd(width)} ${[min, median, max].map((value) => value.toPrecision(3)).join(' / ')} s`)
  }
  for (const [peer, { min, median, max }] of Object.entries(ratios)) {
    lines.push(`${peer.padEnd(width)} ${[min, median, max].map((value) => value.toFixed(2)).join(' / ')} times`)
  }
  return `${lines.join('\n')}\n`
}
