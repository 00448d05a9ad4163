import { describe, expect, it } from 'vitest'
import type { JobRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const MINUTE_S = 60
const HOUR_S = 3600

/** A full backup is 3.6 GB over a line of 1 MB/s: an hour. */
function scenarioWith(
  job: string,
  {
    line = 'bandwidth: 1 MB/s',
    days = 2,
    after = '',
    chunk = '4 MiB',
    cut = '',
    cards = 'network: unlimited',
    own = '',
  } = {},
): string {
  return `
firedrill: 1
name: Terms of jobs
start: 2026-01-05T00:00:00Z
horizon: ${days} d
topology:
  sites: { here: { region: a }, there: { region: b }, elsewhere: { region: b } }
  nodes:
    computer: { site: here, ${cards}, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
    standby: { site: elsewhere, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
  stores:
    box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
    far: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited }
  links:
    line: { between: [here, there], ${line} }
    beyond: { between: [there, elsewhere], bandwidth: unlimited }
    ${own === '' ? '' : `own: { ${own}, bandwidth: 10 MB/s, latency: 1 us }`}
datasets:
  data: { node: computer, size: 3.6 GB, files: 1, change: 0 %/day, write-interval: never }
services:
  service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } }
recovery: { declare: 0 s }
repository: { chunk: ${chunk}, pack: 16 MiB, compression: none }
strategies:
  tested:
    - backup: { dataset: data, to: box, keep: { dialect: restic, last: 2 }, ${job} }
    ${after}
hazards:
  fire: { kind: site, target: here, rate: 0.1/year, detection: 0 s }
  ${cut === '' ? '' : `cut: { kind: link-outage, target: line, ${cut} }`}
experiment:
  { drills: [fire], ${cut === '' ? '' : 'background: [cut],'} replications: 1, warm-up: 1 h, seed: "1" }
`
}

async function runsOf(...parts: Parameters<typeof scenarioWith>): Promise<readonly JobRow[]> {
  const { jobs } = await run(parseScenario(scenarioWith(...parts), 'terms.yaml'))
  return jobs
}

/** Five packs of 16 MiB and a chunk each at most. */
const UNDER_WAY_BYTES = 5 * (16 + 4) * 2 ** 20
const hours = ({ started_s, ended_s }: JobRow): number => (ended_s! - started_s!) / HOUR_S

describe('a job', { timeout: 120_000 }, () => {
  it('takes of the line no more than its limit', async () => {
    const [first] = await runsOf('type: full, at: daily 00:00, limit: 0.5 MB/s')
    // 3.6 GB at half a megabyte a second.
    expect(hours(first!)).toBeCloseTo(2, 2)
  })

  it.each([
    ['backup', 'window: 12 min', ''],
    ['copy', '', '- copy: { from: box, to: far, at: daily 12:00, window: 12 min }'],
  ])('is called off at the end of its window, and goes on the next night: a %s', async (kind, terms, after) => {
    const runs = await runsOf(`type: snapshot, at: daily 00:00, ${terms}`, { days: 8, after })
    const nights = runs.filter((row) => row.kind === kind)
    const last = nights.findIndex(({ outcome }) => outcome === 'succeeded')
    for (const night of nights.slice(0, last)) {
      expect(night).toMatchObject({ outcome: 'failed', reason: 'its window of 0.2 h has ended' })
      // And the time of an index file.
      expect(hours(night)).toBeCloseTo(0.2, 3)
    }
    // Five windows of 12 minutes are the hour that it takes, and each night some packs of 16 MiB are cut off under way.
    expect(last + 1).toBe(6)
    // What a night has stored is told though it failed, and no other night stores it again.
    // (Of a copy, five packs are being fetched while five are being stored.)
    const lost_bytes = (kind === 'copy' ? 2 : 1) * UNDER_WAY_BYTES
    for (const { written_bytes } of nights.slice(0, last)) {
      expect(written_bytes).toBeGreaterThan(720e6 - lost_bytes)
      expect(written_bytes).toBeLessThan(720e6)
    }
    const stored_bytes = nights.slice(0, last + 1).reduce((sum, { written_bytes }) => sum + written_bytes, 0)
    expect(stored_bytes / 3.6e9).toBeCloseTo(1, 2)
  })

  describe('whose line is dead from 00:20 to 00:30', () => {
    const cut = 'at: 2026-01-05T00:20:00Z, duration: 10 min'

    it('goes on where it was, at the first try after it is back', async () => {
      const [first] = await runsOf('type: full, at: daily 00:00', { cut })
      expect(first!.outcome).toBe('succeeded')
      // Tries after 1, 3, 7, … 63 s, then every minute: at 603 s. The five packs under way are sent anew: 5 × 16.8 MB at most.
      const again_s = hours(first!) * HOUR_S - 3600 - 603
      expect(again_s).toBeGreaterThan(0)
      expect(again_s).toBeLessThan(85)
      expect(first!.written_bytes / 3.6e9).toBeCloseTo(1, 2)
    })

    it.each([
      ['5 min', 25 * MINUTE_S],
      ['0 s', 20 * MINUTE_S],
    ])('fails when it may keep trying for %s', async (keepTrying, ends_s) => {
      const [first] = await runsOf(`type: full, at: daily 00:00, keep-trying: ${keepTrying}`, { cut })
      expect(first).toMatchObject({ outcome: 'failed', reason: 'cut: line is down' })
      expect(first!.ended_s).toBeCloseTo(ends_s, 6)
      expect(first!.written_bytes).toBeGreaterThan(20 * MINUTE_S * 1e6 - UNDER_WAY_BYTES)
      expect(first!.written_bytes).toBeLessThan(20 * MINUTE_S * 1e6)
    })

    it('says how much of a replica had come when it failed', async () => {
      const after = '- replicate: { dataset: data, to: standby, at: daily 00:00, keep-trying: 0 s }'
      const runs = await runsOf('type: full, at: daily 12:00', { cut, after })
      const first = runs.find(({ kind }) => kind === 'replicate')!
      expect(first.outcome).toBe('failed')
      expect(first.written_bytes).toBeCloseTo(20 * MINUTE_S * 1e6, 3)
      expect(first.read_bytes).toBe(first.written_bytes)
    })

    it('is called off at the end of its window while it tries', async () => {
      const [first] = await runsOf('type: full, at: daily 00:00, window: 22 min', { cut })
      expect(first).toMatchObject({ outcome: 'failed', reason: 'its window of 0.367 h has ended' })
      expect(first!.ended_s).toBeCloseTo(22 * MINUTE_S, 6)
    })

    it('replicates the rest, and not what has come already', async () => {
      const after = '- replicate: { dataset: data, to: standby, at: daily 00:00 }'
      const runs = await runsOf('type: full, at: daily 12:00', { cut, after })
      const first = runs.find(({ kind }) => kind === 'replicate')!
      expect(first.outcome).toBe('succeeded')
      expect(hours(first) * HOUR_S).toBeCloseTo(3600 + 603, 3)
    })
  })

  it('is tried again under names of its own: what the first try has stored is not in its way', async () => {
    const runs = await runsOf('type: full, at: daily 00:00, window: 50 min, retry: { times: 3, wait: 1 min }', {
      days: 1,
    })
    expect(runs.map(({ reason }) => reason)).toEqual(Array.from({ length: 4 }, () => 'its window of 0.833 h has ended'))
  })

  it('runs over its window where it may, and says by how much', async () => {
    const [first] = await runsOf('type: full, at: daily 00:00, window: 45 min, overrun: finish')
    expect(first).toMatchObject({ outcome: 'succeeded', reason: 'ran over its window by 0.25 h' })
  })

  it('is skipped while the run before it goes on', async () => {
    const runs = await runsOf('type: full, at: every 40 min')
    expect(runs.slice(0, 4).map(({ outcome }) => outcome)).toEqual(['succeeded', 'skipped', 'succeeded', 'skipped'])
    expect(runs[1]!.reason).toBe('the previous run has not ended')
  })

  it('is skipped while another job is at the same, and names it', async () => {
    const after = '- backup: { name: other, dataset: data, to: box, type: incremental, at: daily 00:30 }'
    const runs = await runsOf('name: long, type: full, at: daily 00:00', { after })
    expect(runs[1]).toMatchObject({
      job: 'other',
      outcome: 'skipped',
      reason: 'the job long has not ended: backup of data to box',
    })
  })

  it('moves as much at once as it has streams, where one connection is slow', async () => {
    // Mathis: 1460 B, 80 ms there and back, one segment in 10,000 lost: 17.881 Mbit/s a connection.
    const line = { line: 'bandwidth: 1 Gbit/s, latency: 40 ms, loss: 0.01 %' }
    const [one] = await runsOf('type: full, at: daily 00:00, streams: 1', line)
    const [eight] = await runsOf('type: full, at: daily 00:00, streams: 8', line)
    const alone_s = (3.6e9 * 8) / 17.881e6
    expect(hours(one!) * HOUR_S).toBeGreaterThan(alone_s)
    expect(hours(one!) * HOUR_S).toBeLessThan(alone_s * 1.03)
    expect(hours(one!) / hours(eight!)).toBeGreaterThan(7.5)
    expect(hours(one!) / hours(eight!)).toBeLessThan(8.01)
  })

  it.each([1, 4])('sends a window a round trip with each of %i streams', async (streams) => {
    // 64 KiB in 80 ms.
    const line = { line: 'bandwidth: 1 Gbit/s, latency: 40 ms, tcp-window: 64 KiB' }
    const after = `- replicate: { dataset: data, to: standby, at: daily 00:00, streams: ${streams} }`
    const runs = await runsOf(`type: full, at: daily 18:00, streams: ${streams}`, { ...line, after })
    const replica = runs.find(({ kind }) => kind === 'replicate')!
    expect(hours(replica) * HOUR_S).toBeCloseTo(3.6e9 / ((streams * 65_536) / 0.08) + 0.04, 6)
    const backup = runs.find(({ kind, outcome }) => kind === 'backup' && outcome === 'succeeded')!
    expect((hours(backup) * HOUR_S) / (3.6e9 / ((streams * 65_536) / 0.08))).toBeCloseTo(1, streams === 1 ? 2 : 1)
  })

  it('shares the cards of its node with others, but not a link that is for backups alone', async () => {
    const cards = { cards: 'network: 1 MB/s', line: 'bandwidth: 1 Gbit/s' }
    const after = '- backup: { name: other, dataset: data, to: far, type: full, at: daily 00:00 }'
    // Two of 3.6 GB at 1 MB/s together.
    const shared = await runsOf('type: full, at: daily 00:00', { ...cards, after })
    expect(hours(shared[0]!)).toBeCloseTo(2, 2)
    expect(hours(shared[1]!)).toBeCloseTo(2, 2)
    const own = await runsOf('type: full, at: daily 00:00', { ...cards, after, own: 'between: [computer, box]' })
    // 3.6 GB at 10 MB/s beside it.
    expect(hours(own[0]!)).toBeCloseTo(0.1, 2)
    expect(hours(own[1]!)).toBeCloseTo(1, 2)
  })

  it('fails as often as it is said to, and is tried again', { timeout: 120_000 }, async () => {
    const days = 200
    const runs = await runsOf('type: snapshot, at: daily 00:00, fails: 40 %, retry: { times: 2, wait: 10 min }', {
      days,
    })
    const failed = runs.filter(({ outcome }) => outcome === 'failed')
    // Of n tries a share of 0.4 fails, with a standard deviation of sqrt(0.24 / n).
    expect(Math.abs(failed.length / runs.length - 0.4)).toBeLessThan(4 * Math.sqrt(0.24 / runs.length))
    const nights = [...Map.groupBy(runs, ({ scheduled_s }) => scheduled_s).values()]
    expect(nights).toHaveLength(days)
    for (const tries of nights) {
      expect(tries.length).toBeLessThanOrEqual(3)
      for (const [at, { started_s }] of tries.entries()) {
        if (at > 0) expect(started_s! - tries[at - 1]!.ended_s!).toBeCloseTo(10 * MINUTE_S, 6)
      }
      expect(tries.slice(0, -1).every(({ outcome }) => outcome === 'failed')).toBe(true)
    }
    // All three fail in 0.4³ = 6.4 % of the nights.
    const lost = nights.filter((tries) => tries.every(({ outcome }) => outcome === 'failed')).length
    expect(Math.abs(lost / days - 0.064)).toBeLessThan(4 * Math.sqrt((0.064 * 0.936) / days))
  })

  it('is copied after a hold, though drills branch off while it is held', async () => {
    const runs = await runsOf('type: full, at: daily 00:00', {
      after: '- copy: { from: box, to: far, after: backup, hold: 5 h }',
    })
    const [backup, copy] = runs
    expect(copy).toMatchObject({ kind: 'copy', outcome: 'succeeded' })
    expect((copy!.started_s! - backup!.ended_s!) / HOUR_S).toBeCloseTo(5, 9)
  })
})

describe('a scenario with terms', () => {
  const problemsOf = (job: string): string => {
    try {
      parseScenario(scenarioWith(job), 'terms.yaml')
      return ''
    } catch (error) {
      return String(error)
    }
  }

  it('says what does not fit', () => {
    expect(problemsOf('at: daily 00:00, overrun: stop')).toContain(
      'says what happens at the end of a window, and there is none',
    )
    expect(problemsOf('at: daily 00:00, every: { exponential: { mean: 1 d } }')).toContain(
      'both at and every are given',
    )
    expect(problemsOf('at: daily 00:00, limit: 50 mbps')).toMatch(/terms\.yaml:\d+:\d+ .*limit.*did you mean/s)
    expect(problemsOf('at: daily 00:00, retry: { times: 0, wait: 1 min }')).toContain('expected a whole number from 1')
  })
})
