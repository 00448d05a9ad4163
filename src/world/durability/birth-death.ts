import { exp } from '../../kernel/index.ts'

/**
 * One redundancy group with memoryless failures and repairs: the textbook model of durability, solved exactly. It has
 * no Weibull wear, no constant repair time and no latent errors; the simulation (redundancy-groups.ts) has those.
 */
export interface MarkovGroup {
  readonly units: number
  readonly tolerates: number
  /** Failures of one unit, per unit of time. */
  readonly failureRate: number
  /** Rate at which one repair completes, per unit of time; 0: no repair. */
  readonly repairRate: number
  /** 'serial': one repair at a time; 'parallel': every failed unit is repaired at once. */
  readonly repair: 'serial' | 'parallel'
}

function rates(group: MarkovGroup): { down: number[]; up: number[] } {
  const { units, tolerates, failureRate, repairRate, repair } = group
  const down: number[] = []
  const up: number[] = []
  for (let failed = 0; failed <= tolerates; failed++) {
    down.push((units - failed) * failureRate)
    up.push(repair === 'serial' ? (failed > 0 ? repairRate : 0) : failed * repairRate)
  }
  return { down, up }
}

/**
 * Mean time to data loss from a group of new units: exact, by first-step analysis.
 * @returns the time in the unit of the rates
 */
export function meanTimeToLoss(group: MarkovGroup): number {
  const { down, up } = rates(group)
  // Mean time from k failed to k + 1 failed: 1/down + up/down × that of k − 1.
  let step = 0
  let total = 0
  for (const [failed, rate] of down.entries()) {
    step = (1 + up[failed]! * step) / rate
    total += step
  }
  return total
}

/**
 * Probability that no data is lost up to `time`, from new units.
 * Method: uniformisation over a short step, then squaring; all terms are positive, so that nothing cancels.
 */
export function survival(group: MarkovGroup, time: number): number {
  if (time <= 0) return 1
  const { down, up } = rates(group)
  const size = down.length
  const fastest = Math.max(...down.map((rate, failed) => rate + up[failed]!))
  let step = fastest * time
  let squarings = 0
  for (; step > 0.25; squarings++) step /= 2
  const jump = matrix(size, (from, to) => {
    if (to === from + 1) return down[from]! / fastest
    if (to === from - 1) return up[from]! / fastest
    return to === from ? 1 - (down[from]! + up[from]!) / fastest : 0
  })
  let term = matrix(size, (from, to) => (from === to ? exp(-step) : 0))
  let transition = term
  for (let k = 1; k <= 30; k++) {
    const next = product(term, jump)
    term = matrix(size, (from, to) => (next[from]![to]! * step) / k)
    const sum = transition
    const add = term
    transition = matrix(size, (from, to) => sum[from]![to]! + add[from]![to]!)
  }
  for (let k = 0; k < squarings; k++) transition = product(transition, transition)
  return transition[0]!.reduce((sum, p) => sum + p, 0)
}

/**
 * Time at which the survival has fallen to 1 − 10^−nines.
 * Source of the measure: Pâris, Schwarz, Long, Amer, When MTTDLs are not good enough.
 */
export function lifespan(group: MarkovGroup, nines: number): number {
  const target = 1 - 10 ** -nines
  let low = 0
  let high = meanTimeToLoss(group)
  while (survival(group, high) > target) high *= 2
  for (let k = 0; k < 200 && high - low > high * 1e-12; k++) {
    const middle = (low + high) / 2
    if (survival(group, middle) > target) low = middle
    else high = middle
  }
  return (low + high) / 2
}

type Matrix = readonly (readonly number[])[]

function matrix(size: number, cell: (from: number, to: number) => number): Matrix {
  return Array.from({ length: size }, (_, from) => Array.from({ length: size }, (__, to) => cell(from, to)))
}

function product(a: Matrix, b: Matrix): Matrix {
  return matrix(a.length, (from, to) => a[from]!.reduce((sum, p, via) => sum + p * b[via]![to]!, 0))
}
