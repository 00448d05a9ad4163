import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadScenario, parseScenario } from '../../src/scenario/load.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const scenarios = new URL('../../scenarios/', import.meta.url)
const right = readFileSync(new URL('./right.yaml', import.meta.url), 'utf8')

function spoil(...replacements: readonly (readonly [string, string])[]): Scenario {
  let text = right
  for (const [from, to] of replacements) {
    expect(text).toContain(from)
    text = text.replace(from, to)
  }
  return parseScenario(text, 'plans/right.yaml')
}

describe('a scenario', () => {
  const scenario = spoil()
  const world = scenario.topologies[0]!.world

  it('is in base units', () => {
    expect(scenario.id).toBe('right')
    expect(scenario.start).toBe(1_767_571_200)
    expect(scenario.horizon_s).toBe(28 * 86_400)
    expect(world.links.get('wan')).toMatchObject({ bandwidth_bytesPerSecond: 12.5e6, latency_s: 0.025 })
    expect(world.links.get('wan')?.throttle?.value.slice(0, 2)).toEqual(Float64Array.of(12.5e6, 2.5e6))
    expect(world.datasets.get('documents')).toMatchObject({ size_bytes: 1e12, files: 600_000, change_perDay: 0.01 })
    expect(world.hazards.get('ransomware')).toMatchObject({
      dwell: { law: 'lognormal', median: 6 * 86_400, p90: 29 * 86_400 },
      credentials: ['nas'],
    })
  })

  it('names its jobs by their kind, and resolves what comes after what', () => {
    expect(scenario.strategies[0]?.jobs.map(({ name }) => name)).toEqual(['backup', 'copy'])
    expect(scenario.strategies[0]?.jobs[1]?.trigger).toEqual({ after: 'backup' })
  })

  it('has a world for each topology, with the values that it changes', () => {
    expect(scenario.topologies.map(({ name }) => name)).toEqual(['base', 'wan-1g'])
    const wide = scenario.topologies[1]!.world
    expect(wide.links.get('wan')?.bandwidth_bytesPerSecond).toBe(125e6)
    expect({ ...wide, links: undefined }).toEqual({ ...world, links: undefined })
  })

  it('says where its figures come from', () => {
    const subjects = new Map(scenario.assumptions.map((assumption) => [assumption.subject, assumption]))
    expect(subjects.get('stores.s3.class')).toMatchObject({ mark: 'source', date: '2025-07' })
    expect(subjects.get('stores.s3.class')?.value).toContain('$0.0125 per GB-month')
    expect(subjects.get('hazards.ransomware.rate')).toMatchObject({ value: '0.05 a year', mark: 'scenario' })
    expect(subjects.get('topologies.wan-1g: links.wan.bandwidth')?.value).toBe('1 Gbit/s')
  })

  it("takes its own prices instead of the class's, and says so", () => {
    const priced = spoil([
      'lock: 30 d',
      'prices: { storage: [{ up-to: 1 TB, price: $6/TB/month }, { price: $5/TB/month }] }',
    ])
    const store = priced.topologies[0]!.world.stores.get('s3')
    expect(store?.kind === 'object' && store.prices).toMatchObject({
      storage: [
        { upTo_bytes: 1e12, usdPerGBMonth: 0.006 },
        { upTo_bytes: Infinity, usdPerGBMonth: 0.005 },
      ],
      putPerThousand_usd: 0.01,
    })
    expect(priced.assumptions).toContainEqual(
      expect.objectContaining({ subject: 'stores.s3.prices', mark: 'scenario' }),
    )
  })

  it('warns of a lock that outlives the policy', () => {
    const { warnings } = spoil(['to: s3, after: backup', 'to: s3, after: backup, keep: { dialect: restic, daily: 7 }'])
    expect(warnings).toEqual([
      'strategy nightly: job copy may forget a snapshot after 7 d, but s3 locks it for 30 d; it costs storage until the lock ends',
    ])
  })

  it('warns of a dataset that is never backed up, and of a recovery that takes no time', () => {
    const { warnings } = spoil(
      ['datasets:', 'datasets:\n  mail: { node: files, size: 1 GB, files: 10, change: 1 %/day }'],
      ['needs: [documents]', 'needs: [documents, mail]'],
      ['recovery: { declare: 30 min, provision: 12 h, rebuild: 0 s }\n', ''],
    )
    expect(warnings).toEqual([
      'strategies.nightly has no recovery plan, so declaring, provisioning and checking take no time',
      'strategy nightly never backs up mail, which file-share needs',
      expect.stringMatching(/after ransomware, data is restored to the machines as they are; rebuild/),
    ])
  })

  it('warns of an objective that what follows the writes cannot meet', () => {
    const warningsOf = (job: string, writes: string): string[] =>
      spoil(
        ['objectives: { rpo: 24 h', 'objectives: { rpo: 5 min'],
        ['change: 1 %/day', `change: 1 %/day, write-interval: ${writes}`],
        ['    - copy:', `    - ${job}\n    - copy:`],
      ).warnings.filter((warning) => warning.includes('may lose'))
    const log = (timeout: string): string =>
      `log: { dataset: documents, to: nas, timeout: ${timeout}, replay: 50 MB/s }`
    expect(warningsOf(log('1 min'), '1 min')).toEqual([])
    expect(warningsOf(log('1 min'), '10 min')).toEqual([
      'strategy nightly: file-share may lose 5 min, but the log of documents leads to states that are 10 min apart; give documents a shorter write-interval',
    ])
    // 1 %/day of 1 TB fills 16 MiB in 145 s, before any timeout.
    expect(warningsOf(log('1 h'), '1 min')).toEqual([])
    expect(warningsOf(`${log('10 min').slice(0, -2)}, segment: 1 GiB }`, '1 min')).toEqual([
      'strategy nightly: file-share may lose 5 min, but the log of documents leads to states that are 10 min apart; give it a shorter timeout',
    ])
  })

  it('takes what changes in bytes too, as a share of the size', () => {
    const changeOf = (change: string): number =>
      spoil(['change: 1 %/day', `change: ${change}`]).topologies[0]!.world.datasets.get('documents')!.change_perDay
    expect(changeOf('8 GB/day')).toBeCloseTo(0.008, 12)
    expect(changeOf('70 GB/week')).toBeCloseTo(changeOf('1 %/day'), 12)
  })

  it('gives a preset the jobs it stands for', () => {
    const jobs = `    - backup: { dataset: documents, to: nas, type: snapshot, at: daily 22:00, keep: { dialect: restic, daily: 7 } }
    - copy: { from: nas, to: s3, after: backup }
`
    const listed = spoil([
      jobs,
      jobs.replace('backup: {', 'backup: { name: nightly-snapshot,').replace('copy: {', 'copy: { name: offsite-copy,'),
    ])
    const preset = spoil([
      jobs,
      '    { preset: nightly-snapshot-with-offsite-copy, dataset: documents, to: nas, offsite: s3, at: "22:00", keep: { dialect: restic, daily: 7 } }\n',
    ])
    expect(preset.strategies[0]?.jobs.slice(0, 1)).toEqual(listed.strategies[0]?.jobs.slice(0, 1))
    expect(preset.strategies[0]?.jobs[1]).toMatchObject({ kind: 'copy', from: 'nas', to: 's3' })
  })

  it('backs up in full once a week, and each other day since the day before', () => {
    const scenario321 = parseScenario(readFileSync(new URL('smb-321.yaml', scenarios), 'utf8'), 'smb-321.yaml')
    const [full, incremental] = scenario321.strategies[0]!.jobs
    const days = (job: typeof full): number[] =>
      'at' in job!.trigger ? Array.from(job!.trigger.at.occurrences.subarray(0, 7), (s) => Math.floor(s / 86_400)) : []
    // day 0 is a Monday; Sundays are days 6, 13, 20, …
    expect(days(full)).toEqual([6, 13, 20, 27, 34, 41, 48])
    expect(days(incremental)).toEqual([0, 1, 2, 3, 4, 5, 7])
  })

  it.each([
    ['12 h', { law: 'constant', value: 12 * 3600 }],
    ['{ uniform: { min: 1 h, max: 2 h } }', { law: 'uniform', min: 3600, max: 7200 }],
    ['{ exponential: { mean: 1 d } }', { law: 'exponential', mean: 86_400 }],
    ['{ weibull: { shape: 1.5, scale: 1 h } }', { law: 'weibull', shape: 1.5, scale: 3600 }],
    [
      '{ mixture: [{ share: 60 %, of: 1 h }, { share: 40 %, of: { exponential: { mean: 1 d } } }] }',
      {
        law: 'mixture',
        parts: [
          { share: 0.6, of: { law: 'constant', value: 3600 } },
          { share: 0.4, of: { law: 'exponential', mean: 86_400 } },
        ],
      },
    ],
  ])('may have a dwell of %s', (written, law) => {
    const { topologies } = spoil(['{ lognormal: { median: 6 d, p90: 29 d } }', written])
    expect(topologies[0]!.world.hazards.get('ransomware')).toMatchObject({ dwell: law })
  })

  it('may repeat itself by anchors and merge keys', () => {
    const { topologies } = spoil(
      ['    nas: {', '    nas: &disk {'],
      ['  links:', '    second: { <<: *disk, capacity: 4 TB }\n  links:'],
    )
    expect(topologies[0]!.world.stores.get('second')).toMatchObject({ read_bytesPerSecond: 2e8, capacity_bytes: 4e12 })
  })
})

describe('each shipped scenario', () => {
  const files = readdirSync(scenarios).filter((name) => name.endsWith('.yaml'))

  /** What a scenario is warned of that shows what comes of it. */
  const lessons: Readonly<Record<string, RegExp>> = {
    'ransomware-dwell.yaml':
      /^strategy (snapshots|fulls)-locked-for-a-quarter: for job [\w-]+, [\w-]+ locks what is stored for 90 d, but not .* renew-locks: true.* prevents it$/,
    'postgres-pitr.yaml':
      /^strategy log-1h-[\w-]+: shop may lose 15 min, but the log of orders leads to states that are 1 h apart; /,
    'nirs-2025.yaml': /^strategy as-it-was never backs up (shared-drive|systems-\d\d), which /,
  }

  it.each(files)('%s is read without warnings', async (name) => {
    const scenario = await loadScenario(fileURLToPath(new URL(name, scenarios)))
    const lesson = lessons[name]
    expect(scenario.warnings.filter((warning) => lesson?.test(warning) !== true)).toEqual([])
    expect(scenario.warnings.length > 0).toBe(lesson !== undefined)
    expect(scenario.strategies.length * scenario.topologies.length).toBeGreaterThan(0)
  })

  it.each(files)('%s tells editors its schema, and readers what it teaches', (name) => {
    const text = readFileSync(new URL(name, scenarios), 'utf8')
    expect(text.startsWith('# yaml-language-server: $schema=schema.json\n')).toBe(true)
    expect(text).toContain('What this teaches')
  })
})
