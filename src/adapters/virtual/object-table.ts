import type { Content, Instant } from '../../engine/ports.ts'

export interface StoredObject {
  readonly content: Content
  readonly created: Instant
  readonly lockedUntil: Instant | undefined
}

/** What a layer knows of one folder; `undefined` marks an object of the layer below that has been deleted here. */
interface Folder {
  readonly objects: Map<string, StoredObject | undefined>
  /** All names that are there, those of the layers below included, ascending; once somebody has asked for them. */
  names: string[] | undefined
}

/**
 * Objects by name, in folders so that listing one does not look at all; on top of another table, which must then not
 * change.
 */
export class ObjectTable {
  #below: ObjectTable | undefined
  readonly #folders = new Map<string, Folder>()
  /** Of all folders, those of the layers below included, ascending; once somebody has asked for them. */
  #sorted: readonly string[] | undefined
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
    const isNew = this.get(name) === undefined
    const own = this.#own(name)
    own.objects.set(name, object)
    if (!isNew) return
    this.#size++
    own.names?.splice(placeOf(own.names, name), 0, name)
  }

  delete(name: string): void {
    if (this.get(name) === undefined) return
    this.#size--
    const own = this.#own(name)
    if (this.#below === undefined) own.objects.delete(name)
    else own.objects.set(name, undefined)
    own.names?.splice(placeOf(own.names, name), 1)
  }

  clear(): void {
    this.#below = undefined
    this.#folders.clear()
    this.#sorted = undefined
    this.#size = 0
  }

  /** Names with this prefix, ascending. */
  names(prefix: string): string[] {
    const found: string[] = []
    let inOrder = true
    for (const folder of this.#allFolders()) {
      const isWithin = folder.startsWith(prefix)
      if (!isWithin && !prefix.startsWith(folder)) continue
      const first = found.length
      for (const name of this.#namesIn(folder)) if (isWithin || name.startsWith(prefix)) found.push(name)
      if (first > 0 && first < found.length && found[first - 1]! > found[first]!) inOrder = false
    }
    // Only folders that lie beside names, or within other folders, are not in the order of all names.
    return inOrder ? found : found.sort()
  }

  #allFolders(): readonly string[] {
    if (this.#sorted === undefined) {
      const below = this.#below === undefined ? [] : this.#below.#allFolders()
      this.#sorted = [...new Set([...below, ...this.#folders.keys()])].sort()
    }
    return this.#sorted
  }

  #namesIn(folder: string): readonly string[] {
    const under = (): readonly string[] => (this.#below === undefined ? [] : this.#below.#namesIn(folder))
    const own = this.#folders.get(folder)
    if (own === undefined) return under()
    if (own.names === undefined) {
      const { objects } = own
      const here = [...objects].flatMap(([name, object]) => (object === undefined ? [] : [name]))
      own.names = [...under().filter((name) => !objects.has(name)), ...here].sort()
    }
    return own.names
  }

  #own(name: string): Folder {
    const folder = folderOf(name)
    let own = this.#folders.get(folder)
    if (own === undefined) {
      this.#folders.set(folder, (own = { objects: new Map(), names: undefined }))
      this.#sorted = undefined
    }
    return own
  }
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
}

/** Where a name stands, or is to stand, in an ascending list. */
function placeOf(sorted: readonly string[], name: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < name) low = middle + 1
    else high = middle
  }
  return low
}
