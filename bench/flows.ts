import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Simulation, lawOf, randomStream } from '../src/kernel/index.ts'
import { interleave, processorSeconds } from './interleave.ts'
import type { BenchResult, Contender, Ratio } from './interleave.ts'
import { compile, printedByPeer } from './peer.ts'
import { fatTree, star, wan } from './topologies.ts'
import type { Topology } from './topologies.ts'

/** Largest difference of a flow's duration from SimGrid's, relative. */
const DIFFERENCE_MAX = 1e-3

export interface FlowsOptions {
  /** Numbers of flows; all start within ten seconds, and most last longer. */
  readonly counts: readonly number[]
  readonly rounds: number
}

interface TimedFlow {
  readonly from: number
  readonly to: number
  readonly amount: number
  readonly start_s: number
}

/**
 * Max-min sharing beside SimGrid (Debian's libsimgrid-dev) on three topologies; every flow must end when SimGrid says.
 * `simgrid-TOPOLOGY-N` is the ratio for N flows; `simgrid` is that of the WAN with the most flows.
 */
export async function flows(name: string, { counts, rounds }: FlowsOptions): Promise<BenchResult> {
  const peer = compile('flows.cpp', ['simgrid'])
  const work = mkdtempSync(join(tmpdir(), 'firedrill-bench-'))
  try {
    const contenders: Record<string, Contender> = {}
    const ratios: Record<string, Ratio> = {}
    for (const topology of [star(randomOf('star')), fatTree(), wan(randomOf('wan'))]) {
      for (const count of counts) {
        const load = loadOf(topology, count)
        const file = join(work, `${topology.name}-${count}`)
        writeFileSync(file, describe(topology, load))
        const key = `${topology.name}-${count}`
        const ends_s = new Float64Array(count)
        contenders[key] = () => ours(topology, load, ends_s)
        contenders[`simgrid-${key}`] = () => {
          const printed = printedByPeer(peer, file).map(Number)
          requireEqual(key, load, ends_s, printed)
          return printed.at(-1)!
        }
        ratios[`simgrid-${key}`] = { peer: `simgrid-${key}`, ours: key }
        // Compiled once, as SimGrid is: the first tenth of a second in which V8 compiles is not what is compared.
        if (count <= 1000) await ours(topology, load, ends_s)
      }
    }
    const hardest = Object.values(ratios).at(-1)!
    return await interleave(name, contenders, { simgrid: hardest, ...ratios }, rounds)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function randomOf(purpose: string): ReturnType<typeof randomStream> {
  return randomStream(['flows', purpose])
}

/** Flows in order of their start: lognormal sizes around 1 GB, starts within ten seconds. */
function loadOf(topology: Topology, count: number): TimedFlow[] {
  const random = randomOf(`${topology.name} ${count}`)
  const size = lawOf({ law: 'lognormal', median: 1e9, p90: 4.65e9 })
  return Array.from({ length: count }, () => {
    const [from, to] = topology.pick(random)
    const amount = Math.round(size.sample(random))
    return { from, to, amount, start_s: Math.round(random.uniform() * 10 * 1e6) / 1e6 }
  }).toSorted((a, b) => a.start_s - b.start_s)
}

/** The input of peers/flows.cpp. */
function describe(topology: Topology, load: readonly TimedFlow[]): string {
  const routes = new Map(load.map(({ from, to }) => [`${from} ${to}`, topology.path(from, to)]))
  const lines = [
    `${topology.capacities.length} ${routes.size} ${load.length}`,
    ...topology.capacities,
    ...[...routes].map(([ends, path]) => `${ends} ${path.length} ${path.join(' ')}`),
    ...load.map(({ from, to, amount, start_s }) => `${from} ${to} ${amount} ${start_s}`),
  ]
  return `${lines.join('\n')}\n`
}

/** Runs the load through the kernel's public interface and gives the processor seconds; fills in when each flow ended. */
async function ours(topology: Topology, load: readonly TimedFlow[], ends_s: Float64Array): Promise<number> {
  const simulation = new Simulation({ seed: 'flows' })
  const resources = topology.capacities.map((capacity, link) =>
    simulation.flows.resource({ name: `${link}`, capacity }),
  )
  const paths = load.map(({ from, to }) => topology.path(from, to).map((link) => ({ resource: resources[link]! })))
  load.forEach(({ amount, start_s }, flow) => {
    simulation.atSync(start_s, () => {
      simulation.flows.transfer({
        amount,
        over: paths[flow]!,
        finished: () => (ends_s[flow] = simulation.now),
      })
    })
  })
  return processorSeconds(() => simulation.run(Infinity))
}

function requireEqual(
  key: string,
  load: readonly TimedFlow[],
  ours_s: Float64Array,
  theirs_s: readonly number[],
): void {
  load.forEach(({ start_s }, flow) => {
    const [own_s, their_s] = [ours_s[flow]!, theirs_s[flow]!]
    if (Math.abs(own_s - their_s) <= DIFFERENCE_MAX * (their_s - start_s)) return
    throw new Error(`${key}: flow ${flow} ends at ${own_s} s, in SimGrid at ${their_s} s`)
  })
}
