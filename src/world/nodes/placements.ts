import type { NodeSpecification } from '../estate.ts'

/** Where a virtual machine runs. */
interface Placement {
  readonly host: string
  /** Node whose disks hold its images. */
  readonly storage: string
}

/** Which virtual machine runs where. A physical machine counts as its own host. */
export class Placements {
  readonly #specifications: ReadonlyMap<string, NodeSpecification>
  readonly #isThere: (node: string) => boolean
  readonly #placements: Map<string, Placement>

  /** @param isThere whether a machine exists and runs */
  constructor(
    specifications: ReadonlyMap<string, NodeSpecification>,
    isThere: (node: string) => boolean,
    origin?: Placements,
  ) {
    this.#specifications = specifications
    this.#isThere = isThere
    this.#placements = new Map(origin === undefined ? [] : origin.#placements)
    if (origin !== undefined) return
    for (const { name, vm } of specifications.values()) {
      if (vm !== undefined) this.#placements.set(name, { host: vm.host, storage: vm.storage })
    }
  }

  /** The machine whose cores and network it uses. */
  hostOf(name: string): string {
    return this.#placements.get(name)?.host ?? name
  }

  /** The machine whose disks it uses. */
  storageOf(name: string): string {
    return this.#placements.get(name)?.storage ?? name
  }

  /** Virtual machines outside this set that cannot run without it. */
  stoppedWith(nodes: ReadonlySet<string>): string[] {
    return [...this.#placements]
      .filter(([vm, { host, storage }]) => !nodes.has(vm) && (nodes.has(host) || nodes.has(storage)))
      .map(([vm]) => vm)
  }

  /**
   * Restarts it on another host that runs, if its images survive.
   * @returns whether there was one
   */
  startElsewhere(vm: string): boolean {
    const { storage, host } = this.#placements.get(vm)!
    if (!this.#isThere(storage)) return false
    const other = this.#otherHost(vm, host)
    if (other === undefined) return false
    this.#placements.set(vm, { host: other, storage })
    return true
  }

  /**
   * Finds a place for images that will be restored: where they were, or on the disks of another host.
   * @returns whether there is one without people bringing a new machine
   */
  makeRoom(vm: string): boolean {
    const { host, storage } = this.#placements.get(vm)!
    const other = this.#isThere(host) ? host : this.#otherHost(vm, host)
    if (other === undefined) return false
    // Images from the lost host itself, or from an array that is gone, move to the new host's own disks.
    if (!this.#isThere(storage) && other === host) return false
    this.#placements.set(vm, { host: other, storage: this.#isThere(storage) ? storage : other })
    return true
  }

  #otherHost(vm: string, host: string): string | undefined {
    return this.#specifications.get(vm)?.vm?.startsOn.find((other) => other !== host && this.#isThere(other))
  }
}

/** Nodes that must work for this one to work: itself, and for a virtual machine its host and the node with its images. */
export function reliesOn(nodes: ReadonlyMap<string, NodeSpecification>, name: string): string[] {
  const vm = nodes.get(name)?.vm
  return vm === undefined ? [name] : [name, vm.host, vm.storage]
}
