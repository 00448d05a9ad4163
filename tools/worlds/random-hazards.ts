import type { RandomStream } from '../../src/kernel/index.ts'

export const START = Date.parse('2026-01-05T00:00:00Z')
export const HORIZON_D = 7

/** Writes one hazard in the language of scenarios, without its instant. */
type Draw = (random: RandomStream) => string

export const hours = (random: RandomStream, most: number): string => `${1 + random.integer(most)} h`
const store = (random: RandomStream): string => random.pick(['nas', 'bucket', 'shelf'])
const node = (random: RandomStream): string => random.pick(['files', 'post'])
const link = (random: RandomStream): string => random.pick(['lan', 'wan', 'mobile'])
const dataset = (random: RandomStream): string => random.pick(['documents', 'mail'])
const percent = (random: RandomStream): string => `${10 * (1 + random.integer(10))} %`

/** The instant of a strike: any, and often one that falls among the jobs. */
export const instant = (random: RandomStream): string => {
  const day = 2 + random.integer(HORIZON_D - 3)
  const seconds = random.chance(0.5) ? 3600 + random.integer(120) : random.integer(86_400)
  return new Date(START + (day * 86_400 + seconds) * 1000).toISOString().replace('.000', '')
}

/** What hits the protection only, and may strike in the background; every stored byte stays intact. */
export const GENTLE: Readonly<Record<string, Draw>> = {
  cut: (r) => `kind: link-outage, target: ${link(r)}, duration: ${hours(r, 30)}`,
  flaps: (r) => `kind: link-outage, target: ${link(r)}, duration: 10 min, flaps: ${1 + r.integer(30)}, pause: 20 min`,
  narrow: (r) => `kind: link-degradation, target: ${link(r)}, share: ${percent(r)}, duration: ${hours(r, 60)}`,
  deaf: (r) => `kind: monitoring-failure, target: office, detection: ${hours(r, 100)}`,
  catalogue: (r) => `kind: catalogue-loss, target: ${store(r)}, stored: ${r.chance(0.5)}`,
  'closed-a-while': (r) => `kind: account-loss, target: ${store(r)}, duration: ${hours(r, 60)}`,
  'runs-on': (r) => `kind: retention-runs-on, target: ${store(r)}, detection: ${hours(r, 200)}`,
}

/** What hits the protection only, and what is stored with it. */
export const HARMFUL: Readonly<Record<string, Draw>> = {
  rot: (r) => `kind: bit-rot, target: ${store(r)}, count: ${1 + r.integer(30)}`,
  'store-disk': (r) => `kind: disk, target: ${store(r)}, replacement: ${hours(r, 60)}`,
  closed: (r) => `kind: account-loss, target: ${r.pick([store(r), 'provider'])}`,
  forgotten: (r) => `kind: key-loss, target: ${store(r)}`,
  bug: (r) => `kind: software-bug, target: ${store(r)}, detection: ${hours(r, 100)}`,
  'no-dump': (r) => `kind: silent-failure, target: ${store(r)}, detection: ${hours(r, 100)}`,
  breaks: (r) => `kind: restore-failure, target: ${store(r)}, share: ${percent(r)}, detection: 200 h`,
  skew: (r) =>
    `kind: clock-skew, target: ${node(r)}, skew: { ${r.pick(['ahead', 'behind'])}: ${hours(r, 100)} }, detection: ${hours(r, 100)}`,
  forged: (r) => `kind: retention-poisoning, target: ${store(r)}, from: ${node(r)}, snapshots: ${1 + r.integer(8)}`,
  stolen: (r) => `kind: credential-compromise, target: ${credential(r)}, from: ${node(r)}`,
}

/** What takes data or services away. */
export const DISASTERS: Readonly<Record<string, Draw>> = {
  fire: (r) => `kind: site, target: ${r.chance(0.9) ? 'office' : 'cloud'}, detection: ${hours(r, 5)}`,
  dead: (r) => `kind: node, target: ${node(r)}`,
  'node-disk': (r) => `kind: disk, target: ${node(r)}`,
  crash: (r) => `kind: node-crash, target: ${node(r)}, detection: 5 min`,
  dark: (r) =>
    `kind: power, target: ${r.pick(['office', 'feed'])}, duration: ${hours(r, 40)}, detection: ${hours(r, 3)}`,
  rack: (r) => `kind: rack, target: rack-1, repair: ${hours(r, 40)}`,
  storm: (r) => `kind: region, target: ${r.pick(['north', 'south'])}, duration: ${hours(r, 40)}`,
  spoilt: (r) => `kind: bit-rot, target: ${dataset(r)}, count: ${1 + r.integer(5)}, detection: ${hours(r, 60)}`,
  host: (r) => `kind: node, target: ${r.pick(['hv-1', 'hv-2', 'san'])}, detection: ${hours(r, 3)}`,
  'host-crash': (r) => `kind: node-crash, target: ${r.pick(['hv-1', 'san'])}, duration: ${hours(r, 10)}`,
  'host-disk': (r) => `kind: disk, target: ${r.pick(['hv-1', 'san'])}`,
  deletion: (r) => `kind: deletion, target: ${dataset(r)}, share: ${percent(r)}, detection: ${hours(r, 60)}`,
  slow: (r) => `kind: ransomware, target: office, dwell: ${hours(r, 80)}, credentials: [${credential(r)}]`,
  quick: (r) =>
    `kind: ransomware, target: office, dwell: ${hours(r, 40)}, entry: post, spread: ${hours(r, 20)}, ` +
    `encryption: ${1 + r.integer(20)} MB/s, credentials: [${credential(r)}]`,
}

/** A store, or a node with snapshots, which stands for its administrator's credential; replaced where credentials are declared. */
function credential(random: RandomStream): string {
  return `@${random.pick([store(random), store(random), 'files'])}`
}

/** So many of these kinds at most, each at an instant of its own. */
export function drawn(
  kinds: Readonly<Record<string, Draw>>,
  most: number,
  random: RandomStream,
): ReadonlyMap<string, string> {
  const names = random.shuffle(Object.keys(kinds)).slice(0, random.integer(most + 1))
  return new Map(names.map((name) => [name, `{ ${kinds[name]!(random)}, at: ${instant(random)} }`]))
}
