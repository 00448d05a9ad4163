import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const ONCE = '2026-01-06T00:00:00Z'

interface Parts {
  readonly lifecycle?: string
  /** When the backup runs, and the copy. */
  readonly at?: string
  readonly copied?: string
  /** Besides the machine. */
  readonly away?: string
}

/** A point of 10 GB lies at two places; the line away is wider than the NAS is fast. */
async function takenFrom(first: string, second: string, parts: Parts = {}) {
  const { lifecycle = '', at = ONCE, copied = 'after: backup', away = '' } = parts
  const { incidents } = await run(
    parseScenario(
      `
firedrill: 1
name: Which copy
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { main: { region: eu }, away: { region: us } }
  nodes: { a: { site: main, cpu: unlimited, disk: { read: 1 GB/s, write: 1 GB/s, capacity: 1 TB } } }
  stores:
    archive: { site: away, kind: object, class: s3-glacier-deep-archive }
    bucket: { site: away, kind: object, class: s3-standard${lifecycle} }
    tapes: { site: main, kind: tape, generation: lto-8, drives: 1, cartridges: 9 }
    nas: { site: main, kind: disk, read: 100 MB/s, write: 100 MB/s, capacity: 1 TB }
  links: { wan: { between: [main, away], bandwidth: 1 Gbit/s } }
datasets:
  d: { node: a, size: 10 GB, files: 20, change: 0 %/day }
services:
  s: { needs: [d], objectives: { rpo: 7 d, rto: 24 h } }
repository: { chunk: 1 MiB, pack: 64 MiB, compression: none }
recovery: { declare: 0 s, provision: 0 s, verify: 0 s, cut-over: 0 s }
strategies:
  twice:
    - backup: { dataset: d, to: ${first}, at: ${at} }
    - copy: { from: ${first}, to: ${second}, ${copied} }
hazards:
  dead: { kind: node, target: a, at: 2026-01-12T04:00:00Z, rate: 1/year }
  closed: { kind: account-loss, target: nas, duration: 6 h, at: 2026-01-12T03:00:00Z }
experiment: { drills: [dead], background: [${away}], replications: 1, warm-up: 4 d }
`,
      'which-copy.yaml',
    ),
  )
  const [{ store, rto_s, outcome, reason }] = incidents as [(typeof incidents)[number]]
  return { store, rto_s: rto_s!, outcome, reason }
}

describe('of two copies of a point, a recovery takes the one that is back sooner', { timeout: 60_000 }, () => {
  it('not the archive that would thaw for a day, though its way back is as wide, or wider', async () => {
    for (const [first, seconds] of [
      ['bucket', 10e9 / 125e6],
      ['nas', 10e9 / 100e6],
    ] as const) {
      const { store, rto_s } = await takenFrom(first, 'archive')
      expect(store).toBe(first)
      expect(rto_s).toBeGreaterThan(seconds)
      expect(rto_s).toBeLessThan(1.1 * seconds)
    }
  })

  it('nor the tape that has to be mounted and wound, where a NAS has it as soon', async () => {
    // 100 s; a drive is three times as fast, and needs more than a minute before it reads.
    expect((await takenFrom('nas', 'tapes')).store).toBe('nas')
  })

  it('nor a bucket whose packs have gone to an archive meanwhile', async () => {
    const lifecycle = ', lifecycle: [{ after: 2 d, class: s3-glacier-deep-archive }]'
    expect((await takenFrom('bucket', 'nas', { lifecycle })).store).toBe('nas')
    expect((await takenFrom('bucket', 'nas')).store).toBe('bucket')
  })
})

describe('an older point that is within reach', { timeout: 60_000 }, () => {
  const nightly = { at: 'daily 00:00', copied: 'at: daily 05:00' }

  it('is taken while the place of the newer one is closed, and the outcome says so', async () => {
    const { store, outcome, reason } = await takenFrom('nas', 'bucket', { ...nightly, away: 'closed' })
    expect({ store, outcome }).toEqual({ store: 'bucket', outcome: 'degraded' })
    expect(reason).toBe('nas had a newer point, and was out of reach')
  })

  it('is not, where the newer one is', async () => {
    const { store, outcome, reason } = await takenFrom('nas', 'bucket', nightly)
    expect({ store, outcome, reason }).toEqual({ store: 'nas', outcome: 'recovered', reason: '' })
  })
})
