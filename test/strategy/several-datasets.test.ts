import { describe, expect, it } from 'vitest'
import type { JobRow } from '../../src/experiment/results.ts'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

/** Of 3 and 9 GB, over 10 MB/s that they share: 600 s and 1,200 s. The third lives elsewhere. */
function scenarioOf(...jobs: string[]): Scenario {
  return parseScenario(
    `
firedrill: 1
name: Several datasets
start: 2026-01-05T00:00:00Z
horizon: 3 d
topology:
  sites: { here: { region: a }, there: { region: b } }
  nodes:
    server: &node { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: 1 TB } }
    other: *node
    empty: *node
  stores:
    box: &box { site: there, kind: disk, read: unlimited, write: 10 MB/s, capacity: unlimited }
    second: { <<: *box, write: unlimited }
  links: { line: { between: [here, there], bandwidth: 1 GB/s } }
datasets:
  small: &data { node: server, size: 3 GB, files: 300, change: 0 %/day, compressibility: 1 }
  large: { <<: *data, size: 9 GB }
  apart: { <<: *data, node: other }
services: { service: { needs: [small, large, apart], objectives: { rpo: 24 h, rto: 24 h } } }
repository: { chunk: 1 MiB, pack: 16 MiB, compression: none }
recovery: { declare: 0 s }
strategies:
  tested:
${jobs.map((job) => `    - ${job}`).join('\n')}
hazards: { fire: { kind: site, target: here, at: 2026-01-07T12:00:00Z } }
experiment: { drills: [fire], replications: 1, warm-up: 1 d }
`,
    'several.yaml',
  )
}

const COPY = 'copy: { from: box, to: second, after: backup }'

async function runsOf(...jobs: string[]): Promise<JobRow[]> {
  const found = await run(scenarioOf(...jobs))
  return found.jobs.filter(({ scheduled_s }) => scheduled_s < 86_400)
}

const brief = ({ job, outcome, started_s, ended_s }: JobRow): unknown[] => [
  job,
  outcome,
  Math.round(started_s! / 60),
  Math.round(ended_s! / 60),
]

describe('a job for several datasets', { timeout: 60_000 }, () => {
  it('is a job for each, named after both, and what follows it follows the last', async () => {
    const runs = await runsOf('backup: { datasets: [small, large], to: box, type: full, at: daily 01:00 }', COPY)
    // 12 GB in 20 min; the copy has no line to pass.
    expect(runs.map(brief)).toEqual([
      ['backup-small', 'succeeded', 60, 70],
      ['backup-large', 'succeeded', 60, 80],
      ['copy', 'succeeded', 80, 80],
    ])
    expect(runs[2]!.read_bytes / 12e9).toBeCloseTo(1, 1)
  })

  it('takes a node for all that lives on it', () => {
    const namesOf = (list: string): string[] =>
      scenarioOf(`backup: { name: nightly, datasets: ${list}, to: box, at: daily 01:00 }`).strategies[0]!.jobs.map(
        ({ name }) => name,
      )
    expect(namesOf('[server]')).toEqual(['nightly-small', 'nightly-large'])
    expect(namesOf('[apart, server, small]')).toEqual(['nightly-apart', 'nightly-small', 'nightly-large'])
  })

  it('is followed though one of them fails, after its last try; not where all do', async () => {
    const failing = 'fails: 100 %, retry: { times: 1, wait: 30 min }'
    const backup = (fails: string): string =>
      `backup: { datasets: [small, large], to: box, type: full, at: daily 01:00, ${fails} }`
    expect((await runsOf(backup(failing), COPY)).filter(({ job }) => job === 'copy')).toEqual([])
    // What lasts 20 min is called off after 15, and tried again from 45 min on, with what was not stored: full backups begin anew.
    const late = await runsOf(backup('window: 15 min, retry: { times: 1, wait: 30 min }'), COPY)
    const [copy] = late.filter(({ job }) => job === 'copy')
    expect(late.filter(({ job }) => job === 'backup-large').map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
    expect(copy!.started_s! / 60).toBeCloseTo(60 + 15 + 30 + 15, 1)
  })

  it.each([
    [
      'datasets: [small, larg]',
      /several\.yaml:\d+:\d+ {2}strategies\.tested\[0\]\.backup\.datasets\[1\]: .*'larg'.*did you mean 'large'/,
    ],
    ['datasets: [empty]', /backup\.datasets\[0\]: no dataset lives on empty/],
    ['type: full', /backup: dataset is missing; expected the name of a dataset, or datasets: \[ … \]/],
    ['dataset: small, datasets: [large]', /backup\.dataset: both dataset and datasets are given; expected one of them/],
  ])('says what is wrong with %s', (written, message) => {
    expect(() => scenarioOf(`backup: { ${written}, to: box, at: daily 01:00 }`)).toThrow(message)
  })
})
