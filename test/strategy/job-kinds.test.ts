import { describe, expect, it } from 'vitest'
import type { JobRow, Results } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const HOUR_S = 3600
const GB = 1e9

/** Where only what becomes of points counts, and not their bytes. */
const SMALL = '200 MB'
/** Where a change must not bring much of what is beside it. */
const FINE = '256 KiB'

function scenarioWith(
  jobs: readonly string[],
  { hazards = '', background = '', days = 10, size = '2 GB', chunk = '1 MiB' } = {},
): string {
  return `
firedrill: 1
name: Kinds of jobs
start: 2026-01-05T00:00:00Z
horizon: ${days} d
topology:
  sites: { hall: { region: a }, annexe: { region: b }, mountain: { region: c } }
  nodes:
    server: { site: hall, cpu: unlimited, disk: { read: 200 MB/s, write: 100 MB/s, capacity: 1 TB } }
    spare: { site: annexe, cpu: unlimited, disk: { read: 200 MB/s, write: 100 MB/s, capacity: 1 TB } }
  stores:
    nas: { site: annexe, kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: unlimited }
    second: { site: annexe, kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: unlimited }
    tapes: { site: mountain, kind: tape, generation: lto-9, drives: 1, cartridges: 20 }
  links:
    line: { between: [hall, annexe], bandwidth: 100 MB/s }
    road: { between: [annexe, mountain], bandwidth: 100 MB/s }
datasets:
  data: { node: server, size: ${size}, files: 1M, change: 4 %/day, change-tracking: 64 KiB, write-interval: 12 h }
services:
  service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } }
recovery: { declare: 0 s }
repository: { chunk: ${chunk}, pack: 4 MiB, compression: none }
strategies:
  tested:
${jobs.map((job) => `    ${job}`).join('\n')}
hazards:
  fire: { kind: site, target: hall, rate: 0.1/year, detection: 0 s }
  ${hazards}
experiment: { drills: [fire], background: [${background}], replications: 2, warm-up: 5 d, seed: "1" }
`
}

async function results(...parts: Parameters<typeof scenarioWith>): Promise<Results> {
  return run(parseScenario(scenarioWith(...parts), 'kinds.yaml'))
}

const runsOf = ({ jobs }: Results, job: string): JobRow[] => jobs.filter((row) => row.job === job)
const hours = ({ started_s, ended_s }: JobRow): number => (ended_s! - started_s!) / HOUR_S

const NIGHTLY = '- backup: { dataset: data, to: nas, type: incremental, at: daily 20:00, name: nightly }'

describe('a synthetic full', { timeout: 120_000 }, () => {
  it('reads the store and not the server, and what comes after leans on it', async () => {
    const found = await results(
      [
        NIGHTLY,
        '- synthesise: { dataset: data, store: nas, at: Sun 02:00 }',
        '- prune: { store: nas, keep: { dialect: restic, last: 3 }, at: daily 08:00, grace: 0 s, max-unused: 0 % }',
        '- drill: { dataset: data, from: nas, to: spare, at: Wed 12:00 }',
      ],
      { chunk: FINE },
    )
    const [synthetic] = runsOf(found, 'synthesise')
    expect(synthetic!.outcome).toBe('succeeded')
    // Reads and writes the whole of it once.
    expect(synthetic!.read_bytes / (2 * GB)).toBeCloseTo(1, 1)
    expect(synthetic!.written_bytes / (2 * GB)).toBeCloseTo(1, 1)
    // The next night stores only what has changed: two writes of 2 %, and the chunks that they touch.
    for (const { scheduled_s, written_bytes } of runsOf(found, 'nightly').slice(1)) {
      expect([scheduled_s, written_bytes / (2 * GB)]).toEqual([
        scheduled_s,
        expect.toSatisfy((share: number) => share < 0.08),
      ])
    }
    // With the chain from before the full dropped, the restore of Wednesday is sound.
    expect(runsOf(found, 'drill').map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded'])
    // One full and what three nights hold besides, with what shares a segment with it: not two fulls.
    const last = found.stores.findLast(({ store }) => store === 'nas')!
    expect(last.stored_bytes).toBeLessThan(1.7 * 2 * GB)
    for (const { outcome, verified } of found.incidents)
      expect({ outcome, verified }).toEqual({ outcome: 'recovered', verified: true })
  })
})

describe('retention at a time of its own', { timeout: 120_000 }, () => {
  it('keeps a chain that goes on for ever at its length and its size', async () => {
    const found = await results(
      [
        '- backup: { dataset: data, to: nas, type: incremental, at: daily 20:00, name: nightly }',
        '- prune: { store: nas, keep: { dialect: restic, last: 5 }, after: nightly, grace: 0 s, max-unused: 0 %, name: merge }',
      ],
      { days: 14, chunk: FINE },
    )
    const merges = runsOf(found, 'merge')
    // Nothing to merge for the first five nights.
    expect(merges.slice(0, 5).every(({ written_bytes }) => written_bytes === 0)).toBe(true)
    expect(merges.slice(6).every(({ written_bytes }) => written_bytes > 0)).toBe(true)
    const kept = found.points.filter(({ forgotten_s }) => forgotten_s === undefined)
    expect(kept).toHaveLength(5)
    const size = found.stores.filter(({ store }) => store === 'nas').map(({ stored_bytes }) => stored_bytes)
    expect(size.at(-1)! / size.at(-4)!).toBeCloseTo(1, 1)
    expect(size.at(-1)!).toBeLessThan(1.7 * 2 * GB)
  })
})

describe('a drill on a cadence', { timeout: 120_000 }, () => {
  it('restores for real, at the pace of disk and line', async () => {
    const found = await results([NIGHTLY, '- drill: { dataset: data, from: nas, to: spare, at: daily 12:00 }'])
    // The spare's disk takes 100 MB/s, which is the slowest on the way.
    for (const drill of runsOf(found, 'drill').slice(1)) {
      expect(drill).toMatchObject({ outcome: 'succeeded', written_bytes: 2 * GB })
      expect(hours(drill) * HOUR_S).toBeGreaterThan(20)
      expect(hours(drill) * HOUR_S).toBeLessThan(24)
    }
  })

  const ROT = {
    hazards: 'rot: { kind: bit-rot, target: nas, count: 3, size: 4 KiB, at: 2026-01-08T06:00:00Z }',
    background: 'rot',
  }

  it('finds what has rotted, which nobody would have known of', async () => {
    const found = await results([NIGHTLY, '- drill: { dataset: data, from: nas, to: spare, at: daily 12:00 }'], ROT)
    expect(runsOf(found, 'nightly').every(({ outcome }) => outcome === 'succeeded')).toBe(true)
    const drills = runsOf(found, 'drill').slice(1)
    expect(drills.slice(0, 2).map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded'])
    expect(drills[2]!.outcome).toBe('failed')
    expect(drills[2]!.reason).toMatch(/damaged/)
  })

  it('is passed again when a scrub has healed the store from its copy', async () => {
    const found = await results(
      [
        NIGHTLY,
        '- copy: { from: nas, to: second, after: nightly }',
        '- verify: { store: nas, heal: second, at: daily 10:00 }',
        '- drill: { dataset: data, from: nas, to: spare, at: daily 12:00 }',
      ],
      ROT,
    )
    const healed = runsOf(found, 'verify').filter(({ reason }) => reason !== '')
    expect(healed.map(({ reason }) => reason)).toEqual([expect.stringMatching(/errors found; all put right$/)])
    expect(healed[0]!.written_bytes).toBeGreaterThan(0)
    expect(
      runsOf(found, 'drill')
        .slice(1)
        .every(({ outcome }) => outcome === 'succeeded'),
    ).toBe(true)
    for (const { outcome } of found.incidents) expect(outcome).toBe('recovered')
  })
})

describe('copies of copies', { timeout: 120_000 }, () => {
  it('reach the mountain, and what was forgotten there is not copied again', async () => {
    const found = await results(
      [
        '- backup: { dataset: data, to: nas, at: daily 20:00, keep: { dialect: restic, last: 7 }, name: nightly }',
        '- copy: { from: nas, to: second, after: nightly, keep: { dialect: restic, last: 2 }, name: near }',
        '- copy: { from: second, to: tapes, points: newest, hold: 2 h, at: daily 23:00, name: far }',
      ],
      { days: 9, size: SMALL },
    )
    const copied = new Map<string, number>()
    for (const { store, cut_s } of found.points) {
      const point = `${store} ${cut_s}`
      copied.set(point, (copied.get(point) ?? 0) + 1)
    }
    expect(Math.max(...copied.values())).toBe(1)
    expect(
      found.points.filter(({ store, forgotten_s }) => store === 'second' && forgotten_s === undefined),
    ).toHaveLength(2)
    // The fire takes the hall; with nas and second in the annexe the newest point is theirs.
    expect(new Set(found.points.map(({ store }) => store))).toEqual(new Set(['nas', 'second', 'tapes']))
  })

  it('keeps grandfather, father and son on tape', async () => {
    const found = await results(
      [
        '- backup: { dataset: data, to: tapes, type: full, at: every 1 week, keep: { dialect: restic, last: 2, monthly: 3 } }',
      ],
      { days: 120, size: SMALL },
    )
    const kept = found.points
      .filter(({ forgotten_s }) => forgotten_s === undefined)
      .map(({ cut_s }) => Math.round(cut_s / 86_400))
    // From Monday 5 January: weeks 0 to 17; the last two, and the last of each of the last three months: 30 March (84),
    // 27 April (112), 4 May (119); March counts with 30 March. The last two are 112 and 119.
    expect(kept).toEqual([84, 112, 119])
  })
})

describe('a journal of every write', { timeout: 120_000 }, () => {
  const JOURNAL = '- journal: { dataset: data, to: spare, reach: 3 d }'
  const HAZARD = 'slip: { kind: deletion, target: data, share: 20 %, detection: 5 h, rate: 1/year, source: x }'

  it('lets the service go on from the last write, and brings back what was deleted', async () => {
    const text = scenarioWith([JOURNAL, NIGHTLY], { hazards: HAZARD, size: SMALL }).replace(
      'drills: [fire]',
      'drills: [fire, slip]',
    )
    const { incidents } = await run(
      parseScenario(text.replace('write-interval: 12 h', 'write-interval: 10 min'), 'kinds.yaml'),
    )
    for (const { hazard, outcome, store, rpo_s, onset_s, recoveryPoint_s } of incidents) {
      expect({ outcome, store }).toEqual({
        outcome: 'recovered',
        store: hazard === 'fire' ? 'spare' : 'journal on spare',
      })
      if (hazard === 'fire') expect(rpo_s).toBeLessThan(601)
      expect(onset_s - recoveryPoint_s!).toBeLessThan(601)
    }
  })

  it('leads back no further than what fits', async () => {
    // 4 % of 200 MB a day: a journal of 2 MB holds six hours.
    const silent = 'silent: { kind: ransomware, target: hall, dwell: 12 h, rate: 1/year, source: x }'
    const of = async (capacity: string): Promise<Results['incidents']> => {
      const journal = JOURNAL.replace('reach: 3 d', `reach: 3 d, capacity: ${capacity}`)
      const text = scenarioWith([journal, NIGHTLY], { hazards: silent, size: SMALL }).replace(
        'drills: [fire]',
        'drills: [silent]',
      )
      return (await run(parseScenario(text.replace('write-interval: 12 h', 'write-interval: 10 min'), 'kinds.yaml')))
        .incidents
    }
    expect((await of('2 MB')).map(({ store }) => store)).toEqual(['nas', 'nas'])
    expect((await of('6 MB')).map(({ store }) => store)).toEqual(['spare', 'spare'])
  })
})

describe('retention by a span of time', { timeout: 120_000 }, () => {
  // The newest is of 18:00 on the last day. Two days back, that instant itself not counted, are eight; five days back there are
  // three more days, of which the newest is kept.
  it('keeps all that is so old, back from the newest, and the newest of each day for longer', async () => {
    const { points } = await results(
      ['- backup: { dataset: data, to: nas, at: every 6 h, keep: { dialect: restic, within: 2 d, within-daily: 5d } }'],
      { size: SMALL },
    )
    const days = points.filter(({ forgotten_s }) => forgotten_s === undefined).map(({ cut_s }) => cut_s / 86_400)
    expect(days).toEqual([5.75, 6.75, 7.75, 8, 8.25, 8.5, 8.75, 9, 9.25, 9.5, 9.75])
  })
})

describe('a backup that makes no point where nothing has changed', { timeout: 120_000 }, () => {
  // Written at the beginning of the days 3, 6 and 9; the first point is of day 0.
  it('has a point of each state, and runs that say so', async () => {
    const text = scenarioWith([
      '- backup: { dataset: data, to: nas, at: daily 01:00, skip-if-unchanged: true, keep: { dialect: restic, last: 3 } }',
    ]).replace('write-interval: 12 h', 'write-interval: 3 d')
    const { points, jobs, incidents } = await run(parseScenario(text, 'kinds.yaml'))
    expect(points.map(({ cut_s }) => Math.floor(cut_s / (24 * HOUR_S)))).toEqual([0, 3, 6, 9])
    expect(points.map(({ forgotten_s }) => forgotten_s === undefined)).toEqual([false, true, true, true])
    const unchanged = jobs.filter(({ reason }) => reason === 'nothing had changed: no new point')
    expect(unchanged.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'succeeded'))
    expect(unchanged.every(({ written_bytes }) => written_bytes < 0.1 * GB)).toBe(true)
    expect(incidents.every(({ outcome }) => outcome === 'recovered')).toBe(true)
  })
})
