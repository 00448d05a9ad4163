import type { BlobInfo, Content } from '../../../engine/ports.ts'

export interface StoredObject {
  readonly content: Content
  /** Its entry in a listing: created once, because large stores are listed day after day. */
  readonly info: BlobInfo
}

/** What a layer knows of one folder; `undefined` marks an object of the layer below that has been deleted here. */
interface Folder {
  readonly objects: Map<string, StoredObject | undefined>
  /** All existing objects by name, including those of the layers below; computed on first use. */
  sorted: StoredObject[] | undefined
}

/**
 * Objects by name, in folders so that listing one does not examine all; layered on another table, which must not change
 * any more.
 */
export class ObjectTable {
  #below: ObjectTable | undefined
  readonly #folders = new Map<string, Folder>()
  /** All folders, including those of the layers below, ascending; computed on first use. */
  #sorted: readonly string[] | undefined
  #size: number
  #changes = 0

  constructor(below?: ObjectTable) {
    // A layer without changes of its own is skipped.
    this.#below = below !== undefined && below.#folders.size === 0 ? below.#below : below
    this.#size = below === undefined ? 0 : below.#size
  }

  get size(): number {
    return this.#size
  }

  /** Changes whenever an object is added, removed or changed. */
  get changes(): number {
    return this.#changes
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

  set(object: StoredObject): void {
    const { name } = object.info
    const isNew = this.get(name) === undefined
    this.#changes++
    const own = this.#own(name)
    own.objects.set(name, object)
    own.sorted?.splice(placeOf(own.sorted, name, nameOfObject), isNew ? 0 : 1, object)
    if (isNew) this.#size++
  }

  delete(name: string): void {
    if (this.get(name) === undefined) return
    this.#size--
    this.#changes++
    const own = this.#own(name)
    if (this.#below === undefined) own.objects.delete(name)
    else own.objects.set(name, undefined)
    own.sorted?.splice(placeOf(own.sorted, name, nameOfObject), 1)
  }

  clear(): void {
    this.#below = undefined
    this.#folders.clear()
    this.#sorted = undefined
    this.#size = 0
    this.#changes++
  }

  /** Objects whose names have this prefix, by name. */
  list(prefix: string): StoredObject[] {
    const found: StoredObject[] = []
    let inOrder = true
    const take = (objects: readonly StoredObject[], areWithin: boolean): void => {
      const first = found.length
      for (let at = 0; at < objects.length; at++)
        if (areWithin || objects[at]!.info.name.startsWith(prefix)) found.push(objects[at]!)
      if (first > 0 && first < found.length && found[first - 1]!.info.name > found[first]!.info.name) inOrder = false
    }
    // Folders on the way of the prefix come first; those within it are adjacent.
    for (let end = 0; end < prefix.length; end = prefix.indexOf('/', end) + 1 || Infinity)
      take(this.#objectsIn(prefix.slice(0, end)), false)
    const folders = this.#allFolders()
    for (let at = placeOf(folders, prefix, itself); folders[at]?.startsWith(prefix) === true; at++)
      take(this.#objectsIn(folders[at]!), true)
    // Only folders with sibling objects, or within other folders, are out of the order of all names.
    return inOrder ? found : found.sort(byName)
  }

  #allFolders(): readonly string[] {
    if (this.#sorted === undefined) {
      const below = this.#below === undefined ? [] : this.#below.#allFolders()
      this.#sorted = [...new Set([...below, ...this.#folders.keys()])].sort()
    }
    return this.#sorted
  }

  #objectsIn(folder: string): readonly StoredObject[] {
    const under = (): readonly StoredObject[] => (this.#below === undefined ? [] : this.#below.#objectsIn(folder))
    const own = this.#folders.get(folder)
    if (own === undefined) return under()
    if (own.sorted === undefined) {
      const { objects } = own
      const here = [...objects.values()].filter((object) => object !== undefined)
      own.sorted = [...under().filter(({ info }) => !objects.has(info.name)), ...here].sort(byName)
    }
    return own.sorted
  }

  #own(name: string): Folder {
    const folder = folderOf(name)
    let own = this.#folders.get(folder)
    if (own === undefined) {
      this.#folders.set(folder, (own = { objects: new Map(), sorted: undefined }))
      this.#sorted = undefined
    }
    return own
  }
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
}

function byName({ info: a }: StoredObject, { info: b }: StoredObject): number {
  return a.name < b.name ? -1 : 1
}

/** Index of a name in an ascending list, or where to insert it. */
function placeOf<Item>(ascending: readonly Item[], name: string, nameOf: (item: Item) => string): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (nameOf(ascending[middle]!) < name) low = middle + 1
    else high = middle
  }
  return low
}

const nameOfObject = ({ info }: StoredObject): string => info.name
const itself = (name: string): string => name
