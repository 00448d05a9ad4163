import { nameText } from '../encoding/name-text.ts'
import { EngineError, FileSystemError, RepositoryFormatError } from '../errors.ts'
import { readChunks } from '../packs/chunk-reader.ts'
import type { ReadOptions } from '../packs/chunk-reader.ts'
import type { NameBytes, RestoreTarget } from '../ports.ts'
import type { Repository } from '../repository/repository.ts'
import { TreeReader, lineageOf } from '../trees/tree-reader.ts'
import { Restoration } from './restoration.ts'
import { isLeftAlone } from './restore-options.ts'
import type { RestoreOptions, RestoreReport } from './restore-options.ts'
import { select } from './selection.ts'
import type { Selected } from './selection.ts'
import { holdsRoot, surplusOf } from './surplus.ts'

/**
 * Restores a snapshot, or a part of it. Chunks are read pack by pack, verified, and written to all their places. A file
 * with a damaged chunk is reported, and the others are restored.
 * @throws StoreUnavailableError, FileSystemError when store or target fail as a whole
 */
export async function restore(
  repository: Repository,
  snapshotId: string,
  target: RestoreTarget,
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  return repository.audited(
    'restore',
    () => perform(repository, snapshotId, target, options),
    ({ files, restored_bytes, failedFiles }) => ({
      snapshot: snapshotId,
      files,
      restored_bytes,
      failed: failedFiles.length,
    }),
  )
}

async function perform(
  repository: Repository,
  snapshotId: string,
  target: RestoreTarget,
  options: RestoreOptions,
): Promise<RestoreReport> {
  try {
    return await restoreFrom(repository, snapshotId, target, options)
  } catch (error) {
    const { copies = [], repairFirst } = options
    if (!(error instanceof RepositoryFormatError) || copies.length === 0 || repairFirst === true) throw error
    // The snapshot is needed before anything else. If it cannot be read, a copy is used instead, and this repository
    // may still supply chunks.
    let failure: EngineError = error
    for (const copy of copies) {
      try {
        const there = await counterpart(copy, snapshotId)
        repository.ports.log.warn(`${failure.message}; restoring from the copy in ${copy.store.name}`)
        const others = [repository, ...copies.filter((other) => other !== copy)]
        return await restoreFrom(copy, there, target, { ...options, copies: others })
      } catch (next) {
        // The target is the same for every copy, so its failures are final.
        if (!(next instanceof EngineError) || next instanceof FileSystemError) throw next
        failure = next
      }
    }
    throw failure
  }
}

/** Id of the snapshot's copy, or of its original. */
async function counterpart(copy: Repository, id: string): Promise<string> {
  const snapshots = await copy.snapshots()
  const found = snapshots.find((other) => other.original === id || other.id === id)
  if (found === undefined) throw new EngineError(`there is no copy of snapshot ${id} in ${copy.store.name} either`)
  return found.id
}

async function restoreFrom(
  repository: Repository,
  snapshotId: string,
  target: RestoreTarget,
  options: RestoreOptions,
): Promise<RestoreReport> {
  const snapshot = await repository.snapshot(snapshotId)
  await repository.loadIndex()
  const lineage = lineageOf(snapshot)
  const { copies = [], repairFirst } = options
  const reader = new TreeReader(
    repository,
    lineage,
    copies.length === 0 ? undefined : { copies, onlyListed: repairFirst === true },
  )
  const selection = await select(reader, snapshot, options)
  const { entries, leading } = selection
  if (entries.length === 0 && options.include !== undefined)
    throw new EngineError('nothing in the snapshot is both included and not excluded')
  await target.createDirectory('')
  for (const { path, entry } of [...leading, ...entries])
    if (entry.kind === 'directory') await target.createDirectory(path)

  const restoration = new Restoration(repository, target, lineage, options)
  const names = new Map<string, NameBytes>()
  const links: Array<readonly [path: NameBytes, existing: NameBytes]> = []
  const files: Selected[] = []
  let kept = 0
  for (const selected of entries) {
    const { path, entry } = selected
    if (await staysAsItIs(target, selected, options)) {
      if (entry.kind === 'file') kept++
      continue
    }
    const existing = entry.hardLink === undefined ? undefined : names.get(entry.hardLink)
    if (existing !== undefined) links.push([path, existing])
    else if (entry.kind === 'file') files.push(selected)
    else if (entry.kind !== 'directory') await createOther(target, selected)
    if (entry.hardLink !== undefined && existing === undefined) names.set(entry.hardLink, path)
  }
  const lists = await reader.chunkLists(files.map(({ entry }) => entry))
  for (const [at, selected] of files.entries()) await restoration.plan(selected, lists[at]!)
  const { downloads, request_bytes, wholePacks } = options
  const reading: ReadOptions = {
    lineage,
    ...(wholePacks === undefined ? {} : { wholePacks }),
    ...(downloads === undefined ? {} : { downloads }),
    ...(request_bytes === undefined ? {} : { request_bytes }),
  }
  const { fetched_bytes } = await readChunks(repository, restoration.wanted(), restoration, reading)
  const recovered_bytes = await restoration.recover(reading)

  const failedFiles = restoration.failures()
  const failed = new Set(failedFiles.map(({ path }) => path))
  for (const [path, existing] of links) {
    if (failed.has(existing))
      failedFiles.push({ path, reason: `it is a name of ${nameText(existing)}, which is damaged` })
    else await target.createHardLink(path, existing)
  }
  const surplus =
    options.removeOthers === true && failedFiles.length === 0 ? await surplusOf(target, selection, options) : []
  for (const { path, kind } of surplus) await target.takeAway?.(path, kind)
  for (const { path, entry } of entries.toReversed()) {
    if (entry.kind === 'directory') await target.finish(path, 'directory', entry.metadata)
  }
  if (holdsRoot(options)) await target.finish('', 'directory', snapshot.root)
  const { done } = restoration
  const recoveredChunks = restoration.recoveredChunks + reader.recoveredTrees
  if (recoveredChunks > 0)
    repository.ports.log.warn(
      `${recoveredChunks} chunks that cannot be read in ${repository.store.name} came from ${copies.map(({ store }) => store.name).join(', ')}`,
    )
  return {
    files: done.files + links.filter(([, existing]) => !failed.has(existing)).length,
    restored_bytes: done.bytes,
    fetched_bytes: fetched_bytes + recovered_bytes + reader.fetched_bytes,
    keptFiles: restoration.keptFiles + kept,
    removed: surplus.length,
    recoveredChunks,
    failedFiles,
  }
}

/** Whether the existing entry of its name is left as it is. */
async function staysAsItIs(
  target: RestoreTarget,
  { path, entry }: Selected,
  { overwrite = 'always' }: RestoreOptions,
): Promise<boolean> {
  if (entry.kind === 'directory' || overwrite === 'always' || overwrite === 'if-changed') return false
  const there = await target.existing?.(path)
  return there !== undefined && isLeftAlone(entry, there.mtime_ns, overwrite)
}

async function createOther(target: RestoreTarget, { path, entry }: Selected): Promise<void> {
  if (entry.kind === 'symlink') await target.createSymlink(path, entry.symlinkTarget ?? '')
  else await target.createSpecial(path, entry.kind, entry.device)
  await target.finish(path, entry.kind, entry.metadata)
}
