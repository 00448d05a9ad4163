import { randomStream } from '../../../src/kernel/index.ts'
import type { RandomStream } from '../../../src/kernel/index.ts'

const START = Date.parse('2026-01-05T00:00:00Z')
const HORIZON_D = 8

/** What hits the protection only, and may strike in the background. Those of `GENTLE` leave every stored byte intact. */
type Draw = (random: RandomStream) => string

const hours = (random: RandomStream, most: number): string => `${1 + random.integer(most)} h`
const store = (random: RandomStream): string => random.pick(['nas', 'bucket', 'shelf'])
const node = (random: RandomStream): string => random.pick(['files', 'post'])
const link = (random: RandomStream): string => random.pick(['lan', 'wan'])

/** The instant of a strike: any, and often one that falls among the jobs. */
const instant = (random: RandomStream): string => {
  const day = 2 + random.integer(HORIZON_D - 3)
  const seconds = random.chance(0.5) ? 3600 + random.integer(120) : random.integer(86_400)
  return new Date(START + (day * 86_400 + seconds) * 1000).toISOString().replace('.000', '')
}

const GENTLE: Readonly<Record<string, Draw>> = {
  cut: (r) => `kind: link-outage, target: ${link(r)}, duration: ${hours(r, 30)}`,
  flaps: (r) => `kind: link-outage, target: ${link(r)}, duration: 10 min, flaps: ${1 + r.integer(30)}, pause: 20 min`,
  deaf: (r) => `kind: monitoring-failure, target: office, detection: ${hours(r, 100)}`,
  catalogue: (r) => `kind: catalogue-loss, target: ${store(r)}, stored: ${r.chance(0.5)}`,
  'closed-a-while': (r) => `kind: account-loss, target: ${store(r)}, duration: ${hours(r, 60)}`,
  'runs-on': (r) => `kind: retention-runs-on, target: ${store(r)}, detection: ${hours(r, 200)}`,
}

const HARMFUL: Readonly<Record<string, Draw>> = {
  rot: (r) => `kind: bit-rot, target: ${store(r)}, count: ${1 + r.integer(30)}`,
  'store-disk': (r) => `kind: disk, target: ${store(r)}, replacement: ${hours(r, 60)}`,
  closed: (r) => `kind: account-loss, target: ${store(r)}`,
  forgotten: (r) => `kind: key-loss, target: ${store(r)}`,
  bug: (r) => `kind: software-bug, target: ${store(r)}, detection: ${hours(r, 100)}`,
  'no-dump': (r) => `kind: silent-failure, target: ${store(r)}, detection: ${hours(r, 100)}`,
  breaks: (r) => `kind: restore-failure, target: ${store(r)}, share: ${10 * (1 + r.integer(10))} %, detection: 200 h`,
  skew: (r) =>
    `kind: clock-skew, target: ${node(r)}, skew: { ${r.pick(['ahead', 'behind'])}: ${hours(r, 100)} }, detection: ${hours(r, 100)}`,
  forged: (r) => `kind: retention-poisoning, target: ${store(r)}, from: ${node(r)}, snapshots: ${1 + r.integer(8)}`,
  stolen: (r) => `kind: credential-compromise, target: ${store(r)}, from: ${node(r)}`,
}

const DISASTERS: Readonly<Record<string, Draw>> = {
  fire: (r) => `kind: site, target: office, detection: ${hours(r, 5)}`,
  dead: (r) => `kind: node, target: ${node(r)}`,
  disk: (r) => `kind: disk, target: ${node(r)}`,
  crash: (r) => `kind: node-crash, target: ${node(r)}, detection: 5 min`,
  dark: (r) =>
    `kind: power, target: ${r.pick(['office', 'feed'])}, duration: ${hours(r, 40)}, detection: ${hours(r, 3)}`,
  rack: (r) => `kind: rack, target: rack-1, repair: ${hours(r, 40)}`,
  storm: (r) => `kind: region, target: ${r.pick(['north', 'south'])}, duration: ${hours(r, 40)}`,
  spoilt: (r) =>
    `kind: bit-rot, target: ${r.pick(['documents', 'mail'])}, count: ${1 + r.integer(5)}, detection: ${hours(r, 60)}`,
  deletion: (r) =>
    `kind: deletion, target: ${r.pick(['documents', 'mail'])}, share: ${10 * (1 + r.integer(10))} %, detection: ${hours(r, 60)}`,
  slow: (r) => `kind: ransomware, target: office, dwell: ${hours(r, 80)}, credentials: [${store(r)}]`,
  quick: (r) =>
    `kind: ransomware, target: office, dwell: ${hours(r, 40)}, entry: post, spread: ${hours(r, 20)}, ` +
    `encryption: ${1 + r.integer(20)} MB/s, credentials: [${store(r)}]`,
}

export interface RandomWorld {
  readonly text: string
  /** Nothing that strikes in the background harms what is stored. */
  readonly gentle: boolean
}

function drawn(kinds: Readonly<Record<string, Draw>>, most: number, random: RandomStream): Map<string, string> {
  const names = random.shuffle(Object.keys(kinds)).slice(0, random.integer(most + 1))
  return new Map(names.map((name) => [name, `{ ${kinds[name]!(random)}, at: ${instant(random)} }`]))
}

/** A small world with hazards of any kinds, in the background, in drills and in bursts. Equal numbers, equal worlds. */
export function randomWorld(number: number): RandomWorld {
  const random = randomStream(['a random world', number])
  const gentle = random.chance(0.3)
  const background = drawn(gentle ? GENTLE : { ...GENTLE, ...HARMFUL }, 3, random)
  const drills = drawn(DISASTERS, 2, random)
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
  const keep = random.chance(0.5) ? `, keep: { dialect: restic, last: ${3 + random.integer(6)} }` : ''
  const type = random.pick(['snapshot', 'full', 'incremental', 'differential'])
  const first = random.pick(['nas', 'shelf'])
  const jobs = [
    `- backup: { name: d, dataset: documents, to: ${first}, type: ${type}, at: daily 01:00${keep} }`,
    `- backup: { name: m, dataset: mail, to: ${first}, type: ${type}, at: ${random.pick(['daily 01:00', 'every 6 h'])}${keep} }`,
    `- copy: { from: ${first}, to: bucket, ${random.pick(['after: m', 'at: daily 02:00'])}${keep} }`,
    `- verify: { store: ${first}, sample: 50 %, at: daily 04:00 }`,
  ].slice(0, 2 + random.integer(3))
  const monitoring = random.chance(0.4)
    ? `monitoring: { missed-job: { grace: 3 h, miss: 20 % }, failed-verify: {}, entropy: { above: 10 %, delay: 1 h }, size: { above: 10 % } }`
    : ''
  const text = `
firedrill: 1
name: Random world ${number}
start: 2026-01-05T00:00:00Z
horizon: ${HORIZON_D} d
topology:
  sites: { office: { region: north }, cloud: { region: south } }
  nodes:
    files: { site: office, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
    post: { site: office, cpu: unlimited, disk: { read: 400 MB/s, write: 400 MB/s, capacity: 1 TB } }
  stores:
    nas: { site: office, kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: 1 TB }
    shelf: { site: cloud, kind: disk, read: 200 MB/s, write: 200 MB/s, capacity: 1 TB }
    bucket: { site: cloud, kind: object, lock: ${random.pick(['0 s', '3 d', '30 d'])}, latency: 10 ms }
  links:
    lan: { between: [files, nas], bandwidth: 1 Gbit/s }
    wan: { between: [office, cloud], bandwidth: ${random.pick(['2 Mbit/s', '20 Mbit/s', '1 Gbit/s'])}, latency: 10 ms }
  domains:
    rack-1: { kind: rack, members: [files] }
    feed: { kind: power, members: [post, nas] }
datasets:
  documents: { node: files, size: 30 MB, files: 12, change: 30 %/day, growth: 100 %/year, write-interval: 2 h }
  mail: { node: post, size: 10 MB, files: 5, change: 10 %/day, compressibility: 2, write-interval: 1 h }
services:
  share: { needs: [documents], objectives: { rpo: 24 h, rto: 24 h } }
  mailbox: { needs: [mail, documents], priority: 2, objectives: { rpo: 24 h, rto: 24 h } }
recovery: { declare: ${random.pick(['0 s', '30 min', '1 d'])}, provision: 4 h, verify: 10 min, cut-over: 5 min }
repository: { chunk: 256 KiB, pack: 2 MiB, compression: zstd }
strategies:
  tested:
${jobs.map((job) => `    ${job}`).join('\n')}
${monitoring}
hazards:
${[...hazards].map(([name, written]) => `  ${name}: ${written}`).join('\n')}
experiment:
  drills: [${staged.join(', ')}]
  background: [${[...background.keys()].join(', ')}]
  replications: 1
  warm-up: 1 d
  seed: "${number}"
`
  return { text, gentle }
}
