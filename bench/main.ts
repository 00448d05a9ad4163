import { cpus } from 'node:os'
import { engine } from './engine.ts'
import { hold } from './hold.ts'
import type { BenchResult } from './interleave.ts'

/** Every benchmark by name. To add one: a file beside this, and a line here. */
const benchmarks: Readonly<Record<string, () => Promise<BenchResult>>> = {
  engine: () => engine('engine', { size_bytes: 2.5e9, rounds: 3, cores: 1 }),
  'engine-all-cores': () => engine('engine-all-cores', { size_bytes: 2.5e9, rounds: 3, cores: cpus().length }),
  'engine-small': () => engine('engine-small', { size_bytes: 5e8, rounds: 1, cores: 1 }),
  hold: () => hold('hold', { pending: 10_000, events: 1_000_000, rounds: 5 }),
  smoke: () => hold('smoke', { pending: 100, events: 20_000, rounds: 3 }),
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
  const lines: string[] = []
  for (const [who, { min, median, max }] of Object.entries(seconds)) {
    lines.push(`${who.padEnd(12)} ${[min, median, max].map((value) => value.toPrecision(3)).join(' / ')} s`)
  }
  for (const [peer, { min, median, max }] of Object.entries(ratios)) {
    lines.push(`${peer} takes ${[min, median, max].map((value) => value.toFixed(2)).join(' / ')} times as long`)
  }
  return `${lines.join('\n')}\n`
}
