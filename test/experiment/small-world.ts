import { expect } from 'vitest'
import type { IncidentRow, JobRow, Results } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import { validated } from '../validated.ts'

/** 36 GB on a machine at one site, a store at another, 10 MB/s between them: an hour each way. A fire at noon of the eighth day. */
export interface World {
  readonly start?: string
  readonly timezone?: string
  readonly horizon?: string
  readonly sites?: string
  readonly nodes?: string
  readonly stores?: string
  readonly links?: string
  readonly datasets?: string
  readonly services?: string
  readonly recovery?: string
  readonly repository?: string
  readonly jobs: readonly string[]
  readonly hazards?: string
  readonly experiment?: string
  readonly more?: string
}

export const NODE = '{ site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 100 TB } }'
export const FIRE = 'fire: { kind: site, target: here, detection: 0 s, at: 2026-01-12T12:00:00Z }'
export const DISK = 'kind: disk, read: unlimited, write: unlimited, capacity: unlimited'
export const FULL = 'backup: { dataset: data, to: box, type: full, at: daily 22:00 }'

export async function runOf(world: World): Promise<Results> {
  const { start = '2026-01-05T00:00:00Z', timezone = 'UTC', horizon = '10 d', more = '' } = world
  const text = `
firedrill: 1
name: Small world
start: ${start}
timezone: ${timezone}
horizon: ${horizon}
topology:
  sites: { ${world.sites ?? 'here: { region: a }, there: { region: b }'} }
  nodes: { ${world.nodes ?? `server: &node ${NODE}, spare: { <<: *node, site: there }`} }
  stores: { ${world.stores ?? `box: { site: there, ${DISK} }`} }
  links: { ${world.links ?? 'line: { between: [here, there], bandwidth: 10 MB/s }'} }
datasets: { ${world.datasets ?? 'data: { node: server, size: 36 GB, files: 360, change: 0 %/day, compressibility: 1 }'} }
services: { ${world.services ?? 'service: { needs: [data], objectives: { rpo: 24 h, rto: 24 h } }'} }
repository: { chunk: 16 MiB, pack: 64 MiB, compression: none${world.repository ?? ''} }
recovery: { ${world.recovery ?? 'declare: 0 s'} }
strategies:
  tested:
${world.jobs.map((job) => `    - ${job}`).join('\n')}
hazards: { ${world.hazards ?? FIRE} }
experiment: { ${world.experiment ?? 'drills: [fire]'}, replications: 1, warm-up: 2 d }
${more}
`
  return run(parseScenario(text, 'small-world.yaml'))
}

export const incidentOf = async (world: World): Promise<IncidentRow> => (await runOf(world)).incidents[0]!
export const lasted_s = ({ started_s, ended_s }: JobRow): number => ended_s! - started_s!

/** Worked out before it was measured; requests and metadata take less than this. */
export function holds(what: string, expected: number, measured: number): void {
  expect(Math.abs(measured - expected), what).toBeLessThanOrEqual(0.01 * expected)
  validated({
    group: 'Small worlds',
    what,
    expected: Number(expected.toPrecision(6)),
    measured,
    within: '1 %',
    mark: 'derived',
  })
}
