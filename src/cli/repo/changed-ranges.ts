import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChangedRanges } from '../../adapters/real/source/directory-source.ts'
import type { Repository } from '../../engine/index.ts'
import type { ByteRange } from '../../engine/ports.ts'
import { UsageError } from '../exit.ts'
import { pathInSnapshot } from './connection.ts'
import { findSnapshot } from './snapshot-choice.ts'

const EXAMPLE = '{ "since": "3f2a91c0", "files": { "disks/vm.img": [[0, 65536], [1048576, 1114112]] } }'

/**
 * Reads what a hypervisor or volume manager says has changed: the snapshot since which, and for each file, by its path below
 * the source, the ranges [start, end) of bytes.
 */
export async function readChangedRanges(file: string, source: string, repository: Repository): Promise<ChangedRanges> {
  const wrong = (found: string): UsageError => new UsageError(`${file}: ${found}; expected something like ${EXAMPLE}`)
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : 'it cannot be read')
  }
  const { since, files }: Record<string, unknown> = typeof value === 'object' ? { ...value } : {}
  if (typeof since !== 'string') throw wrong("it does not say 'since' which snapshot")
  if (typeof files !== 'object' || files === null || Array.isArray(files)) throw wrong("it does not name 'files'")
  const ranges = new Map<string, readonly ByteRange[]>()
  for (const [path, list] of Object.entries(files)) {
    if (!existsSync(join(source, path))) throw new UsageError(`${file}: there is no ${path} in ${source}`)
    if (!Array.isArray(list) || !list.every(isRange))
      throw wrong(`the ranges of ${path} are not pairs [start, end] of bytes`)
    ranges.set(
      pathInSnapshot(path),
      list.map(([start, end]) => ({ start, end })),
    )
  }
  return { since: (await findSnapshot(repository, since)).id, files: ranges }
}

function isRange(value: unknown): value is [start: number, end: number] {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [start, end]: unknown[] = value
  return Number.isSafeInteger(start) && Number.isSafeInteger(end) && Number(start) >= 0 && Number(end) >= Number(start)
}
