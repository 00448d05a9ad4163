/** A thing to time: called once a round; whatever it resolves to is its time in seconds. */
export type Contender = () => Promise<number>

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

/**
 * Times ours and its peers in turn, round by round, so that a disturbance of the machine meets all of them; ratios are of
 * the same round.
 */
export async function interleave(
  name: string,
  ours: Contender,
  peers: Readonly<Record<string, Contender>>,
  rounds: number,
): Promise<BenchResult> {
  const times = new Map<string, number[]>([
    ['firedrill', []],
    ...Object.keys(peers).map((peer): [string, number[]] => [peer, []]),
  ])
  const ratios = new Map<string, number[]>(Object.keys(peers).map((peer) => [peer, []]))
  for (let round = 0; round < rounds; round += 1) {
    const own_s = await ours()
    times.get('firedrill')?.push(own_s)
    for (const [peer, contender] of Object.entries(peers)) {
      const peer_s = await contender()
      times.get(peer)?.push(peer_s)
      ratios.get(peer)?.push(peer_s / own_s)
    }
  }
  return { name, ratios: spreads(ratios), seconds: spreads(times) }
}

/** Runs work and gives the processor time of this process that it took, in seconds. */
export async function processorSeconds(work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function spreads(of: ReadonlyMap<string, number[]>): Record<string, Spread> {
  return Object.fromEntries([...of].map(([key, values]) => [key, spread(values)]))
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
  return { min: at(0), median: at(0.5), max: at(1) }
}
