import { exp, ln, sqrt } from '../../kernel/index.ts'
import type { RandomStream } from '../../kernel/index.ts'
import { extentStream } from './extent-stream.ts'
import { freshContent } from './fresh-content.ts'
import type { DatasetFidelity } from './fresh-content.ts'
import type { VirtualFileSystem } from './virtual-file-system.ts'

/** What the files of a dataset are like at the start. */
export interface DatasetContents {
  readonly name: string
  readonly fidelity: DatasetFidelity
  readonly size_bytes: number
  /** Number of real files. */
  readonly files: number
  /** Original size over compressed size. */
  readonly compressibility: number
}

/**
 * Spread of the sizes of real files: standard deviation of their logarithm, from the lognormal body of the distribution
 * over file counts in Agrawal, Arpaci-Dusseau, Arpaci-Dusseau, "Generating Realistic Impressions for File-System
 * Benchmarking", FAST 2009, table 2.
 */
const SIGMA_OF_FILE_SIZES = 2.46

/** Files that a described dataset holds one by one; above, each file of the tree stands for a group of real ones. */
const FILES_HELD = 512
/**
 * A group is at most so large on average, bytes, until there are too many groups: a backup reads a group whole when one of
 * its files has changed.
 */
const GROUP_BYTES = 40e9
const GROUPS_MAX = 16_384
/** Up to so many files a dataset has no folders. */
const FILES_WITHOUT_FOLDERS = 8
const FILES_PER_FOLDER = 8
const SUBFOLDERS_PER_FOLDER = 4
const FOLDERS_MAX = 64

/**
 * Fills an empty filesystem with files whose sizes are lognormal and sum exactly to `size_bytes`, in folders of two
 * levels. A described dataset of more than 512 files is held as 512 groups, one of petabytes as up to 16,384.
 */
export function createDataset(dataset: DatasetContents, files: VirtualFileSystem, random: RandomStream): void {
  const { fidelity, compressibility } = dataset
  const { time } = files
  const nodes = fidelity === 'bytes' ? dataset.files : Math.min(dataset.files, groupsOf(dataset.size_bytes))
  if (nodes === 0) return
  const sizes = fileSizes(nodes, dataset.files / nodes, dataset.size_bytes, random)
  // Two seeds must not hold the same data, nor two datasets.
  const identity = `${dataset.name} ${random.integer(2 ** 32)}`
  const folderOf = makeFolders(nodes, files)
  for (const [number, size] of sizes.entries()) {
    const stream = extentStream(`${identity} ${number}`, compressibility)
    const path = `${folderOf(number)}file-${padded(number, nodes)}`
    // Real files in groups of nearly equal number, none lost to rounding.
    const stands = share(dataset.files, number + 1, nodes) - share(dataset.files, number, nodes)
    files.writeFile(path, freshContent(fidelity, stream, 0, size), time, { stands })
  }
}

function groupsOf(size_bytes: number): number {
  return Math.min(GROUPS_MAX, Math.max(FILES_HELD, Math.round(size_bytes / GROUP_BYTES)))
}

/**
 * Sizes that sum exactly to `total`. The size of a group is a sum of independent lognormal sizes, which is close to
 * lognormal with σₙ² = ln(1 + (exp σ² − 1) / n) (Fenton 1960).
 */
function fileSizes(nodes: number, filesPerNode: number, total: number, random: RandomStream): number[] {
  const variance = SIGMA_OF_FILE_SIZES * SIGMA_OF_FILE_SIZES
  const sigma = sqrt(ln(1 + (exp(variance) - 1) / filesPerNode))
  const weights = Array.from({ length: nodes }, () => exp(random.normal(0, sigma)))
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

/** Makes the folders; gives the folder of each file, with a slash behind it. */
function makeFolders(nodes: number, files: VirtualFileSystem): (number: number) => string {
  if (nodes <= FILES_WITHOUT_FOLDERS) return () => ''
  const folders = Math.min(FOLDERS_MAX, Math.ceil(nodes / (FILES_PER_FOLDER * SUBFOLDERS_PER_FOLDER)) * 2)
  const paths: string[] = []
  for (let folder = 0; folder < folders; folder++) {
    const path = `folder-${padded(folder, folders)}`
    files.mkdir(path, files.time)
    for (let part = 0; part < SUBFOLDERS_PER_FOLDER; part++) {
      files.mkdir(`${path}/part-${part}`, files.time)
      paths.push(`${path}/part-${part}/`)
    }
  }
  return (number) => paths[Math.floor((number * paths.length) / nodes)]!
}

/** What the first `part` of `parts` hold of `total` things. */
function share(total: number, part: number, parts: number): number {
  return Math.floor((total * part) / parts)
}

/** With leading zeros, so that the order of names is that of numbers. */
function padded(number: number, count: number): string {
  return String(number).padStart(String(count - 1).length, '0')
}
