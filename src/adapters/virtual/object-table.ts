import type { Content, Instant } from '../../engine/ports.ts'

export interface StoredObject {
  readonly content: Content
  readonly created: Instant
  readonly lockedUntil: Instant | undefined
}

/** Names of one folder; `undefined` marks an object of the layer below that has been deleted here. */
interface Folder {
  readonly objects: Map<string, StoredObject | undefined>
  /** The names of all of them, ascending; once somebody has asked for them. */
  sorted: string[] | undefined
}

/**
 * Objects by name, in folders so that listing one does not look at all; on top of another table, which must then not
 * change.
 */
export class ObjectTable {
  #below: ObjectTable | undefined
  readonly #folders = new Map<string, Folder>()
  /** Names of the folders, ascending, once somebody has asked for them. */
  #folderNames: readonly string[] | undefined
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
    if (own.sorted !== undefined && !own.objects.has(name)) own.sorted.splice(placeOf(own.sorted, name), 0, name)
    own.objects.set(name, object)
  }

  delete(name: string): void {
    if (this.get(name) === undefined) return
    this.#size--
    const own = this.#own(name)
    if (this.#below === undefined) {
      own.objects.delete(name)
      own.sorted?.splice(placeOf(own.sorted, name), 1)
      return
    }
    if (own.sorted !== undefined && !own.objects.has(name)) own.sorted.splice(placeOf(own.sorted, name), 0, name)
    own.objects.set(name, undefined)
  }

  clear(): void {
    this.#below = undefined
    this.#folders.clear()
    this.#folderNames = undefined
    this.#size = 0
  }

  /** Names with this prefix, ascending. */
  names(prefix: string): string[] {
    const own = this.#ownNames(prefix)
    if (this.#below === undefined) return own
    const under = this.#below.names(prefix)
    if (![...this.#folders.keys()].some((folder) => folder.startsWith(prefix) || prefix.startsWith(folder)))
      return under
    const left = under.filter((name) => this.#folders.get(folderOf(name))?.objects.has(name) !== true)
    return merged(left, own)
  }

  /** Of this layer alone, without what it only hides. */
  #ownNames(prefix: string): string[] {
    const found: string[] = []
    let inOrder = true
    this.#folderNames ??= [...this.#folders.keys()].sort()
    for (const folder of this.#folderNames) {
      if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) continue
      const { objects, sorted = [...objects.keys()].sort() } = this.#folders.get(folder)!
      this.#folders.get(folder)!.sorted = sorted
      const first = found.length
      for (const name of sorted) {
        if (!name.startsWith(prefix)) continue
        if (this.#below === undefined || objects.get(name) !== undefined) found.push(name)
      }
      if (first > 0 && first < found.length && found[first - 1]! > found[first]!) inOrder = false
    }
    // Only folders that lie beside names, or within other folders, are not in the order of all names.
    return inOrder ? found : found.sort()
  }

  #own(name: string): Folder {
    const folder = folderOf(name)
    let own = this.#folders.get(folder)
    if (own === undefined) {
      own = { objects: new Map(), sorted: undefined }
      this.#folders.set(folder, own)
      this.#folderNames = undefined
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

/** Two ascending lists as one. */
function merged(a: readonly string[], b: readonly string[]): string[] {
  const all: string[] = []
  let at = 0
  for (const name of b) {
    while (at < a.length && a[at]! < name) all.push(a[at++]!)
    all.push(name)
  }
  while (at < a.length) all.push(a[at++]!)
  return all
}
