import { ADDRESS_BYTES } from '../index/address.ts'
import type { EntryKind, EntryMetadata, NameBytes } from '../ports.ts'

/** One entry of a directory as a snapshot holds it. */
export interface TreeEntry {
  readonly name: NameBytes
  readonly kind: EntryKind
  readonly metadata: EntryMetadata
  /** Size of a file, or of all files below a directory, bytes. */
  readonly size: number
  /** Number of files: 1, or of all below a directory. */
  readonly files: number
  /** Change token of the source at that time. */
  readonly version?: string
  /** For files: addresses of the chunks in order; for long files, of the lists that hold them (`listed`). */
  readonly chunks?: Uint8Array
  readonly listed?: boolean
  /** For directories: address of the tree. */
  readonly tree?: Uint8Array
  readonly symlinkTarget?: NameBytes
  readonly hardLink?: string
  readonly device?: { readonly major: number; readonly minor: number }
  /** The file changed while it was read, so its content belongs to no single instant. */
  readonly changedWhileRead?: boolean
}

/** Entries in ascending order of name bytes. */
export type Tree = readonly TreeEntry[]

/** Number of chunks, or lists of them, that an entry names. */
export function addressCount({ chunks }: TreeEntry): number {
  return chunks === undefined ? 0 : chunks.length / ADDRESS_BYTES
}

/**
 * Whether both would be encoded to the same bytes. May be false for equal trees, where telling would take as long as
 * encoding.
 */
export function equalTrees(a: Tree, b: Tree): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (!equalEntries(a[at]!, b[at]!)) return false
  return true
}

function equalEntries(a: TreeEntry, b: TreeEntry): boolean {
  return (
    a === b ||
    (equalDescriptions(a, b) &&
      a.size === b.size &&
      a.files === b.files &&
      a.listed === b.listed &&
      a.changedWhileRead === b.changedWhileRead &&
      a.metadata.extendedAttributes === b.metadata.extendedAttributes &&
      equalBytes(a.chunks, b.chunks) &&
      equalBytes(a.tree, b.tree))
  )
}

type Description = Pick<TreeEntry, 'name' | 'kind' | 'metadata' | 'version' | 'symlinkTarget' | 'hardLink' | 'device'>

/** Whether two descriptions of an entry are equal, apart from content and extended attributes. */
export function equalDescriptions(a: Description, b: Description): boolean {
  const [one, other] = [a.metadata, b.metadata]
  return (
    a.name === b.name &&
    a.kind === b.kind &&
    a.version === b.version &&
    a.symlinkTarget === b.symlinkTarget &&
    a.hardLink === b.hardLink &&
    (one === other ||
      (one.mode === other.mode &&
        one.uid === other.uid &&
        one.gid === other.gid &&
        one.mtime_ns === other.mtime_ns &&
        one.ctime_ns === other.ctime_ns &&
        one.userName === other.userName &&
        one.groupName === other.groupName &&
        one.sparse === other.sparse)) &&
    a.device?.major === b.device?.major &&
    a.device?.minor === b.device?.minor
  )
}

/** What was reused from the parent is the same object. */
function equalBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}
