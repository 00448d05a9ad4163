import type { IncidentRow, JobRow } from '../../../src/experiment/results.ts'
import { run } from '../../../src/experiment/run.ts'
import { parseScenario } from '../../../src/scenario/load.ts'

export const HOUR_S = 3600
export const DAY_S = 86_400

/** Noon of the eighth day: seven nights of backups are done. */
export const NOON = '2026-01-12T12:00:00Z'
export const NOON_S = 7.5 * DAY_S
/** The backup of the last night, at 01:00; the copy follows it. */
export const LAST_BACKUP_S = 7 * DAY_S + HOUR_S

interface Parts {
  /** Hazards by name, in YAML's flow style, without rate: `fire: { kind: site, target: office, at: … }`. */
  readonly hazards: Readonly<Record<string, string>>
  readonly drills: readonly string[]
  readonly background?: readonly string[]
  readonly jobs?: readonly string[]
  readonly security?: string
  readonly monitoring?: string
  readonly replications?: number
  readonly lock?: string
  readonly horizon?: string
  readonly change?: string
  /** How long what is written to the documents may wait before it is on the disk. */
  readonly writeBack?: string
  readonly declare?: string
  /** Windows in which the bucket is connected. */
  readonly connected?: string
  /** Of the repositories, besides the sizes. */
  readonly repository?: string
}

export const BACKUP = '- backup: { dataset: documents, to: nas, type: snapshot, at: daily 01:00 }'
export const MAIL = '- backup: { name: mail-backup, dataset: mail, to: nas, type: snapshot, at: daily 01:00 }'
export const COPY = '- copy: { from: nas, to: bucket, at: daily 02:00 }'

/**
 * An office with two machines, a NAS and a bucket elsewhere. Everything but the lines takes no time; two datasets are
 * written to every hour, at the full hour.
 */
export function scenarioText(parts: Parts): string {
  const { hazards, drills, background = [], jobs = [BACKUP, MAIL, COPY], security = '', monitoring = '' } = parts
  const lines = Object.entries(hazards).map(([name, text]) => `  ${name}: ${text}`)
  return `
firedrill: 1
name: Hazards
start: 2026-01-05T00:00:00Z
horizon: ${parts.horizon ?? '12 d'}
topology:
  sites: { office: { region: north }, cloud: { region: south } }
  nodes:
    files: { site: office, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
    post: { site: office, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
  stores:
    nas: { site: office, kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: 1 TB }
    bucket: { site: cloud, kind: object, lock: ${parts.lock ?? '0 s'}, latency: 10 ms${parts.connected === undefined ? '' : `, connected: [${parts.connected}]`} }
  links:
    lan: { between: [files, nas], bandwidth: 1 Gbit/s }
    wan: { between: [office, cloud], bandwidth: 100 Mbit/s, latency: 10 ms }
  domains:
    rack-1: { kind: rack, members: [files] }
    feed-b: { kind: power, members: [post, nas] }
    account: { kind: account, members: [bucket] }
datasets:
  documents:
    node: files
    size: 200 MB
    files: 40
    change: ${parts.change ?? '10 %/day'}
    compressibility: 2
    write-interval: 1 h${
      parts.writeBack === undefined
        ? ''
        : `
    write-back: ${parts.writeBack}`
    }
  mail: { node: post, size: 100 MB, files: 20, change: 10 %/day, compressibility: 2, write-interval: 1 h }
services:
  share: { needs: [documents], objectives: { rpo: 24 h, rto: 24 h } }
  mailbox: { needs: [mail], priority: 2, objectives: { rpo: 24 h, rto: 24 h } }
recovery: { declare: ${parts.declare ?? '30 min'}, provision: 4 h, verify: 10 min, cut-over: 5 min }
repository: { chunk: 1 MiB, pack: 8 MiB, compression: zstd${parts.repository === undefined ? '' : `, ${parts.repository}`} }
strategies:
  tested:
${jobs.map((job) => `    ${job}`).join('\n')}
${security}
${monitoring}
hazards:
${lines.join('\n')}
experiment:
  drills: [${drills.join(', ')}]
  background: [${background.join(', ')}]
  replications: ${parts.replications ?? 1}
  warm-up: 5 d
  seed: "1"
`
}

/** What the drills came to. */
export async function staged(parts: Parts): Promise<{
  readonly incidents: readonly IncidentRow[]
  readonly jobs: readonly JobRow[]
  /** Of the one service that keeps the documents. */
  readonly share: IncidentRow | undefined
  readonly mailbox: IncidentRow | undefined
}> {
  const { incidents, jobs } = await run(parseScenario(scenarioText(parts), 'hazards.yaml'))
  const of = (service: string): IncidentRow | undefined => incidents.find((row) => row.service === service)
  return { incidents, jobs, share: of('share'), mailbox: of('mailbox') }
}
