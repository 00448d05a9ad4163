import { randomStream } from '../../src/kernel/index.ts'
import type { RandomStream } from '../../src/kernel/index.ts'
import { DISASTERS, GENTLE, HARMFUL, HORIZON_D, drawn, hours, instant } from './random-hazards.ts'

export interface RandomWorld {
  readonly text: string
  /** Nothing that strikes in the background harms what is stored. */
  readonly gentle: boolean
  /** Nothing strikes in the background at all, and no disk of a cluster dies of age. */
  readonly calm: boolean
  /** The datasets are shards of one: without a common cut there is nothing to go back to. */
  readonly sharded: boolean
}

/** A small world of stores, jobs, replicas and hazards of any kinds. Equal numbers, equal worlds. */
export function randomWorld(number: number): RandomWorld {
  const random = randomStream(['a random world', number])
  const gentle = random.chance(0.3)
  const background = drawn(gentle ? GENTLE : { ...GENTLE, ...HARMFUL }, 3, random)
  const drills = new Map(drawn(DISASTERS, 2, random))
  if (drills.size === 0) drills.set('fire', `{ kind: site, target: office, at: ${instant(random)} }`)
  const hazards = new Map([...background, ...drills])
  const staged = [...drills.keys()]
  if (!gentle && random.chance(0.4)) {
    const more = drawn({ ...DISASTERS, ...HARMFUL }, 3, random)
    const parts = [...new Set([...staged, ...more.keys()])]
    for (const [name, text] of more) if (!hazards.has(name)) hazards.set(name, text)
    hazards.set(
      'burst',
      `{ kind: burst, of: [${parts.join(', ')}], within: { uniform: { min: 0 h, max: ${hours(random, 20)} } }, at: ${instant(random)} }`,
    )
    staged.push('burst')
  }
  const security = random.chance(0.3)
  const text = `
firedrill: 1
name: Random world ${number}
start: 2026-01-05T00:00:00Z
horizon: ${HORIZON_D} d
${topology(random)}
${datasets(random)}
recovery: { declare: ${random.pick(['0 s', '30 min', '1 d'])}, provision: 4 h, start-standby: 5 min, verify: 10 min, cut-over: 5 min${random.pick(['', INSTANT, INSTANT_WITH_WRITES])}${random.pick(['', ', parallel: 3, retries: 1'])} }
repository: { chunk: 256 KiB, pack: 1 MiB, compression: zstd${random.pick(['', '', ', key-copy: true'])} }
strategies:
  tested:
${jobs(random)
  .map((job) => `    ${job}`)
  .join('\n')}
${monitoring(random)}
${security ? SECURITY : ''}
hazards:
${[...hazards].map(([name, written]) => `  ${name}: ${written.replaceAll('@', security ? 'root-of-' : '')}`).join('\n')}
experiment:
  drills: [${staged.join(', ')}]
  background: [${[...background.keys()].join(', ')}]
  replications: 1
  warm-up: 1 d
  seed: "${number}"
`
  return {
    text,
    gentle,
    calm: background.size === 0 && !text.includes('lifetime:'),
    sharded: text.includes('group: orders'),
  }
}

const DISK = 'read: 200 MB/s, write: 200 MB/s'

/** Virtual machines run from their backups at first. */
const INSTANT = ', instant: { boot: 1 MB, load: 500 kB/s }'
const INSTANT_WITH_WRITES = ', instant: { boot: 1 MB, load: 500 kB/s, writes: 200 kB/s }'

/** The machine of the mail, where it is a virtual one. */
const VMS = [
  '  vms: { post: { host: hv-1 } }',
  '  vms: { post: { host: hv-1, restart: { on: [hv-2], within: 3 min } } }',
  '  vms: { post: { host: hv-1, images-on: san, restart: { on: [hv-2], within: 3 min } } }',
  '  vms: { post: { host: hv-1, images-on: san, cores: 1 } }',
]

function topology(random: RandomStream): string {
  const raid = (): string =>
    random.chance(0.2) ? ', raid: { disks: 4, parity: 1, disk: 500 GB, rebuild: 100 MB/s, replacement: 4 h }' : ''
  const nas = `kind: disk, ${DISK}, capacity: ${random.pick(['1 TB', '1 TB', '60 MB'])}${raid()}`
  const shelf = random.pick([
    `kind: disk, ${DISK}, capacity: 1 TB`,
    `kind: disk, ${DISK}, capacity: 1 TB, connected: [daily 00:30-06:00]`,
    'kind: tape, generation: lto-9, drives: 2, cartridges: 8',
    'kind: tape, generation: lto-9, drives: 1, cartridges: 8, pools: dataset, expiry: 3 d, ' +
      `vault: { pickup: daily 06:00, transit: 1 h, recall: ${hours(random, 24)}, rebuild: 24 h }`,
    'kind: cluster, racks: 3, nodes: 2, disks: { count: 2, capacity: 1 TB, rate: 100 MB/s }, ' +
      `scheme: ${random.pick(['{ replicas: 3 }', '{ data: 4, parity: 2 }'])}, spread: ${random.pick(['rack', 'node'])}`,
    'kind: cluster, racks: 3, nodes: 2, scheme: { replicas: 2 }, spread: rack, scrub: 2 d, ' +
      'disks: { count: 2, capacity: 1 GB, rate: 50 MB/s, lifetime: { exponential: { mean: 30 d } }, latent-errors: 20/year }',
  ])
  const bucket = random.pick([
    'latency: 10 ms',
    'latency: 10 ms, keep-deleted: 5 d',
    'class: s3-standard, lifecycle: [{ after: 2 d, class: s3-glacier-flexible }], retrieval: expedited',
    'class: s3-standard-ia, requests: { put: 20/s, get: 20/s }',
  ])
  const cpu = random.pick(['unlimited', '{ preset: xeon-8core, cores: 2 }'])
  const vm = random.pick(['', '', ...VMS])
  const gap = random.chance(0.15) ? ', connected: [daily 00:30-07:00]' : ''
  return `topology:
  sites: { office: { region: north }, cloud: { region: south } }
  nodes:
    files: { site: office, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB${raid()} } }
${['hv-1', 'hv-2', 'san', ...(vm === '' ? ['post'] : [])]
  .map(
    (node) => `    ${node}: { site: office, cpu: ${cpu}, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }`,
  )
  .join('\n')}
    spare: { site: cloud, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
${vm}
  stores:
    nas: { site: office, ${nas} }
    shelf: { site: cloud, ${shelf} }
    bucket: { site: cloud, kind: object, lock: ${random.pick(['0 s', '3 d', '30 d'])}, ${bucket}${gap} }
    parcel: { site: office, kind: courier, to: shelf, ${DISK}, capacity: 1 TB, pickup: daily 12:00, transit: ${hours(random, 30)} }
  links:
    lan: { between: [files, nas], bandwidth: 1 Gbit/s }
    wan: { between: [office, cloud], bandwidth: ${random.pick(['1 Mbit/s', '20 Mbit/s', '1 Gbit/s', '{ there: 20 Mbit/s, back: 5 Mbit/s }'])}, latency: 10 ms${random.chance(0.2) ? ', loss: 0.1 %' : ''} }
    mobile: { between: [office, cloud], bandwidth: 1 Mbit/s, latency: 60 ms, standby: true }
  domains:
    rack-1: { kind: rack, members: [files] }
    feed: { kind: power, members: [post, nas] }
    provider: { kind: account, members: [bucket, spare] }`
}

function datasets(random: RandomStream): string {
  const group = random.chance(0.15) ? 'group: orders, ' : ''
  const tracked = random.chance(0.3) ? ', change-tracking: 64 KiB' : ''
  const locality = random.pick(['uniform', 'zipf', 'append', 'replace'])
  return `datasets:
  documents: { ${group}node: files, size: 12 MB, files: 9, change: 30 %/day, growth: 100 %/year, locality: ${locality}, write-interval: 3 h${tracked} }
  mail: { ${group}node: post, size: 5 MB, files: 4, change: 10 %/day, compressibility: 2, write-interval: 2 h }
services:
  share: { needs: [documents], objectives: { rpo: 24 h, rto: 24 h } }
  mailbox: { needs: [mail, documents], priority: 2, objectives: { rpo: 24 h, rto: 24 h } }`
}

function jobs(random: RandomStream): string[] {
  const keep = random.chance(0.5)
    ? `, keep: ${random.pick([`{ dialect: restic, last: ${3 + random.integer(6)} }`, '{ dialect: borg, daily: 3 }', '{ dialect: gfs, daily: 4 }'])}`
    : ''
  const type = random.pick(['snapshot', 'full', 'incremental', 'differential'])
  const first = random.pick(['nas', 'nas', 'shelf', 'bucket'])
  const second = first === 'bucket' ? 'nas' : 'bucket'
  const all = [
    `- backup: { name: d, dataset: documents, to: ${first}, type: ${type}, at: daily 01:00${keep} }`,
    `- backup: { name: m, dataset: mail, to: ${first}, type: ${type}, at: ${random.pick(['daily 01:00', 'every 6 h'])}${keep} }`,
    ...random
      .shuffle([
        `- copy: { name: off, from: ${first}, to: ${second}, ${random.pick(['after: m', 'at: daily 02:00'])}${keep} }`,
        `- copy: { name: drive, from: ${first}, to: parcel, at: daily 10:00 }`,
        `- verify: { store: ${first}, sample: ${random.pick(['20 %', '100 %'])}, at: daily 04:00 }`,
        `- replicate: { name: rd, dataset: documents, to: spare, ${random.pick(['synchronous: true', 'at: every 30 min', 'at: every 2 h, journal: 24 h'])} }`,
        `- replicate: { name: rm, dataset: mail, to: ${random.pick(['spare', 'files'])}, at: every 3 h, journal: ${hours(random, 90)} }`,
        `- snapshot: { name: sd, dataset: documents, last: ${2 + random.integer(20)}, at: every 4 h${random.pick([', reserve: 4 MB', ', kind: split-mirror', ', lock: 20 h', ', reserve: 4 MB, lock: 1 d', ''])} }`,
      ])
      .slice(0, random.integer(5)),
  ]
  return all
}

function monitoring(random: RandomStream): string {
  if (!random.chance(0.4)) return ''
  return `monitoring: { missed-job: { grace: 3 h, miss: 20 % }, failed-verify: {}, entropy: { above: 10 %, delay: 1 h }, size: { above: 10 % }, change-rate: { times: 3, miss: 50 % } }`
}

/** Everybody has what the jobs need; the root's credentials are in a safe, but one lies on a machine. */
const SECURITY = `security:
  credentials:
${['nas', 'shelf', 'bucket', 'parcel']
  .map(
    (store) => `    work-on-${store}: { store: ${store}, may: [read, write, delete], key: administrator }
    root-of-${store}: { store: ${store}, may: [read, write, delete], key: administrator }`,
  )
  .join('\n')}
    root-of-files: { array: files, may: [delete] }
    append-to-bucket: { store: bucket, may: [read, write], key: writer }
    everything: { unlocks: [root-of-nas, root-of-shelf, root-of-files] }
  principals:
    agent: { node: files, holds: [work-on-nas, work-on-shelf, work-on-bucket, work-on-parcel], does: [backup, copy, verify] }
    operator: { holds: [root-of-nas, root-of-shelf, root-of-bucket, root-of-parcel], does: [restore] }
    admin: { node: post, holds: [everything, append-to-bucket], does: [] }`
