import type { ExtendedAttributes, SourceEntry } from '../ports.ts'
import { equalDescriptions } from '../trees/tree.ts'
import type { Tree, TreeEntry } from '../trees/tree.ts'

/** For each entry the one of the same name in the parent's tree; both are in ascending order of names. */
export function matchByName(entries: readonly SourceEntry[], parent: Tree): Array<TreeEntry | undefined> {
  const before: Array<TreeEntry | undefined> = []
  for (let at = 0, next = 0; at < entries.length; at++) {
    const { name } = entries[at]!
    // Most names are the same text: to find that takes less than to compare two texts.
    while (next < parent.length && parent[next]!.name !== name && parent[next]!.name < name) next++
    before.push(next < parent.length && parent[next]!.name === name ? parent[next] : undefined)
  }
  return before
}

/** Compares the change tokens. Without a token nothing can be relied on, and the file is read. */
export function isUnchanged(entry: SourceEntry, old: TreeEntry | undefined): boolean {
  if (old === undefined || old.kind !== entry.kind || entry.version === undefined) return false
  return entry.version === old.version && (entry.kind === 'file' || entry.kind === 'directory')
}

/** The entry with its current metadata, and with the stored content and attributes that the change token vouches for. */
export function reused(entry: SourceEntry, old: TreeEntry, takesAttributes: boolean): TreeEntry {
  const { size, files, chunks, listed, tree } = old
  const { extendedAttributes } = old.metadata
  const keepsAttributes = entry.metadata.extendedAttributes === (takesAttributes ? undefined : extendedAttributes)
  // Most entries are unchanged in all respects, and need no new object.
  if (keepsAttributes && old.changedWhileRead !== true && equalDescriptions(entry, old)) return old
  return described(withAttributes(entry, takesAttributes ? extendedAttributes : undefined), {
    size,
    files,
    ...(chunks === undefined ? {} : { chunks }),
    ...(listed === undefined ? {} : { listed }),
    ...(tree === undefined ? {} : { tree }),
  })
}

export const withAttributes = (entry: SourceEntry, extendedAttributes: ExtendedAttributes | undefined): SourceEntry =>
  extendedAttributes === undefined ? entry : { ...entry, metadata: { ...entry.metadata, extendedAttributes } }

/** A change token must not vouch for content other than what was read. */
export function withoutVersion({ version: _version, ...entry }: SourceEntry): SourceEntry {
  return entry
}

export function described(
  { name, kind, metadata, version, symlinkTarget, hardLink, device }: SourceEntry,
  stored: Pick<TreeEntry, 'size' | 'files' | 'chunks' | 'listed' | 'tree' | 'changedWhileRead'>,
): TreeEntry {
  const entry: { -readonly [K in keyof TreeEntry]: TreeEntry[K] } = { name, kind, metadata, ...stored }
  if (version !== undefined) entry.version = version
  if (symlinkTarget !== undefined) entry.symlinkTarget = symlinkTarget
  if (hardLink !== undefined) entry.hardLink = hardLink
  if (device !== undefined) entry.device = device
  return entry
}
