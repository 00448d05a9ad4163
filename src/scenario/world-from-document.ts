import type {
  CpuRates,
  DatasetSpecification,
  LinkSpecification,
  NodeSpecification,
  ObjectStorePrices,
  ServiceSpecification,
  StoreSpecification,
  WorldSpecification,
} from '../world/specification.ts'
import { readThrottle } from './calendar.ts'
import type { Compilation } from './compilation.ts'
import { readHazard } from './hazards/index.ts'
import { OBJECT_STORE_LATENCY, objectStoreClasses } from './reference-data/object-stores.ts'
import { SCAN_ENTRIES_PER_SECOND, cpuPresets } from './reference-data/cpu.ts'
import type { DatasetDocument } from './schema/datasets.ts'
import type { ScenarioDocument } from './schema/scenario.ts'
import type { ServiceDocument } from './schema/services.ts'
import type { PricesDocument, StoreDocument, TopologyDocument } from './schema/topology.ts'
import { formatQuantity } from './units.ts'

const NO_PRICES: ObjectStorePrices = {
  storage: [],
  putPerThousand_usd: 0,
  getPerThousand_usd: 0,
  retrievalPerGB_usd: 0,
  egress: [],
  minimumStorage_s: 0,
}

/** How long an application may gather changes before it writes them, unless the scenario says. */
const WRITE_INTERVAL_S = 3600

/**
 * The world of a document whose shape has been checked. Problems and assumptions go to the compilation.
 * @param resolve a path written in the scenario as an absolute one
 */
export function worldFromDocument(
  { topology, datasets, services, hazards }: ScenarioDocument,
  compilation: Compilation,
  resolve: (path: string) => string,
): WorldSpecification {
  return {
    sites: mapOf(topology.sites, (name, { region }) => ({ name, region })),
    nodes: mapOf(topology.nodes, (name, node) => nodeOf(name, node, compilation)),
    stores: mapOf(topology.stores, (name, store) => storeOf(name, store, compilation)),
    links: mapOf(topology.links, (name, link) => linkOf(name, link, compilation)),
    domains: mapOf(topology.domains, (name, { kind, members }) => ({ name, kind, members })),
    datasets: mapOf(datasets, (name, dataset) => datasetOf(name, dataset, compilation, resolve)),
    services: mapOf(services, serviceOf),
    credentials: new Map(),
    principals: new Map(),
    hazards: mapOf(hazards, (name, hazard) => readHazard(name, hazard, compilation)),
  }
}

function mapOf<From, To>(
  record: Readonly<Record<string, From>>,
  build: (name: string, from: From) => To,
): Map<string, To> {
  return new Map(Object.entries(record).map(([name, from]) => [name, build(name, from)]))
}

const STAGES = ['chunk', 'hash', 'compress', 'encrypt', 'decrypt', 'decompress'] as const

function nodeOf(name: string, node: TopologyDocument['nodes'][string], compilation: Compilation): NodeSpecification {
  const { disk } = node
  const written = typeof node.cpu === 'string' ? { preset: node.cpu } : node.cpu
  const preset = written.preset ?? 'xeon-8core'
  const found = cpuPresets[preset]
  if (found === undefined) throw new Error(`the schema let the processor ${preset} through`)
  const cores = written.cores ?? found.cores
  const rates: Record<keyof CpuRates, number> = { ...found.rates }
  const subject = `nodes.${name}.cpu`
  for (const stage of STAGES) {
    const rate = written[stage]
    if (rate === undefined) continue
    rates[stage] = rate
    compilation.assume(`${subject}.${stage}`, `${formatQuantity(rate, 'bytesPerSecond')} a core`)
  }
  const stages = STAGES.map((stage) => `${stage} ${formatQuantity(found.rates[stage], 'bytesPerSecond')}`)
  const value = preset === 'unlimited' ? 'unlimited' : `${preset}, ${cores} cores, each: ${stages.join(', ')}`
  compilation.assume(subject, value, found)
  let scan_entriesPerSecond = disk.scan
  if (scan_entriesPerSecond === undefined) {
    scan_entriesPerSecond = preset === 'unlimited' ? Infinity : SCAN_ENTRIES_PER_SECOND.value
    if (preset !== 'unlimited') {
      compilation.assume(
        `nodes.${name}.disk.scan`,
        `${scan_entriesPerSecond} entries a second`,
        SCAN_ENTRIES_PER_SECOND,
      )
    }
  }
  return {
    name,
    site: node.site,
    cpu: { preset, cores, rates_bytesPerSecond: rates },
    disk: {
      read_bytesPerSecond: disk.read,
      write_bytesPerSecond: disk.write,
      capacity_bytes: disk.capacity,
      scan_entriesPerSecond,
    },
  }
}

function storeOf(name: string, store: StoreDocument, compilation: Compilation): StoreSpecification {
  const { site } = store
  if (store.kind === 'disk') {
    if (store.cost !== undefined) compilation.assume(`stores.${name}.cost`, `$${store.cost}/year`)
    return {
      kind: 'disk',
      name,
      site,
      read_bytesPerSecond: store.read,
      write_bytesPerSecond: store.write,
      capacity_bytes: store.capacity,
      latency_s: store.latency ?? 0,
      usdPerYear: store.cost ?? 0,
    }
  }
  const found = store.class === undefined ? undefined : objectStoreClasses[store.class]
  if (found !== undefined) {
    compilation.assume(`stores.${name}.class`, `${store.class} in ${found.region}: ${priceText(found.prices)}`, found)
  } else if (store.prices === undefined) {
    compilation.warnings.add(`stores.${name} has neither a class nor prices: its use costs nothing`)
  }
  if (store.latency === undefined) {
    compilation.assume(
      `stores.${name}.latency`,
      formatQuantity(OBJECT_STORE_LATENCY.value_s, 'seconds'),
      OBJECT_STORE_LATENCY,
    )
  }
  return {
    kind: 'object',
    name,
    site,
    class: store.class ?? 'none',
    read_bytesPerSecond: store.read ?? Infinity,
    write_bytesPerSecond: store.write ?? Infinity,
    latency_s: store.latency ?? OBJECT_STORE_LATENCY.value_s,
    lock_s: store.lock ?? 0,
    prices: pricesOf(name, store.prices ?? {}, found?.prices ?? NO_PRICES, compilation),
  }
}

function pricesOf(
  store: string,
  written: PricesDocument,
  base: ObjectStorePrices,
  compilation: Compilation,
): ObjectStorePrices {
  const prices: ObjectStorePrices = {
    storage:
      tiersOf(written.storage)?.map(({ upTo_bytes, price }) => ({ upTo_bytes, usdPerGBMonth: price })) ?? base.storage,
    putPerThousand_usd: written.put ?? base.putPerThousand_usd,
    getPerThousand_usd: written.get ?? base.getPerThousand_usd,
    retrievalPerGB_usd: written.retrieval ?? base.retrievalPerGB_usd,
    egress: tiersOf(written.egress)?.map(({ upTo_bytes, price }) => ({ upTo_bytes, usdPerGB: price })) ?? base.egress,
    minimumStorage_s: written['minimum-storage'] ?? base.minimumStorage_s,
  }
  if (Object.keys(written).length > 0) compilation.assume(`stores.${store}.prices`, priceText(prices))
  return prices
}

function tiersOf(written: PricesDocument['storage']): { upTo_bytes: number; price: number }[] | undefined {
  if (written === undefined) return undefined
  if (typeof written === 'number') return [{ upTo_bytes: Infinity, price: written }]
  return written.map((tier) => ({ upTo_bytes: tier['up-to'] ?? Infinity, price: tier.price }))
}

function priceText(prices: ObjectStorePrices): string {
  const storage = prices.storage.map((tier) => tier.usdPerGBMonth).join('/') || '0'
  const egress = prices.egress.map((tier) => round(tier.usdPerGB)).join('/') || '0'
  return (
    `$${storage} per GB-month, PUT $${prices.putPerThousand_usd} and GET $${prices.getPerThousand_usd} per 1000, ` +
    `retrieval $${prices.retrievalPerGB_usd} per GB, egress $${egress} per GB, ` +
    `minimum storage ${formatQuantity(prices.minimumStorage_s, 'seconds')}`
  )
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}

function linkOf(name: string, link: TopologyDocument['links'][string], compilation: Compilation): LinkSpecification {
  const { between, bandwidth, throttle, latency, cost } = link
  const path = ['topology', 'links', name, 'throttle']
  if (cost !== undefined) compilation.assume(`links.${name}.cost`, `$${round(cost)}/month`)
  let steps: LinkSpecification['throttle']
  for (const [window, limit] of Object.entries(throttle ?? {})) {
    if (limit > bandwidth) {
      compilation.warnings.add(`links.${name}.throttle: '${window}' allows more than the bandwidth, and has no effect`)
    }
    compilation.calendar(
      [...path, window],
      () => readThrottle({ [window]: limit }, bandwidth, compilation.frame),
      undefined,
      'key',
    )
  }
  if (throttle !== undefined && compilation.problems.length === 0) {
    steps = readThrottle(throttle, bandwidth, compilation.frame)
  }
  return {
    name,
    between,
    bandwidth_bytesPerSecond: bandwidth,
    latency_s: latency ?? 0,
    ...(steps === undefined ? {} : { throttle: steps }),
    usdPerMonth: cost ?? 0,
  }
}

function datasetOf(
  name: string,
  dataset: DatasetDocument,
  compilation: Compilation,
  resolve: (path: string) => string,
): DatasetSpecification {
  const { from, size, files, fidelity = from === undefined ? 'extents' : 'bytes' } = dataset
  const path = ['datasets', name]
  if (from === undefined) {
    if (size === undefined)
      compilation.problem(path, 'size is missing; expected a size such as 1 TB, or from: a directory', 'key')
    if (files === undefined)
      compilation.problem(path, 'files is missing; expected a number such as 1.2M, or from: a directory', 'key')
  } else {
    for (const key of ['size', 'files'] as const) {
      if (dataset[key] === undefined) continue
      compilation.problem([...path, key], `has no effect: the directory of from decides; leave ${key} out`, 'key')
    }
    if (fidelity === 'extents') {
      compilation.problem([...path, 'fidelity'], 'found extents; a dataset from a directory is real bytes: write bytes')
    }
  }
  const interval = dataset['write-interval']
  return {
    name,
    node: dataset.node,
    fidelity,
    ...(from === undefined ? {} : { from: resolve(from) }),
    size_bytes: size ?? 0,
    files: Math.round(files ?? 0),
    change_perDay: dataset.change,
    locality: dataset.locality,
    growth_perYear: dataset.growth ?? 0,
    compressibility: dataset.compressibility ?? 1,
    writeInterval_s: interval === 'never' ? Infinity : (interval ?? WRITE_INTERVAL_S),
  }
}

function serviceOf(name: string, { needs, priority, objectives, penalty }: ServiceDocument): ServiceSpecification {
  return {
    name,
    needs,
    priority,
    objectives: { rpo_s: objectives.rpo, rto_s: objectives.rto },
    penalty: { downtime_usdPerHour: penalty?.downtime ?? 0, loss_usdPerHour: penalty?.loss ?? 0 },
  }
}
