import { join } from 'node:path'
import { openThreads } from '../src/experiment/execution/threads.ts'
import { run } from '../src/experiment/run.ts'
import { loadRenderer } from '../src/report/index.ts'
import { parseScenario } from '../src/scenario/load.ts'
import { writeFileSync } from 'node:fs'
import type { TopLevelSpec } from 'vega-lite'
import { processorSeconds, spread } from './interleave.ts'
import type { BenchResult, Spread } from './interleave.ts'

/** What a run is made larger in, and what the others are meanwhile. */
const SIZES = { horizon: 60, datasets: 1, drills: 10 } as const
type Dimension = keyof typeof SIZES
const DIMENSIONS: readonly Dimension[] = ['horizon', 'datasets', 'drills']
const STEPS: Readonly<Record<Dimension, readonly number[]>> = {
  horizon: [60, 120, 240, 360, 480],
  datasets: [1, 2, 4, 6, 8],
  drills: [20, 40, 80, 120, 160],
}
const TITLES: Readonly<Record<Dimension, string>> = {
  horizon: 'days of horizon',
  datasets: 'datasets',
  drills: 'drills',
}

/** An office whose every dataset is backed up each night, kept two weeks, and copied off site. */
function office({ horizon, datasets, drills }: Readonly<Record<Dimension, number>>): string {
  const names = Array.from({ length: datasets }, (_, k) => `data-${k}`)
  const lines = (of: (name: string) => string): string => names.map(of).join('\n')
  return `
firedrill: 1
name: Office
start: 2026-01-05T00:00:00Z
horizon: ${horizon} d
topology:
  sites: { office: { region: r }, cloud: { region: r } }
  nodes:
    files: { site: office, cpu: unlimited, disk: { read: 1 GB/s, write: 1 GB/s, capacity: unlimited } }
  stores:
    nas: { site: office, kind: disk, read: 1 GB/s, write: 1 GB/s, capacity: unlimited }
    far: { site: cloud, kind: disk, read: 1 GB/s, write: 1 GB/s, capacity: unlimited }
  links: { lan: { between: [files, nas], bandwidth: 10 Gbit/s }, wan: { between: [office, cloud], bandwidth: 1 Gbit/s } }
datasets:
${lines((name) => `  ${name}: { node: files, size: 2 GB, files: 100, change: 1 %/day, write-interval: 6 h }`)}
services:
  work: { needs: [${names.join(', ')}], objectives: { rpo: 2 d, rto: 1 d } }
recovery: { declare: 10 min, provision: 1 h }
strategies:
  nightly:
${lines((name) => `    - backup: { dataset: ${name}, to: far, type: snapshot, at: "daily 22:00", keep: { dialect: restic, daily: 14 } }`)}
hazards:
  fire: { kind: site, target: office, rate: 0.1/year, source: a round number, detection: 5 min }
experiment: { drills: [fire], replications: ${drills}, warm-up: 14 d }
`
}

interface Point {
  readonly dimension: string
  readonly size: number
  readonly seconds: number
}

/**
 * Processor time of whole experiments against their horizon, their datasets and their drills, each alone, on one worker
 * thread; a straight line is fitted to each. With `chart`, it is drawn.
 */
export async function experimentCost(name: string, rounds: number, chart?: string): Promise<BenchResult> {
  const execute = openThreads(1)
  const points: Point[] = []
  const ratios: Record<string, Spread> = {}
  const seconds: Record<string, Spread> = {}
  try {
    const play = async (sizes: Readonly<Record<Dimension, number>>): Promise<number> => {
      const scenario = parseScenario(office(sizes), 'office.yaml')
      return processorSeconds(async () => {
        await run(scenario, { execute })
      })
    }
    // For the machine code.
    await play({ ...SIZES, drills: 40 })
    for (const dimension of DIMENSIONS) {
      const times: number[] = []
      for (const size of STEPS[dimension]) {
        const tries: number[] = []
        for (let round = 0; round < rounds; round += 1) tries.push(await play({ ...SIZES, [dimension]: size }))
        const own = spread(tries)
        times.push(own.min)
        seconds[`${dimension} ${size}`] = own
        points.push({ dimension: TITLES[dimension], size, seconds: own.min })
        process.stderr.write(`${size} ${TITLES[dimension]}: ${own.min.toPrecision(3)} s\n`)
      }
      const fit = determination(STEPS[dimension], times)
      ratios[`R² of a line through ${dimension}`] = { min: fit, median: fit, max: fit }
    }
  } finally {
    await execute.close()
  }
  if (chart !== undefined) await draw(points, chart)
  return { name, ratios, seconds }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Share of the variance that a straight line explains. */
function determination(x: readonly number[], y: readonly number[]): number {
  const [meanX, meanY] = [mean(x), mean(y)]
  const sxy = x.reduce((sum, value, k) => sum + (value - meanX) * (y[k]! - meanY), 0)
  const sxx = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0)
  const syy = y.reduce((sum, value) => sum + (value - meanY) ** 2, 0)
  return sxy ** 2 / (sxx * syy)
}

async function draw(points: readonly Point[], chart: string): Promise<void> {
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: 'What an experiment costs: processor time against its size',
    data: { values: [...points] },
    facet: { field: 'dimension', type: 'nominal', title: null, sort: Object.values(TITLES) },
    columns: 3,
    resolve: { scale: { x: 'independent', y: 'independent' } },
    spec: {
      width: 200,
      height: 180,
      encoding: {
        x: { field: 'size', type: 'quantitative', title: null, scale: { zero: true } },
        y: { field: 'seconds', type: 'quantitative', title: 'seconds', scale: { zero: true } },
      },
      layer: [
        { mark: { type: 'point', filled: true, size: 45 } },
        { mark: { type: 'line', strokeDash: [4, 3] }, transform: [{ regression: 'seconds', on: 'size' }] },
      ],
    },
  }
  const renderer = await loadRenderer()
  writeFileSync(join(import.meta.dirname, '..', chart), await renderer.svg(spec))
}
