import type { Clock, Cpu, CpuStage, Instant, RandomSource } from '../../engine/ports.ts'
import type { RandomStream, Resource, Simulation } from '../../kernel/index.ts'

/** A clock that shows calendar time for simulated time. */
export function simulatedClock(simulation: Simulation, start: Instant): Clock {
  return {
    now: () => start + simulation.now,
    sleep: (seconds) => simulation.sleep(seconds),
  }
}

/**
 * Computing as a flow of core-seconds over the cores of a node. A batch uses all free cores, as with one worker per
 * core.
 * @param rates bytes a second of one core at each stage; Infinity takes no time
 * @param under the cores of the host, for a virtual machine
 */
export function simulatedCpu(
  simulation: Simulation,
  cores: Resource,
  rates: Readonly<Record<CpuStage, number>>,
  purpose: string,
  under: readonly Resource[] = [],
): Cpu {
  const over = [cores, ...under].map((resource) => ({ resource }))
  return {
    charge(work) {
      let coreSeconds = 0
      for (let at = 0; at < work.length; at++) coreSeconds += work[at]![1] / rates[work[at]![0]]
      if (coreSeconds === 0 && !over.some(({ resource }) => resource.failed)) return Promise.resolve()
      return simulation.flows.transfer({ amount: coreSeconds, over, purpose }).done
    },
  }
}

export function simulatedRandom(stream: RandomStream): RandomSource {
  return { bytes: (length) => stream.bytes(length) }
}
