import type { Content, Instant } from '../../engine/ports.ts'

export interface StoredObject {
  readonly content: Content
  readonly created: Instant
  readonly lockedUntil: Instant | undefined
}

/** Names of one folder; `undefined` marks an object of the layer below that has been deleted here. */
type Folder = Map<string, StoredObject | undefined>

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
      const own = layer.#folders.get(folder)
      const object = own?.get(name)
      if (object !== undefined) return object
      if (own?.has(name) === true) return undefined
    }
    return undefined
  }

  set(name: string, object: StoredObject): void {
    if (this.get(name) === undefined) this.#size++
    this.#own(name).set(name, object)
  }

  delete(name: string): void {
    if (this.get(name) === undefined) return
    this.#size--
    if (this.#below === undefined) this.#own(name).delete(name)
    else this.#own(name).set(name, undefined)
  }

  clear(): void {
    this.#below = undefined
    this.#folders.clear()
    this.#size = 0
  }

  /** Names with this prefix, ascending. */
  names(prefix: string): string[] {
    const layers: ObjectTable[] = []
    // oxlint-disable-next-line typescript/no-this-alias -- the walk through the layers begins here
    for (let layer: ObjectTable | undefined = this; layer !== undefined; layer = layer.#below) layers.push(layer)
    const found = new Set<string>()
    for (const layer of layers.reverse()) {
      for (const [folder, objects] of layer.#folders) {
        if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) continue
        for (const [name, object] of objects) {
          if (object === undefined) found.delete(name)
          else if (name.startsWith(prefix)) found.add(name)
        }
      }
    }
    return [...found].sort()
  }

  #own(name: string): Folder {
    const folder = folderOf(name)
    let own = this.#folders.get(folder)
    if (own === undefined) this.#folders.set(folder, (own = new Map()))
    return own
  }
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
}
