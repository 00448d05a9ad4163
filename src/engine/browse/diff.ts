import { bytesEqual } from '../cryptography/cryptography.ts'
import { encodeValue, hexOf } from '../encoding/encoding.ts'
import type { NameBytes } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import { TreeReader } from '../trees/tree-reader.ts'
import type { Tree, TreeEntry } from '../trees/tree.ts'

export interface Difference {
  readonly path: NameBytes
  /** `content`: different bytes, link target or kind. `metadata`: different mode, owner, times or attributes only. */
  readonly change: 'added' | 'removed' | 'content' | 'metadata'
  readonly before?: TreeEntry
  readonly after?: TreeEntry
}

/**
 * Differences between two snapshots, in ascending order of paths. Equal trees are skipped. Where the snapshots belong
 * to chains that share no chunks, a file counts as changed if its size or time differs.
 */
export async function diffSnapshots(repository: Repository, fromId: string, toId: string): Promise<Difference[]> {
  return repository.audited(
    'diff',
    () => differencesOf(repository, fromId, toId),
    (differences) => ({ from: fromId, to: toId, differences: differences.length }),
  )
}

async function differencesOf(repository: Repository, fromId: string, toId: string): Promise<Difference[]> {
  const from = await repository.snapshot(fromId)
  const to = await repository.snapshot(toId)
  await repository.loadIndex()
  const reader = new TreeReader(repository)
  const comparable = from.lineage.some((tag) => to.lineage.includes(tag))
  const differences: Difference[] = []
  let level: Array<{ path: string; before: string | undefined; after: string | undefined }> = [
    { path: '', before: from.tree, after: to.tree },
  ]
  while (level.length > 0) {
    level = level.filter(({ before, after }) => before !== after)
    const trees = async (addresses: ReadonlyArray<string | undefined>): Promise<Tree[]> => {
      const known = addresses.filter((address) => address !== undefined)
      const read = await reader.trees(known)
      let next = 0
      return addresses.map((address) => (address === undefined ? [] : read[next++]!))
    }
    const befores = await trees(level.map(({ before }) => before))
    const afters = await trees(level.map(({ after }) => after))
    const below: typeof level = []
    for (const [at, { path }] of level.entries()) {
      for (const [before, after] of pairs(befores[at]!, afters[at]!)) {
        const { name } = (before ?? after)!
        const place = path === '' ? name : `${path}/${name}`
        const change = changeOf(before, after, comparable)
        if (change !== undefined) {
          differences.push({
            path: place,
            change,
            ...(before === undefined ? {} : { before }),
            ...(after === undefined ? {} : { after }),
          })
        }
        if (before?.tree === undefined && after?.tree === undefined) continue
        below.push({ path: place, before: addressOf(before), after: addressOf(after) })
      }
    }
    level = below
  }
  return differences.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const addressOf = (entry: TreeEntry | undefined): string | undefined =>
  entry?.tree === undefined ? undefined : hexOf(entry.tree)

/** Pairs entries of the same name. */
function pairs(before: Tree, after: Tree): Array<readonly [TreeEntry | undefined, TreeEntry | undefined]> {
  const olds = new Map(before.map((entry) => [entry.name, entry]))
  const all: Array<readonly [TreeEntry | undefined, TreeEntry | undefined]> = after.map((entry) => {
    const old = olds.get(entry.name)
    olds.delete(entry.name)
    return [old, entry]
  })
  for (const old of olds.values()) all.push([old, undefined])
  return all
}

function changeOf(
  before: TreeEntry | undefined,
  after: TreeEntry | undefined,
  comparable: boolean,
): Difference['change'] | undefined {
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  if (before.kind !== after.kind || before.symlinkTarget !== after.symlinkTarget) return 'content'
  if (before.kind === 'file' && !isSameContent(before, after, comparable)) return 'content'
  return isSameMetadata(before, after) ? undefined : 'metadata'
}

function isSameContent(before: TreeEntry, after: TreeEntry, comparable: boolean): boolean {
  if (before.size !== after.size) return false
  if (!comparable) return before.metadata.mtime_ns === after.metadata.mtime_ns
  const [a, b] = [before.chunks ?? new Uint8Array(0), after.chunks ?? new Uint8Array(0)]
  return before.listed === after.listed && bytesEqual(a, b)
}

/** Times of inode changes are not compared, because they cannot be restored. */
function isSameMetadata(before: TreeEntry, after: TreeEntry): boolean {
  const { ctime_ns: _before, ...a } = before.metadata
  const { ctime_ns: _after, ...b } = after.metadata
  // A directory's time changes with its entries, which are reported themselves.
  const told = before.kind === 'directory' ? { ...b, mtime_ns: a.mtime_ns } : b
  return bytesEqual(encodeValue(a), encodeValue(told))
}
