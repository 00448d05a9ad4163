/**
 * A disk under an operating system that keeps what is written in memory until it is told to sync: enough of node:fs for a
 * directory store. At a power failure what was synced is there; of everything else each piece is there or not, by itself, in
 * whatever order it came: entries of directories, and the content of files, of which a part may be there.
 */

interface File {
  readonly kind: 'file'
  content: Buffer
  /** What a power failure leaves for sure. */
  synced: Buffer
}

interface Folder {
  readonly kind: 'folder'
  readonly entries: Map<string, Node>
  /** Changes of entries that are not durable, in order. */
  pending: Array<{ readonly name: string; readonly node: Node | undefined }>
}

type Node = File | Folder

/** Thrown at the operation at which the power fails. */
export class PowerFailure extends Error {
  override readonly name = 'PowerFailure'
}

/** Draws what becomes of each piece that is not durable: a whole number below `options`. */
export type Fate = (options: number) => number

const systemError = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: simulated, '${path}'`), { code })

export class SimulatedDisk {
  readonly root: Folder = { kind: 'folder', entries: new Map(), pending: [] }
  /** Operations that change the disk, so far. */
  operations = 0
  /** The power fails before this operation. */
  failsAt = Number.POSITIVE_INFINITY
  readonly #open = new Map<number, File | Folder>()
  #nextDescriptor = 100

  /** What the next start of the machine finds. */
  afterPowerFailure(fate: Fate): SimulatedDisk {
    const next = new SimulatedDisk()
    const copies = new Map<Node, Node>()
    const copy = (node: Node): Node => {
      const known = copies.get(node)
      if (known !== undefined) return known
      if (node.kind === 'file') {
        const file: File = { kind: 'file', content: remains(node, fate), synced: Buffer.alloc(0) }
        file.synced = file.content
        copies.set(node, file)
        return file
      }
      const folder: Folder = { kind: 'folder', entries: new Map(), pending: [] }
      copies.set(node, folder)
      for (const [name, entry] of durableEntries(node, fate)) folder.entries.set(name, copy(entry))
      return folder
    }
    for (const [name, entry] of durableEntries(this.root, fate)) next.root.entries.set(name, copy(entry))
    return next
  }

  /** What is used of node:fs. */
  readonly calls = {
    mkdirSync: (path: string): void => {
      const { folder, name } = this.#parent(path)
      if (folder.entries.has(name)) throw systemError('EEXIST', path)
      this.#change()
      this.#enter(folder, name, { kind: 'folder', entries: new Map(), pending: [] })
    },
    openSync: (path: string, flags: string | number): number => {
      const descriptor = this.#nextDescriptor++
      if (flags !== 'wx') {
        this.#open.set(descriptor, this.#find(path))
        return descriptor
      }
      const { folder, name } = this.#parent(path)
      if (folder.entries.has(name)) throw systemError('EEXIST', path)
      this.#change()
      const file: File = { kind: 'file', content: Buffer.alloc(0), synced: Buffer.alloc(0) }
      this.#enter(folder, name, file)
      this.#open.set(descriptor, file)
      return descriptor
    },
    closeSync: (descriptor: number): void => void this.#open.delete(descriptor),
    writevSync: (descriptor: number, parts: readonly Uint8Array[]): number => {
      const file = this.#file(descriptor)
      // As the system may: not all at once.
      const [first = new Uint8Array(0)] = parts
      const taken = parts.length > 1 ? first : first.subarray(0, Math.max(1, first.length >> 1))
      this.#change()
      file.content = Buffer.concat([file.content, taken])
      return taken.length
    },
    readSync: (descriptor: number, into: Buffer, at: number, length: number, position: number): number =>
      this.#file(descriptor).content.copy(into, at, position, position + length),
    fsyncSync: (descriptor: number): void => {
      this.#change()
      const node = this.#open.get(descriptor)
      if (node?.kind === 'file') node.synced = node.content
      else if (node !== undefined) node.pending = []
    },
    fstatSync: (descriptor: number) => ({ size: this.#file(descriptor).content.length }),
    lstatSync: (path: string, options?: { readonly throwIfNoEntry?: boolean }) => {
      try {
        const node = this.#find(path)
        return {
          isFile: () => node.kind === 'file',
          size: node.kind === 'file' ? node.content.length : 0,
          mtimeMs: 1_767_571_200_000,
        }
      } catch (error) {
        if (options?.throwIfNoEntry === false) return undefined
        throw error
      }
    },
    linkSync: (from: string, to: string): void => {
      const node = this.#find(from)
      const { folder, name } = this.#parent(to)
      if (folder.entries.has(name)) throw systemError('EEXIST', to)
      this.#change()
      this.#enter(folder, name, node)
    },
    unlinkSync: (path: string): void => {
      const { folder, name } = this.#parent(path)
      if (!folder.entries.has(name)) throw systemError('ENOENT', path)
      this.#change()
      this.#enter(folder, name, undefined)
    },
    renameSync: (from: string, to: string): void => {
      this.calls.linkSync(from, to)
      this.calls.unlinkSync(from)
    },
    rmSync: (path: string): void => {
      const { folder, name } = this.#parent(path)
      if (folder.entries.has(name)) this.calls.unlinkSync(path)
    },
    readdirSync: (path: string, options?: { readonly withFileTypes?: boolean }) => {
      const node = this.#find(path)
      if (node.kind === 'file') throw systemError('ENOTDIR', path)
      return [...node.entries].map(([name, entry]) =>
        options?.withFileTypes === true ? { name, isDirectory: () => entry.kind === 'folder' } : name,
      )
    },
  }

  #change(): void {
    if (this.operations++ >= this.failsAt) throw new PowerFailure('the power has failed')
  }

  #enter(folder: Folder, name: string, node: Node | undefined): void {
    if (folder.pending.length === 0) durable.set(folder, new Map(folder.entries))
    folder.pending.push({ name, node })
    if (node === undefined) folder.entries.delete(name)
    else folder.entries.set(name, node)
  }

  #find(path: string): Node {
    let node: Node = this.root
    for (const name of path.split('/').filter((part) => part !== '')) {
      const next: Node | undefined = node.kind === 'folder' ? node.entries.get(name) : undefined
      if (next === undefined) throw systemError('ENOENT', path)
      node = next
    }
    return node
  }

  #parent(path: string): { folder: Folder; name: string } {
    const slash = path.lastIndexOf('/')
    const folder = this.#find(path.slice(0, slash))
    if (folder.kind === 'file') throw systemError('ENOTDIR', path)
    return { folder, name: path.slice(slash + 1) }
  }

  #file(descriptor: number): File {
    const node = this.#open.get(descriptor)
    if (node?.kind !== 'file') throw systemError('EBADF', String(descriptor))
    return node
  }
}

/** Entries of a folder before its pending changes. */
const durable = new WeakMap<Folder, ReadonlyMap<string, Node>>()

/** Any of the pending changes may have reached the disk, whatever their order. */
function durableEntries(folder: Folder, fate: Fate): Map<string, Node> {
  const entries = new Map(folder.pending.length === 0 ? folder.entries : durable.get(folder))
  for (const { name, node } of folder.pending) {
    if (fate(2) === 0) continue
    if (node === undefined) entries.delete(name)
    else entries.set(name, node)
  }
  return entries
}

/** What was synced, and of what was not nothing, a part or all. */
function remains({ content, synced }: File, fate: Fate): Buffer {
  if (synced.length === content.length) return content
  return content.subarray(0, [synced.length, (synced.length + content.length) >> 1, content.length][fate(3)])
}
