import { Simulation } from '../src/kernel/index.ts'
import type { RandomStream } from '../src/kernel/index.ts'
import { interleave, processorSeconds } from './interleave.ts'
import type { BenchResult, Contender, Ratio } from './interleave.ts'
import { compile, runPeer } from './peer.ts'

/** Delays are drawn from a table, by the peers too: drawing random numbers is not what is measured. */
const DELAY_COUNT = 65_536

export interface KernelOptions {
  /** Numbers of pending events. */
  readonly pending: readonly number[]
  /** Events fired by firedrill and C++, and by SimPy, which takes some thirty times as long. */
  readonly events: number
  readonly simpyEvents: number
  readonly rounds: number
}

/**
 * The hold model: each event that fires schedules another after a random delay. Seconds are of a million events.
 *
 * Of N pending events: `simpy-N` and `cpp-N` set callbacks beside SimPy's processes (Debian's python3-simpy3; SimPy has
 * nothing below processes) and beside a bare std::priority_queue; `simpy-processes-N` sets generators beside SimPy's, which
 * are generators too. `smooth-over-ties-N` and `smooth-over-bursts-N` set the smooth load beside callbacks all at the same
 * instants, or crowded. `simpy`, `simpy-processes` and `cpp` are of the middle size. `awaits` are tasks that sleep within
 * four async functions.
 */
export async function kernel(name: string, options: KernelOptions): Promise<BenchResult> {
  const { events, simpyEvents } = options
  const hold = compile('hold.cpp')
  const smooth = table((random) => random.exponential(1))
  const contenders: Record<string, Contender> = {}
  const ratios: Record<string, Ratio> = {}
  for (const pending of options.pending) {
    // A multiple of the instant's events for the ties; enough that the growth of the queue does not count.
    const count = Math.max(events, 3 * pending)
    const callbacksOf = (delays: Float64Array) => async (): Promise<number> =>
      perMillion(await callbacks(pending, count, delays), count)
    contenders[`processes-${pending}`] = async () => perMillion(await processes(pending, count, smooth), count)
    contenders[`simpy-${pending}`] = () => {
      const simpyCount = Math.max(simpyEvents, pending)
      return perMillion(runPeer('/usr/bin/python3', 'hold.py', pending, simpyCount), simpyCount)
    }
    contenders[`callbacks-${pending}`] = callbacksOf(smooth)
    contenders[`cpp-${pending}`] = () => perMillion(runPeer(hold, pending, count), count)
    contenders[`ties-${pending}`] = callbacksOf(table(() => 1))
    contenders[`bursts-${pending}`] = callbacksOf(
      table((random) => (random.chance(0.999) ? random.exponential(0.001) : random.exponential(1000))),
    )
    ratios[`simpy-${pending}`] = { peer: `simpy-${pending}`, ours: `callbacks-${pending}` }
    ratios[`simpy-processes-${pending}`] = { peer: `simpy-${pending}`, ours: `processes-${pending}` }
    ratios[`cpp-${pending}`] = { peer: `cpp-${pending}`, ours: `callbacks-${pending}` }
    ratios[`smooth-over-ties-${pending}`] = { peer: `callbacks-${pending}`, ours: `ties-${pending}` }
    ratios[`smooth-over-bursts-${pending}`] = { peer: `callbacks-${pending}`, ours: `bursts-${pending}` }
  }
  contenders['awaits'] = async () => perMillion(await awaits(events / 4), events / 4)
  const middle = options.pending[options.pending.length >> 1]!
  return interleave(
    name,
    contenders,
    {
      simpy: ratios[`simpy-${middle}`]!,
      'simpy-processes': ratios[`simpy-processes-${middle}`]!,
      cpp: ratios[`cpp-${middle}`]!,
      ...ratios,
    },
    options.rounds,
  )
}

function perMillion(seconds: number, events: number): number {
  return (seconds / events) * 1e6
}

function table(draw: (random: RandomStream) => number): Float64Array {
  const random = new Simulation({ seed: 'hold' }).random('hold', 'delay')
  return Float64Array.from({ length: DELAY_COUNT }, () => draw(random))
}

/** Processor seconds of so many events, as processes of their own. */
async function processes(pending: number, events: number, delays: Float64Array): Promise<number> {
  const simulation = new Simulation({ seed: 'hold' })
  let left = events
  let drawn = 0
  function* body(): Generator<number, void, void> {
    while (left > 0) {
      left -= 1
      drawn = (drawn + 1) & (DELAY_COUNT - 1)
      yield delays[drawn]!
    }
  }
  for (let process = 0; process < pending; process += 1) simulation.process(body())
  return processorSeconds(() => simulation.run(Infinity))
}

/** Processor seconds of so many events, as callbacks that need no settling. */
async function callbacks(pending: number, events: number, delays: Float64Array): Promise<number> {
  const simulation = new Simulation({ seed: 'hold' })
  let left = events
  let drawn = 0
  const fire = (): void => {
    left -= 1
    drawn = (drawn + 1) & (DELAY_COUNT - 1)
    if (left >= pending) simulation.afterSync(delays[drawn]!, fire)
  }
  for (let event = 0; event < pending; event += 1) {
    drawn = (drawn + 1) & (DELAY_COUNT - 1)
    simulation.afterSync(delays[drawn]!, fire)
  }
  return processorSeconds(() => simulation.run(Infinity))
}

/** Processor seconds of so many sleeps, by 64 tasks, four async functions deep, as a read of the engine is. */
async function awaits(events: number): Promise<number> {
  const simulation = new Simulation({ seed: 'hold' })
  const random = simulation.random('hold', 'delay')
  const delays = Float64Array.from({ length: DELAY_COUNT }, () => random.exponential(1))
  let left = events
  let drawn = 0
  const device = (): Promise<void> => {
    drawn = (drawn + 1) & (DELAY_COUNT - 1)
    return simulation.sleep(delays[drawn]!)
  }
  const disk = async (): Promise<number> => {
    await device()
    return 1
  }
  const file = async (): Promise<number> => (await disk()) + 1
  const backup = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await file()
    }
  }
  return processorSeconds(async () => {
    await simulation.complete(
      Promise.all(Array.from({ length: 64 }, (_, task) => simulation.task(`task ${task}`, backup))),
    )
  })
}
