import { realpathSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { isS3Location } from '../../adapters/s3/s3-location.ts'
import type { RestoreOptions } from '../../engine/index.ts'
import { UsageError } from '../exit.ts'
import { warn } from './print.ts'

type Choice = Pick<RestoreOptions, 'exclude'>

/**
 * Leaves repositories that lie where is restored to as they are: they are neither overwritten nor, with --delete, taken
 * away, though no snapshot holds them.
 * @throws UsageError where the target lies in a repository
 */
export function sparingRepositories<T extends Choice>(choice: T, target: string, locations: readonly string[]): T {
  const spared = new Set<string>()
  for (const location of locations) {
    if (isS3Location(location)) continue
    const path = relative(real(target), real(location))
    if (path.split(sep).every((name) => name === '..' || name === ''))
      throw new UsageError(`${target} lies in the repository ${location}: restore to a directory outside of it`)
    if (path.startsWith(`..${sep}`)) continue
    warn(`the repository ${location} lies there, and is left as it is`)
    spared.add(Buffer.from(path).toString('latin1'))
  }
  if (spared.size === 0) return choice
  const { exclude } = choice
  return { ...choice, exclude: (path, isDirectory) => spared.has(path) || exclude?.(path, isDirectory) === true }
}

/** Where a path really leads; of one that does not exist, its nearest folder that does. */
function real(path: string): string {
  const whole = resolve(path)
  try {
    return realpathSync(whole)
  } catch {
    const above = resolve(whole, '..')
    return above === whole ? whole : resolve(real(above), relative(above, whole))
  }
}
