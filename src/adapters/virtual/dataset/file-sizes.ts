import { exp, lawOf, ln, sqrt } from '../../../kernel/index.ts'
import type { Law, RandomStream } from '../../../kernel/index.ts'

/** Distribution of file sizes: a lognormal body, and a few files in a bounded Pareto tail. */
export interface FileSizeLaw {
  /** Median of the body, bytes. Only its ratio to the tail matters: sizes are scaled to those of the dataset. */
  readonly median_bytes: number
  /** Standard deviation of the logarithm of the body. */
  readonly sigma: number
  readonly tail?: {
    /** Share of the files that are in the tail. */
    readonly share: number
    readonly shape: number
    readonly min_bytes: number
    readonly max_bytes: number
  }
}

/** Spread of the body of real file sizes: see IMPRESSIONS. */
export const SIGMA_OF_FILE_SIZES = 2.46

/**
 * Files of desktops and office shares: Agrawal, Arpaci-Dusseau, Arpaci-Dusseau, "Generating Realistic Impressions for
 * File-System Benchmarking", FAST 2009, table 2: body µ = 9.48, σ = 2.46; a tail with share 1 − 0.99994 and shape 0.91
 * from 512 MB. The study gives no end of the tail; here 64 GiB is the largest file.
 */
export const IMPRESSIONS: FileSizeLaw = {
  median_bytes: 13_095,
  sigma: SIGMA_OF_FILE_SIZES,
  tail: { share: 0.000_06, shape: 0.91, min_bytes: 512 * 2 ** 20, max_bytes: 64 * 2 ** 30 },
}

/** Mean of the law, bytes. */
export function meanFileSize(law: FileSizeLaw): number {
  return momentsOf(law).mean
}

/**
 * Sizes of `nodes` files, each of which stands for `filesPerNode` real ones; they sum exactly to `total`. The size of a group
 * is a sum of independent sizes, which is close to lognormal with σₙ² = ln(1 + v² / n) where v is the coefficient of variation
 * of one (Fenton 1960).
 */
export function fileSizes(
  law: FileSizeLaw,
  nodes: number,
  filesPerNode: number,
  total: number,
  random: RandomStream,
): number[] {
  const { tail } = law
  const { mean, square } = momentsOf(law)
  const sigma = filesPerNode === 1 ? law.sigma : sqrt(ln(1 + (square / (mean * mean) - 1) / filesPerNode))
  const tailLaw = tail === undefined || filesPerNode > 1 ? undefined : paretoOf(tail)
  const weights = Array.from({ length: nodes }, () =>
    tailLaw !== undefined && random.chance(tail!.share)
      ? tailLaw.quantile(random.uniform()) / law.median_bytes
      : exp(random.normal(0, sigma)),
  )
  const sum = weights.reduce((a, b) => a + b, 0)
  let weightSoFar = 0
  let sizeSoFar = 0
  return weights.map((weight, number) => {
    weightSoFar += weight
    const end = number === nodes - 1 ? total : Math.round((total * weightSoFar) / sum)
    const size = end - sizeSoFar
    sizeSoFar = end
    return size
  })
}

/** Mean and mean square, bytes and bytes². */
function momentsOf({ median_bytes, sigma, tail }: FileSizeLaw): { mean: number; square: number } {
  const variance = sigma * sigma
  const mean = median_bytes * exp(variance / 2)
  const square = median_bytes * median_bytes * exp(2 * variance)
  if (tail === undefined) return { mean, square }
  const pareto = paretoOf(tail)
  return {
    mean: (1 - tail.share) * mean + tail.share * pareto.mean,
    square: (1 - tail.share) * square + tail.share * (pareto.variance + pareto.mean ** 2),
  }
}

function paretoOf({ shape, min_bytes, max_bytes }: NonNullable<FileSizeLaw['tail']>): Law {
  return lawOf({ law: 'pareto', shape, min: min_bytes, max: max_bytes })
}
