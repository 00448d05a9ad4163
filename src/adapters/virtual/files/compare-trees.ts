import type { EntryMetadata } from '../../../engine/ports.ts'
import { SpecialNode } from './file-tree.ts'
import type { DirectoryNode, FileNode, TreeNode } from './file-tree.ts'
import { heldEqual } from './held-file.ts'

export interface TreeDifference {
  readonly path: string
  /** In words, from the first tree's point of view. */
  readonly what: string
}

export interface TreeComparison {
  readonly equal: boolean
  readonly differences: readonly TreeDifference[]
  /** Bytes that were found equal. */
  readonly bytes: number
}

/**
 * Compares two trees entry by entry: names, kinds, contents byte by byte or extent by extent, metadata, links. Nodes
 * that both share are equal without being examined. The metadata of the roots, and of directories above `only`, are not
 * compared.
 * @param only paths to compare; everything by default
 */
export function compareTrees(a: DirectoryNode, b: DirectoryNode, only?: readonly string[]): TreeComparison {
  const comparison = new Comparison()
  if (only === undefined) comparison.entries('', a, b)
  else for (const path of only) comparison.nodes(path, a.lookup(path), b.lookup(path))
  const { differences, bytes } = comparison
  return { equal: differences.length === 0, differences, bytes }
}

class Comparison {
  readonly differences: TreeDifference[] = []
  bytes = 0
  /** First path of each linked file, in either tree. */
  readonly #linksA = new Map<string, string>()
  readonly #linksB = new Map<string, string>()

  entries(path: string, a: DirectoryNode, b: DirectoryNode): void {
    if (a === b) {
      this.bytes += a.bytes
      return
    }
    const namesA = a.names()
    const namesB = b.names()
    const nodesA = a.nodes()
    const nodesB = b.nodes()
    const below = path === '' ? '' : `${path}/`
    for (let i = 0, j = 0; i < namesA.length || j < namesB.length;) {
      const nameA = namesA[i]
      const nameB = namesB[j]
      if (nameB === undefined || (nameA !== undefined && nameA < nameB)) {
        this.nodes(below + nameA!, nodesA[i++], undefined)
      } else if (nameA === undefined || nameB < nameA) {
        this.nodes(below + nameB, undefined, nodesB[j++])
      } else {
        this.nodes(below + nameA, nodesA[i++], nodesB[j++])
      }
    }
  }

  nodes(path: string, a: TreeNode | undefined, b: TreeNode | undefined): void {
    if (a === undefined && b === undefined) return
    if (a === undefined) return this.#note(path, 'is missing')
    if (b === undefined) return this.#note(path, 'is there, and should not be')
    if (a === b && a.kind !== 'file') {
      if (a.kind === 'directory') this.bytes += a.bytes
      return
    }
    if (a.kind !== b.kind) return this.#note(path, `is a ${a.kind}, not a ${b.kind}`)
    const metadata = differenceOfMetadata(a.metadata, b.metadata)
    if (metadata !== undefined) this.#note(path, metadata)
    if (a.kind === 'directory') {
      if (b.kind === 'directory') this.entries(path, a, b)
    } else if (a.kind === 'file') {
      if (b.kind === 'file') this.#files(path, a, b)
    } else if (a.kind === 'symlink') {
      if (b.kind === 'symlink' && a.target !== b.target) this.#note(path, `points to ${a.target}, not to ${b.target}`)
    } else if (b instanceof SpecialNode) {
      const same = a.device?.major === b.device?.major && a.device?.minor === b.device?.minor
      if (!same) this.#note(path, 'is another device')
    }
  }

  #files(path: string, a: FileNode, b: FileNode): void {
    if (a.size !== b.size) this.#note(path, `has ${a.size} bytes, not ${b.size}`)
    else if (!heldEqual(a.content, b.content)) this.#note(path, 'has other content')
    else this.bytes += a.size
    const first = firstName(this.#linksA, a.link, path)
    const expected = firstName(this.#linksB, b.link, path)
    if (first !== expected) this.#note(path, `is linked with ${first}, not with ${expected}`)
  }

  #note(path: string, what: string): void {
    this.differences.push({ path, what })
  }
}

/** The first path under which a linked file was found; a file with one name counts as linked with itself. */
function firstName(links: Map<string, string>, link: string | undefined, path: string): string {
  if (link === undefined) return path
  const first = links.get(link)
  if (first === undefined) links.set(link, path)
  return first ?? path
}

function differenceOfMetadata(a: EntryMetadata, b: EntryMetadata): string | undefined {
  if (a === b) return undefined
  if (a.mode !== b.mode) return `has mode ${a.mode.toString(8)}, not ${b.mode.toString(8)}`
  if (a.uid !== b.uid || a.gid !== b.gid) return `belongs to ${a.uid}:${a.gid}, not to ${b.uid}:${b.gid}`
  if (a.mtime_ns !== b.mtime_ns) return `was modified at ${a.mtime_ns} ns, not at ${b.mtime_ns} ns`
  if (attributesOf(a) !== attributesOf(b)) return 'has other extended attributes'
  return undefined
}

/** Extended attributes as one text, whatever their order. */
function attributesOf(metadata: EntryMetadata): string {
  const attributes = metadata.extendedAttributes ?? []
  return attributes
    .map(([name, value]) => `${name}=${value.join(' ')}`)
    .sort()
    .join('\n')
}
