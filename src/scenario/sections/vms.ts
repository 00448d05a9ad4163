import type { NodeSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { DatasetDocument } from '../schema/datasets.ts'
import type { VmDocument } from '../schema/vms.ts'
import { formatQuantity } from '../quantities/units.ts'

/** Default number of cores, if the host has as many. */
const CORES = 4

/** Block size at which a hypervisor tracks changes. */
const TRACKING_BYTES = 64 * 1024

/** The dataset of a virtual machine: the images of its disks, one by default, tracked by its host. */
export function imagesOf(name: string, dataset: DatasetDocument, compilation: Compilation): DatasetDocument {
  const { files, from, preset, 'change-tracking': tracking } = dataset
  if (from !== undefined) return dataset
  if (tracking === undefined) {
    const value = `${formatQuantity(TRACKING_BYTES, 'bytes')}, by the hypervisor`
    compilation.assume(`datasets.${name}.change-tracking`, value)
  }
  return {
    ...dataset,
    'change-tracking': tracking ?? TRACKING_BYTES,
    ...(files === undefined && preset === undefined ? { files: 1 } : {}),
  }
}

/** A virtual machine as a node: its resources are a part of its host's, and it is at its host's site. */
export function vmOf(
  name: string,
  written: VmDocument,
  nodes: ReadonlyMap<string, NodeSpecification>,
  compilation: Compilation,
): NodeSpecification {
  const { host: hostName, restart } = written
  if (nodes.has(name)) {
    compilation.problem(
      ['topology', 'vms', name],
      `there is already a node named ${name}; expected another name`,
      'key',
    )
  }
  const storage = written['images-on'] ?? hostName
  // The cross-checks report a name that does not exist; until then any machine will do.
  const [anyNode] = nodes.values()
  const host = nodes.get(hostName) ?? anyNode
  const holder = nodes.get(storage) ?? host
  if (host === undefined || holder === undefined) throw new Error('a topology without nodes has been refused before')
  const cores = written.cores ?? Math.min(CORES, host.cpu.cores)
  compilation.assume(`vms.${name}.cores`, `${cores} of ${hostName}`)
  return {
    name,
    site: host.site,
    cpu: { ...host.cpu, cores },
    disk: {
      // Its host or the array is the limit.
      read_bytesPerSecond: Infinity,
      write_bytesPerSecond: Infinity,
      capacity_bytes: holder.disk.capacity_bytes,
      scan_entriesPerSecond: holder.disk.scan_entriesPerSecond,
    },
    vm: { host: hostName, storage, startsOn: restart?.on ?? [], restart_s: restart?.within ?? Infinity },
  }
}
