import { existsSync } from 'node:fs'
import { directorySource } from '../../adapters/real/source/directory-source.ts'
import { directoryTarget } from '../../adapters/real/target/directory-target.ts'
import { previewRestore } from '../../engine/index.ts'
import type { Repository, RestoreOptions, RestorePreview, Snapshot } from '../../engine/index.ts'
import type { SourceTree } from '../../engine/ports.ts'
import { bytes, count } from '../../report/text/human.ts'
import { print, shownPath } from './print.ts'

/** As of `diff`, and what stands in the way. */
const SIGNS = { create: '+', replace: 'M', rewrite: '=', keep: '=', remove: '-', blocked: '!' } as const

/** Says what a restore would do. */
export async function previewRestores(
  args: { readonly json: boolean },
  repository: Repository,
  restores: ReadonlyArray<{ readonly snapshot: Snapshot; readonly target: string; readonly choice: RestoreOptions }>,
): Promise<void> {
  const previews: Array<RestorePreview & { target: string }> = []
  for (const { snapshot, target, choice } of restores) {
    // Where nothing is, everything would be new.
    const there = existsSync(target) ? await directorySource(target).snapshot() : EMPTY_TREE
    const place = { there, target: directoryTarget(target, { threads: 0 }) }
    previews.push({ target, ...(await previewRestore(repository, snapshot.id, { ...choice, ...place })) })
  }
  const shown = previews.map(({ entries, left, ...rest }) => ({
    ...rest,
    entries: entries.map((entry) => ({ ...entry, path: shownPath(entry.path) })),
    left: left.map(shownPath),
  }))
  print(args, shown.length === 1 ? shown[0] : shown, () => shown.map(previewText).join('\n'))
  const blocked = previews.flatMap(({ entries }) => entries.filter(({ does }) => does === 'blocked')).length
  if (blocked > 0)
    throw new Error(
      `${count(blocked)} of them cannot be restored: a directory is in the way of something else, or the reverse`,
    )
}

function previewText({ target, entries, written_bytes, left }: RestorePreview & { target: string }): string {
  const number = (does: keyof typeof SIGNS): string => count(entries.filter((entry) => entry.does === does).length)
  return [
    ...entries.map(({ does, path, kind }) => `${SIGNS[does]} ${path}${kind === 'directory' ? '/' : ''}`),
    `To ${target}: ${number('create')} new, ${number('replace')} replaced, ${number('rewrite')} written again with the same size` +
      ` and time, ${bytes(written_bytes)}; ${optional(number('keep'), 'kept')}${optional(number('remove'), 'taken away')}` +
      `${count(left.length)} of what is there would stay as it is`,
  ].join('\n')
}

const optional = (number: string, what: string): string => (number === '0' ? '' : `${number} ${what}, `)

const EMPTY_TREE: SourceTree = {
  time: 0,
  root: { name: '', kind: 'directory', metadata: { mode: 0, uid: 0, gid: 0, mtime_ns: 0n }, handle: undefined },
  list: async () => [],
  read: async () => new Uint8Array(0),
  unchanged: async () => true,
  release: async () => {},
}
