/** A thing to time: called once a round; whatever it resolves to is its time in seconds. */
export type Contender = () => Promise<number> | number

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** What a benchmark prints as its last line. A ratio is the peer's time divided by ours: above 1, firedrill is faster. */
export interface BenchResult {
  readonly name: string
  readonly ratios: Readonly<Record<string, Spread>>
  readonly seconds: Readonly<Record<string, Spread>>
}

/** A ratio to report: the time of one contender divided by that of another, in the same round. */
export interface Ratio {
  readonly peer: string
  readonly ours: string
}

/**
 * Times every contender in turn, round by round, so that a disturbance of the machine meets all of them; ratios are of the
 * same round.
 */
export async function interleave(
  name: string,
  contenders: Readonly<Record<string, Contender>>,
  ratiosOf: Readonly<Record<string, Ratio>>,
  rounds: number,
): Promise<BenchResult> {
  const times = new Map<string, number[]>(Object.keys(contenders).map((who) => [who, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const [who, contender] of Object.entries(contenders)) times.get(who)!.push(await contender())
    process.stderr.write(
      `round ${round + 1} of ${rounds}: ${[...times].map(([who, list]) => `${who} ${list.at(-1)!.toPrecision(3)} s`).join(', ')}\n`,
    )
  }
  const ratios = Object.entries(ratiosOf).map(([key, { peer, ours }]): [string, Spread] => [
    key,
    spread(times.get(peer)!.map((peer_s, round) => peer_s / times.get(ours)![round]!)),
  ])
  return {
    name,
    ratios: Object.fromEntries(ratios),
    seconds: Object.fromEntries([...times].map(([who, list]) => [who, spread(list)])),
  }
}

/** Runs work and gives the processor time of this process that it took, in seconds. */
export async function processorSeconds(work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
  return { min: at(0), median: at(0.5), max: at(1) }
}
