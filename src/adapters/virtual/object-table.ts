import type { Content, Instant } from '../../engine/ports.ts'

export interface StoredObject {
  readonly content: Content
  readonly created: Instant
  readonly lockedUntil: Instant | undefined
}

/** Names of one folder; `undefined` marks an object of the layer below that has been deleted here. */
interface Folder {
  readonly objects: Map<string, StoredObject | undefined>
  /** The names of all of them, ascending; until one is added or taken away. */
  sorted: readonly string[] | undefined
}

/**
 * Objects by name, in folders so that listing one does not look at all; on top of another table, which must then not
 * change.
 */
export class ObjectTable {
  #below: ObjectTable | undefined
  readonly #folders = new Map<string, Folder>()
  #size: number

  constructor(below?: ObjectTable) {
    // A layer without changes of its own is not worth looking through.
    this.#below = below !== undefined && below.#folders.size === 0 ? below.#below : below
    this.#size = below === undefined ? 0 : below.#size
  }

  get size(): number {
    return this.#size
  }

  get(name: string): StoredObject | undefined {
    const folder = folderOf(name)
    // oxlint-disable-next-line typescript/no-this-alias -- the walk through the layers begins here
    for (let layer: ObjectTable | undefined = this; layer !== undefined; layer = layer.#below) {
      const own = layer.#folders.get(folder)?.objects
      const object = own?.get(name)
      if (object !== undefined) return object
      if (own?.has(name) === true) return undefined
    }
    return undefined
  }

  set(name: string, object: StoredObject): void {
    if (this.get(name) === undefined) this.#size++
    const own = this.#own(name)
    if (!own.objects.has(name)) own.sorted = undefined
    own.objects.set(name, object)
  }

  delete(name: string): void {
    if (this.get(name) === undefined) return
    this.#size--
    const own = this.#own(name)
    own.sorted = undefined
    if (this.#below === undefined) own.objects.delete(name)
    else own.objects.set(name, undefined)
  }

  clear(): void {
    this.#below = undefined
    this.#folders.clear()
    this.#size = 0
  }

  /** Names with this prefix, ascending. */
  names(prefix: string): string[] {
    if (this.#below === undefined) return this.#ownNames(prefix)
    const layers: ObjectTable[] = []
    // oxlint-disable-next-line typescript/no-this-alias -- the walk through the layers begins here
    for (let layer: ObjectTable | undefined = this; layer !== undefined; layer = layer.#below) layers.push(layer)
    const found = new Set<string>()
    for (const layer of layers.reverse()) {
      for (const [folder, objects] of layer.#folders) {
        if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) continue
        for (const [name, object] of objects.objects) {
          if (object === undefined) found.delete(name)
          else if (name.startsWith(prefix)) found.add(name)
        }
      }
    }
    return [...found].sort()
  }

  /** Without a layer below. The folders that did not change need not be sorted again. */
  #ownNames(prefix: string): string[] {
    const found: string[] = []
    for (const folder of [...this.#folders.keys()].sort()) {
      if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) continue
      const own = this.#folders.get(folder)!
      own.sorted ??= [...own.objects.keys()].sort()
      for (const name of own.sorted) if (name.startsWith(prefix)) found.push(name)
    }
    // In order already, but for folders that lie beside names; then it costs a comparison each.
    return found.sort()
  }

  #own(name: string): Folder {
    const folder = folderOf(name)
    let own = this.#folders.get(folder)
    if (own === undefined) this.#folders.set(folder, (own = { objects: new Map(), sorted: undefined }))
    return own
  }
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
}
