import { memoryUsage } from 'node:process'
import { Simulation } from '../src/kernel/index.ts'

/** Twenty million events lie between two readings. */
const READINGS = 5

/**
 * Memory while 10⁸ events fire: ten thousand callbacks, as many processes, timeouts that are cancelled, and tasks that
 * sleep. Run with `node --expose-gc bench/kernel-memory.ts`; it must not grow from the first reading to the last.
 */
const { gc } = globalThis
if (gc === undefined) throw new Error('run node with --expose-gc')

const simulation = new Simulation({ seed: 'memory' })
const random = simulation.random('memory', 'delay')
const delays = Float64Array.from({ length: 65_536 }, () => random.exponential(1))
let fired = 0
const delay = (): number => delays[++fired & 65_535]!

const callback = (): void => {
  simulation.cancel(simulation.afterSync(1000, callback))
  simulation.afterSync(delay(), callback)
}
function* process(): Generator<number, void, void> {
  for (;;) yield delay()
}
async function task(): Promise<void> {
  for (;;) await simulation.sleep(100 * delay())
}
for (let k = 0; k < 10_000; k++) {
  simulation.afterSync(delay(), callback)
  simulation.process(process())
  void simulation.task('sleeper', task)
}
for (let reading = 1; reading <= READINGS; reading++) {
  await simulation.run(reading * 1000)
  gc()
  const { heapUsed, arrayBuffers } = memoryUsage()
  globalThis.console.log(
    `${(fired / 1e6).toFixed(0)} million events: ${(heapUsed / 1e6).toFixed(2)} MB of heap, ${(arrayBuffers / 1e6).toFixed(2)} MB of arrays`,
  )
}
