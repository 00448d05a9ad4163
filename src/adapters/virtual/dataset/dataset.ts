import type { RandomStream } from '../../../kernel/index.ts'
import { extentStream } from '../content/extent-stream.ts'
import { SIGMA_OF_FILE_SIZES, fileSizes } from './file-sizes.ts'
import type { FileSizeLaw } from './file-sizes.ts'
import { freshContent } from '../content/fresh-content.ts'
import type { DatasetFidelity } from '../content/fresh-content.ts'
import type { VirtualFileSystem } from '../files/virtual-file-system.ts'

/** The initial files of a dataset. */
export interface DatasetContents {
  readonly name: string
  readonly fidelity: DatasetFidelity
  readonly size_bytes: number
  /** Number of real files. */
  readonly files: number
  /** Original size divided by compressed size. */
  readonly compressibility: number
  /** Default: the body of IMPRESSIONS, without its tail. */
  readonly sizes?: FileSizeLaw | undefined
  /** Share of the files that begin as copies of others: 0 to 1. Default 0. */
  readonly duplicates?: number | undefined
}

const BODY_ONLY: FileSizeLaw = { median_bytes: 1, sigma: SIGMA_OF_FILE_SIZES }

/** A described dataset with more files than this is held in groups: each file of the tree stands for several real ones. */
const FILES_HELD = 512
/** Largest mean size of a group, bytes, until there are too many groups. */
const GROUP_BYTES = 40e9
const GROUPS_MAX = 16_384
/** A dataset with at most this many files has no folders. */
const FILES_WITHOUT_FOLDERS = 8
const FILES_PER_FOLDER = 8
const SUBFOLDERS_PER_FOLDER = 4
const FOLDERS_MAX = 64
/** Above this many files there are more folders, because a backup examines every entry of a folder in which one has changed. */
const FILES_IN_64_FOLDERS = 4096
const MANY_FOLDERS_MAX = 1024

/**
 * Fills an empty file system with files whose sizes are lognormal and sum exactly to `size_bytes`, in folders of two
 * levels. A described dataset of more than 512 files is held as 512 groups, one of petabytes as up to 16,384.
 */
export function createDataset(dataset: DatasetContents, files: VirtualFileSystem, random: RandomStream): void {
  const { fidelity, compressibility } = dataset
  const { time } = files
  const nodes = fidelity === 'bytes' ? dataset.files : Math.min(dataset.files, groupsOf(dataset.size_bytes))
  if (nodes === 0) return
  const sizes = fileSizes(dataset.sizes ?? BODY_ONLY, nodes, dataset.files / nodes, dataset.size_bytes, random)
  // Different seeds, and different datasets, must not hold the same data.
  const identity = `${dataset.name} ${random.integer(2 ** 32)}`
  const folderOf = makeFolders(nodes, files)
  const originals = originalsOf(sizes, dataset, random)
  for (const [number, size] of sizes.entries()) {
    const original = originals[number]!
    const stream = extentStream(`${identity} ${original}`, compressibility)
    const path = `${folderOf(number)}file-${padded(number, nodes)}`
    // Groups of nearly equal numbers of real files, none lost to rounding.
    const stands = share(dataset.files, number + 1, nodes) - share(dataset.files, number, nodes)
    files.writeFile(path, freshContent(fidelity, stream, 0, size), time, { stands })
  }
}

/**
 * The file whose content each file has: itself, or an original of at least its size, so that a copy adds no content of
 * its own and the share of copies is also their share of the bytes. Files larger than all originals are no copies.
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

/** Whether a described dataset with this many real files is held in groups. */
export function isHeldInGroups(files: number): boolean {
  return files > FILES_HELD
}

/** Creates the folders; the result gives the folder of each file, with a trailing slash. */
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

/** The number of things among `total` that the first `part` of `parts` hold. */
function share(total: number, part: number, parts: number): number {
  return Math.floor((total * part) / parts)
}

/** With leading zeros, so that names sort like numbers. */
function padded(number: number, count: number): string {
  return String(number).padStart(String(count - 1).length, '0')
}
