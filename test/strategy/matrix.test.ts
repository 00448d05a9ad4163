import { describe, expect, it } from 'vitest'
import type { IncidentRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

const HOUR_S = 3600
const DAY_S = 86_400

/** How data are protected, and what the definition of it says about what it survives. */
interface Protection {
  readonly jobs: readonly string[]
  /** Where its points are; absent: there are none. */
  readonly at?: 'beside the data' | 'on the array' | 'elsewhere'
  /** The attacker has the NAS's credential, and no other. */
  readonly canBeDeletedByTheAttacker?: boolean
  /** Work that is gone after a physical incident, at most. */
  readonly behind_s?: number
  /** Another node that has a copy and a journal back to any write within so long: it serves in the place of the lost one. */
  readonly journal_s?: number
  /** A log leads to the instant before a logical incident. */
  readonly toTheInstant?: boolean
}

const NIGHTLY = 'at: daily 01:00'
const behind_s = DAY_S + HOUR_S
const PROTECTIONS: Readonly<Record<string, Protection>> = {
  none: { jobs: [] },
  'full-on-nas': {
    jobs: [`- backup: { dataset: data, to: nas, type: full, ${NIGHTLY} }`],
    at: 'beside the data',
    canBeDeletedByTheAttacker: true,
  },
  'array-snapshots': { jobs: ['- snapshot: { dataset: data, last: 48, at: hourly }'], at: 'on the array' },
  'split-mirror': {
    jobs: ['- snapshot: { dataset: data, last: 4, kind: split-mirror, at: every 6 h }'],
    at: 'on the array',
  },
  'full-offsite': {
    jobs: [`- backup: { dataset: data, to: bucket, type: full, ${NIGHTLY} }`],
    at: 'elsewhere',
    behind_s,
  },
  'incremental-offsite': {
    jobs: [
      '- backup: { name: full, dataset: data, to: bucket, type: full, at: Sun 01:00 }',
      '- backup: { name: incr, dataset: data, to: bucket, type: incremental, at: "Mon,Tue,Wed,Thu,Fri,Sat 01:00" }',
    ],
    at: 'elsewhere',
    behind_s,
  },
  'differential-offsite': {
    jobs: [
      '- backup: { name: full, dataset: data, to: bucket, type: full, at: Sun 01:00 }',
      '- backup: { name: diff, dataset: data, to: bucket, type: differential, at: "Mon,Tue,Wed,Thu,Fri,Sat 01:00" }',
    ],
    at: 'elsewhere',
    behind_s,
  },
  'deduplicated-offsite': {
    jobs: [`- backup: { dataset: data, to: bucket, type: snapshot, ${NIGHTLY} }`],
    at: 'elsewhere',
    behind_s,
  },
  'reverse-incremental-offsite': {
    jobs: [
      `- backup: { dataset: data, to: bucket, type: reverse-incremental, ${NIGHTLY}, keep: { dialect: restic, last: 4 } }`,
    ],
    at: 'elsewhere',
    behind_s,
  },
  'synthetic-full-offsite': {
    jobs: [
      `- backup: { dataset: data, to: bucket, type: incremental, ${NIGHTLY} }`,
      '- synthesise: { dataset: data, store: bucket, at: Sun 03:00 }',
    ],
    at: 'elsewhere',
    behind_s,
  },
  'gfs-on-tape': {
    jobs: [
      `- backup: { dataset: data, to: tapes, type: full, ${NIGHTLY}, keep: { dialect: restic, daily: 3, weekly: 2 } }`,
    ],
    at: 'elsewhere',
    behind_s,
  },
  // Behind by a write interval, a timeout and the way at most.
  'log-shipping': {
    jobs: [
      `- backup: { dataset: data, to: bucket, type: full, ${NIGHTLY} }`,
      '- log: { dataset: data, to: bucket, timeout: 10 min, replay: 20 MB/s }',
    ],
    at: 'elsewhere',
    behind_s: 1.5 * HOUR_S,
    toTheInstant: true,
  },
  'journal-on-a-spare': {
    jobs: ['- journal: { dataset: data, to: spare, reach: 24 h, capacity: 500 GB }'],
    at: 'elsewhere',
    behind_s: HOUR_S,
    journal_s: DAY_S,
  },
  'nas-and-copy': {
    jobs: [`- backup: { dataset: data, to: nas, ${NIGHTLY} }`, '- copy: { from: nas, to: bucket, after: backup }'],
    at: 'elsewhere',
    behind_s,
  },
}

/** How a service comes back, and what a standby has. */
interface Standby {
  readonly jobs: readonly string[]
  readonly plan: string
  /** Of the standby's data, at a physical incident; absent: there is no standby. */
  readonly behind_s?: number
  /** How far back it can be brought, after a logical one. */
  readonly journal_s?: number
  readonly startsWithin_s: number
}

const RECOVERIES: Readonly<Record<string, Standby>> = {
  cold: { jobs: [], plan: 'provision: 4 h', startsWithin_s: 5 * HOUR_S },
  warm: {
    jobs: ['- replicate: { dataset: data, to: standby, at: every 30 min }'],
    plan: 'provision: 4 h, start-standby: 20 min',
    behind_s: HOUR_S,
    startsWithin_s: HOUR_S,
  },
  hot: {
    jobs: ['- replicate: { dataset: data, to: standby, at: every 10 min, journal: 24 h }'],
    plan: 'provision: 4 h',
    behind_s: HOUR_S / 3,
    journal_s: DAY_S,
    startsWithin_s: HOUR_S / 2,
  },
  'active-active': {
    jobs: ['- replicate: { dataset: data, to: standby, synchronous: true }'],
    plan: 'provision: 4 h',
    behind_s: 0,
    startsWithin_s: HOUR_S / 2,
  },
}

const DWELL_S = 6 * HOUR_S

type Origin = 'standby' | 'backup' | 'lost'

/** What the definitions demand, whatever the simulator does. */
const DEMANDED: Readonly<Record<string, (protection: Protection, standby: Standby) => Origin>> = {
  // Everything at the site is gone: what is elsewhere is left, and a standby is the first to serve.
  fire: ({ at, journal_s }, { behind_s: behind }) =>
    behind !== undefined || journal_s !== undefined ? 'standby' : at === 'elsewhere' ? 'backup' : 'lost',
  // The data live on; a replica has followed the deletion, and going back with all of it would lose the work since: what was
  // deleted is copied back, from a journal too.
  deletion: ({ at }, { journal_s = 0 }) => (at === undefined && journal_s === 0 ? 'lost' : 'backup'),
  // The encryption has been replicated too: only a journal leads back behind it, or a point that the attacker cannot delete.
  ransomware: ({ at, canBeDeletedByTheAttacker = false, journal_s: spare_s = 0 }, { journal_s = 0 }) =>
    Math.max(journal_s, spare_s) > DWELL_S
      ? 'standby'
      : at === undefined || canBeDeletedByTheAttacker
        ? 'lost'
        : 'backup',
}

const pairs = Object.entries(PROTECTIONS).flatMap(([protection, { jobs }]) =>
  Object.entries(RECOVERIES).map(([recovery, standby]) => {
    const all = [...jobs, ...standby.jobs]
    // A strategy has at least one job: checking what nobody fills is not one, so that 'none' looks at itself.
    const listed = all.length > 0 ? all : ['- snapshot: { dataset: other, last: 1, at: daily 03:00 }']
    return `  ${protection}_${recovery}:
    jobs:
${listed.map((job) => `      ${job}`).join('\n')}
    recovery: { declare: 5 min, verify: 5 min, cut-over: 1 min, ${standby.plan} }`
  }),
)

const SCENARIO = `
firedrill: 1
name: Every protection with every recovery
start: 2026-01-05T00:00:00Z
horizon: 10 d
topology:
  sites: { office: { region: a }, away: { region: b }, cloud: { region: c } }
  nodes:
    server: { site: office, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
    standby: { site: away, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
    spare: { site: away, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
  stores:
    nas: { site: office, kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: 1 TB }
    bucket: { site: cloud, kind: object }
    tapes: { site: away, kind: tape, generation: lto-8, drives: 1, cartridges: 20 }
  links:
    lan: { between: [server, nas], bandwidth: 1 Gbit/s }
    line: { between: [office, away], bandwidth: 1 Gbit/s }
    wan: { between: [office, cloud], bandwidth: 100 Mbit/s }
datasets:
  data: { node: server, size: 100 MB, files: 20, change: 5 %/day, compressibility: 1, write-interval: 1 h }
  other: { node: server, size: 1 MB, files: 2, change: 0 %/day, write-interval: 1 d }
services:
  shop: { needs: [data], objectives: { rpo: 24 h, rto: 8 h } }
repository: { chunk: 1 MiB, pack: 8 MiB, compression: none }
strategies:
${pairs.join('\n')}
hazards:
  fire: { kind: site, target: office, at: 2026-01-13T15:30:00Z, detection: 1 min }
  deletion: { kind: deletion, target: data, share: 20 %, at: 2026-01-13T15:30:00Z, detection: 2 h }
  ransomware: { kind: ransomware, target: office, at: 2026-01-13T15:30:00Z, dwell: 6 h, credentials: [nas] }
experiment: { replications: 1, warm-up: 5 d, seed: "1" }
`

describe('every protection with every recovery', { timeout: 180_000 }, async () => {
  const { incidents } = await run(parseScenario(SCENARIO, 'matrix.yaml'))
  const rowOf = (protection: string, recovery: string, hazard: string): IncidentRow =>
    incidents.find((row) => row.strategy === `${protection}_${recovery}` && row.hazard === hazard)!

  for (const [protection, protects] of Object.entries(PROTECTIONS)) {
    it.each(Object.keys(RECOVERIES).flatMap((recovery) => Object.keys(DEMANDED).map((hazard) => [recovery, hazard])))(
      `${protection}, %s: after %s what the definition demands`,
      (recovery, hazard) => {
        const standby = RECOVERIES[recovery]!
        const demanded = DEMANDED[hazard]!(protects, standby)
        const spare_s = protects.journal_s === undefined ? Infinity : protects.behind_s!
        const { outcome, store, rpo_s, rto_s, onset_s, detected_s, recoveryPoint_s, verified } = rowOf(
          protection,
          recovery,
          hazard,
        )
        const served = store === 'standby' || store === 'spare'
        const origin: Origin = outcome === 'lost' ? 'lost' : served ? 'standby' : 'backup'
        expect({ origin, outcome }).toEqual({ origin: demanded, outcome: demanded === 'lost' ? 'lost' : 'recovered' })
        if (demanded === 'lost') return
        // What came back is of before the onset, and was compared with the history.
        expect(verified).toBe(true)
        expect(recoveryPoint_s).toBeLessThanOrEqual(onset_s)
        const logical = hazard !== 'fire'
        expect(rpo_s).toBe((logical ? detected_s : onset_s) - recoveryPoint_s!)
        if (!logical) {
          const behind = demanded === 'standby' ? Math.min(standby.behind_s ?? Infinity, spare_s) : protects.behind_s!
          expect(rpo_s).toBeLessThanOrEqual(behind)
        } else if (protects.toTheInstant === true && demanded === 'backup') {
          expect(onset_s - recoveryPoint_s!).toBeLessThan(1)
        }
        // A standby is there sooner than replacements are.
        if (demanded === 'standby') expect(rto_s! - (detected_s - onset_s)).toBeLessThan(standby.startsWithin_s)
        else if (hazard === 'fire') expect(rto_s).toBeGreaterThan(4 * HOUR_S)
      },
    )
  }
})
