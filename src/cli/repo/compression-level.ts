import { UsageError } from '../exit.ts'

/** As zstd has them; 0 stands for none at all. */
const NAMED: ReadonlyMap<string, number> = new Map([
  ['off', 0],
  ['fast', 1],
  ['default', 3],
  ['max', 19],
])
const HIGHEST_LEVEL = 22

/** The level of zstd that `--compression` asks for. @throws UsageError */
export function compressionLevelOf(written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const level = NAMED.get(written) ?? (/^\d+$/.test(written) ? Number(written) : Number.NaN)
  const isKnown = NAMED.has(written) || (level >= 1 && level <= HIGHEST_LEVEL)
  if (isKnown) return level
  throw new UsageError(
    `--compression ${written}: write ${[...NAMED.keys()].join(', ')}, or a level of zstd from 1 to ${HIGHEST_LEVEL}`,
  )
}
