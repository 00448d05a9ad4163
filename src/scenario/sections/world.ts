import type {
  CpuRates,
  LinkSpecification,
  NodeSpecification,
  ServiceSpecification,
  WorldSpecification,
} from '../../world/specification.ts'
import { readThrottle } from '../quantities/calendar.ts'
import type { Compilation } from '../compilation.ts'
import { datasetOf } from './datasets.ts'
import { readHazard } from '../hazards/index.ts'
import { SCAN_ENTRIES_PER_SECOND, cpuPresets } from '../reference-data/cpu.ts'
import { raidOf } from '../schema/raid.ts'
import type { ScenarioDocument } from '../schema/scenario.ts'
import { securityOf } from './security.ts'
import type { ServiceDocument } from '../schema/services.ts'
import type { TopologyDocument } from '../schema/topology.ts'
import { readStore } from '../stores/index.ts'
import { formatQuantity } from '../quantities/units.ts'
import { imagesOf, vmOf } from './vms.ts'

/**
 * The world of a document that matches the schema. Problems and assumptions go to the compilation.
 * @param resolve turns a path in the scenario file into an absolute one
 */
export function worldFromDocument(
  { topology, datasets, services, hazards, security }: ScenarioDocument,
  compilation: Compilation,
  resolve: (path: string) => string,
): WorldSpecification {
  const machines = mapOf(topology.nodes, (name, node) => nodeOf(name, node, compilation))
  const nodes = new Map([...machines, ...mapOf(topology.vms, (name, vm) => vmOf(name, vm, machines, compilation))])
  return {
    sites: mapOf(topology.sites, (name, { region }) => ({ name, region })),
    nodes,
    stores: mapOf(topology.stores, (name, store) => readStore(name, store, compilation)),
    links: mapOf(topology.links, (name, link) => linkOf(name, link, compilation)),
    domains: mapOf(topology.domains, (name, { kind, members }) => ({ name, kind, members })),
    datasets: mapOf(datasets, (name, dataset) =>
      datasetOf(
        name,
        dataset.node in topology.vms ? imagesOf(name, dataset, compilation) : dataset,
        compilation,
        resolve,
      ),
    ),
    services: mapOf(services, serviceOf),
    ...securityOf(security),
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
  const path = ['topology', 'nodes', name]
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
    ...(node.network === undefined ? {} : { network_bytesPerSecond: node.network }),
    disk: {
      read_bytesPerSecond: disk.read,
      write_bytesPerSecond: disk.write,
      capacity_bytes: disk.capacity,
      scan_entriesPerSecond,
      ...(disk.raid === undefined
        ? {}
        : { raid: raidOf(disk.raid, (message) => compilation.problem([...path, 'disk', 'raid', 'parity'], message)) }),
    },
  }
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}

function linkOf(name: string, link: TopologyDocument['links'][string], compilation: Compilation): LinkSpecification {
  const { between, throttle, latency, loss, standby, cost, traffic, 'percentile-95': percentile } = link
  const { 'tcp-window': window_bytes } = link
  const path = ['topology', 'links', name, 'throttle']
  const { there, back } =
    typeof link.bandwidth === 'number' ? { there: link.bandwidth, back: undefined } : link.bandwidth
  const widest = Math.max(there, back ?? 0)
  if (cost !== undefined) compilation.assume(`links.${name}.cost`, `$${round(cost)}/month`)
  if (traffic !== undefined) compilation.assume(`links.${name}.traffic`, `$${round(traffic)}/GB`)
  if (percentile !== undefined) {
    compilation.assume(`links.${name}.percentile-95`, `$${round(percentile)} per Mbit/s a month`)
  }
  if (loss !== undefined && (latency ?? 0) === 0) {
    const message = `links.${name}.loss has no effect: what a connection reaches under loss hangs on the latency, and it is 0`
    compilation.warnings.add(message)
  }
  if (window_bytes !== undefined && (latency ?? 0) === 0) {
    const message = `links.${name}.tcp-window has no effect: a connection sends a window a round trip, and the latency is 0`
    compilation.warnings.add(message)
  }
  let steps: LinkSpecification['throttle']
  for (const [window, limit] of Object.entries(throttle ?? {})) {
    if (limit > widest) {
      compilation.warnings.add(`links.${name}.throttle: '${window}' allows more than the bandwidth, and has no effect`)
    }
    compilation.calendar(
      [...path, window],
      () => readThrottle({ [window]: limit }, widest, compilation.frame),
      undefined,
      'key',
    )
  }
  if (throttle !== undefined && compilation.problems.length === 0) {
    steps = readThrottle(throttle, widest, compilation.frame)
  }
  return {
    name,
    between,
    bandwidth_bytesPerSecond: there,
    ...(back === undefined ? {} : { backward_bytesPerSecond: back }),
    latency_s: latency ?? 0,
    ...(loss === undefined ? {} : { loss }),
    ...(window_bytes === undefined ? {} : { tcpWindow_bytes: window_bytes }),
    ...(standby === undefined ? {} : { standby }),
    ...(steps === undefined ? {} : { throttle: steps }),
    usdPerMonth: cost ?? 0,
    ...(traffic === undefined ? {} : { usdPerGB: traffic }),
    ...(percentile === undefined ? {} : { usdPerMbitMonth: percentile }),
  }
}

function serviceOf(name: string, document: ServiceDocument): ServiceSpecification {
  const { needs, priority, objectives, penalty } = document
  return {
    name,
    needs,
    dependsOn: document['depends-on'],
    servesWith: document['serves-with'],
    priority,
    objectives: { rpo_s: objectives.rpo, rto_s: objectives.rto },
    penalty: { downtime_usdPerHour: penalty?.downtime ?? 0, loss_usdPerHour: penalty?.loss ?? 0 },
  }
}
