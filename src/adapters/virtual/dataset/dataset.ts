import type { RandomStream } from '../../../kernel/index.ts'
import { extentStream } from '../content/extent-stream.ts'
import { SIGMA_OF_FILE_SIZES, fileSizes } from './file-sizes.ts'
import type { FileSizeLaw } from './file-sizes.ts'
import { freshContent } from '../content/fresh-content.ts'
import type { DatasetFidelity } from '../content/fresh-content.ts'
import type { VirtualFileSystem } from '../files/virtual-file-system.ts'

/** What the files of a dataset are like at the start. */
export interface DatasetContents {
  readonly name: string
  readonly fidelity: DatasetFidelity
  readonly size_bytes: number
  /** Number of real files. */
  readonly files: number
  /** Original size over compressed size. */
  readonly compressibility: number
  /** Default: the body of IMPRESSIONS, without its tail. */
  readonly sizes?: FileSizeLaw | undefined
  /** Share of the files that begin as copies of others: 0 to 1. Default 0. */
  readonly duplicates?: number | undefined
}

const BODY_ONLY: FileSizeLaw = { median_bytes: 1, sigma: SIGMA_OF_FILE_SIZES }

/** Files that a described dataset holds one by one; above, each file of the tree stands for a group of real ones. */
const FILES_HELD = 512
/** A group is at most so large on average, bytes, until there are too many groups. */
const GROUP_BYTES = 40e9
const GROUPS_MAX = 16_384
/** Up to so many files a dataset has no folders. */
const FILES_WITHOUT_FOLDERS = 8
const FILES_PER_FOLDER = 8
const SUBFOLDERS_PER_FOLDER = 4
const FOLDERS_MAX = 64
/** Beyond so many files there are more folders: a backup looks at every entry of a folder in which one has changed. */
const FILES_IN_64_FOLDERS = 4096
const MANY_FOLDERS_MAX = 1024

/**
 * Fills an empty filesystem with files whose sizes are lognormal and sum exactly to `size_bytes`, in folders of two
 * levels. A described dataset of more than 512 files is held as 512 groups, one of petabytes as up to 16,384.
 */
export function createDataset(dataset: DatasetContents, files: VirtualFileSystem, random: RandomStream): void {
  const { fidelity, compressibility } = dataset
  const { time } = files
  const nodes = fidelity === 'bytes' ? dataset.files : Math.min(dataset.files, groupsOf(dataset.size_bytes))
  if (nodes === 0) return
  const sizes = fileSizes(dataset.sizes ?? BODY_ONLY, nodes, dataset.files / nodes, dataset.size_bytes, random)
  // Two seeds must not hold the same data, nor two datasets.
  const identity = `${dataset.name} ${random.integer(2 ** 32)}`
  const folderOf = makeFolders(nodes, files)
  const originals = originalsOf(sizes, dataset, random)
  for (const [number, size] of sizes.entries()) {
    const original = originals[number]!
    const stream = extentStream(`${identity} ${original}`, compressibility)
    const path = `${folderOf(number)}file-${padded(number, nodes)}`
    // Real files in groups of nearly equal number, none lost to rounding.
    const stands = share(dataset.files, number + 1, nodes) - share(dataset.files, number, nodes)
    files.writeFile(path, freshContent(fidelity, stream, 0, size), time, { stands })
  }
}

/**
 * Of which file each has the content: of itself, or of one that is as large at least, so that a copy holds nothing of its own
 * and the share of copies is that of their bytes, too. What is larger than all originals is no copy.
 * Nothing is drawn where there are no copies, so that datasets without them do not depend on this.
 */
function originalsOf(
  sizes: readonly number[],
  { duplicates = 0 }: DatasetContents,
  random: RandomStream,
): readonly number[] {
  if (duplicates === 0) return sizes.map((_, number) => number)
  const isCopy = sizes.map(() => random.chance(duplicates))
  const largestFirst = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]! || a - b)
  const originals: number[] = []
  const originalOf: number[] = []
  for (const number of largestFirst) {
    if (isCopy[number] === true && originals.length > 0) {
      originalOf[number] = originals[random.integer(originals.length)]!
    } else {
      originalOf[number] = number
      originals.push(number)
    }
  }
  return originalOf
}

function groupsOf(size_bytes: number): number {
  return Math.min(GROUPS_MAX, Math.max(FILES_HELD, Math.round(size_bytes / GROUP_BYTES)))
}

/** Whether a described dataset of so many real files is held in groups of them. */
export function isHeldInGroups(files: number): boolean {
  return files > FILES_HELD
}

/** Makes the folders; gives the folder of each file, with a slash behind it. */
function makeFolders(nodes: number, files: VirtualFileSystem): (number: number) => string {
  if (nodes <= FILES_WITHOUT_FOLDERS) return () => ''
  const most = nodes <= FILES_IN_64_FOLDERS ? FOLDERS_MAX : MANY_FOLDERS_MAX
  const folders = Math.min(most, Math.ceil(nodes / (FILES_PER_FOLDER * SUBFOLDERS_PER_FOLDER)) * 2)
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
