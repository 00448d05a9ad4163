import { ZERO_STREAM, extentStream, freshContent, readContent } from '../../src/adapters/virtual/index.ts'
import type { DatasetFidelity, FileNode, VirtualFileSystem } from '../../src/adapters/virtual/index.ts'
import type { Content } from '../../src/engine/ports.ts'
import type { RandomStream } from '../../src/kernel/index.ts'

/** A tree that is about to be changed, at one of the two fidelities. The same draws do the same to both. */
export interface Tree {
  readonly files: VirtualFileSystem
  readonly random: RandomStream
  readonly time: number
  /** About how large the tree is to be. */
  readonly size_bytes: number
  /** New data that is nowhere else. */
  fresh(length: number, compressibility?: number): Content
  zeros(length: number): Content
}

/** How a tree begins, and what is done to it between two backups. */
export interface History {
  readonly create: (tree: Tree) => void
  readonly change: (tree: Tree, generation: number) => void
}

/** The tree of a history at an instant: new data is named by the history and counted within the instant. */
export function treeOf(
  files: VirtualFileSystem,
  fidelity: DatasetFidelity,
  name: string,
  size_bytes: number,
  random: RandomStream,
  time: number,
): Tree {
  let count = 0
  return {
    files,
    random,
    time,
    size_bytes,
    fresh: (length, compressibility = 1) =>
      freshContent(fidelity, extentStream(`${name} ${time} ${count++}`, compressibility), 0, length),
    zeros: (length) => freshContent(fidelity, ZERO_STREAM, 0, length),
  }
}

const KIB = 1024

/** Files of equal size that fill the tree. */
function filled(files: number, compressibility = 1): History['create'] {
  return (tree) => {
    tree.files.mkdir('d', tree.time)
    const size = Math.floor(tree.size_bytes / files)
    for (let n = 0; n < files; n++) tree.files.writeFile(`d/${n}`, tree.fresh(size, compressibility), tree.time)
  }
}

/** Files from 512 bytes to 16 KiB, in folders of a hundred. */
const manySmall: History['create'] = (tree) => {
  for (let n = 0, bytes = 0; bytes < tree.size_bytes; n++) {
    const folder = `d${Math.floor(n / 100)}`
    if (n % 100 === 0) tree.files.mkdir(folder, tree.time)
    const size = 512 + tree.random.integer(16 * KIB)
    tree.files.writeFile(`${folder}/${n}`, tree.fresh(size), tree.time)
    bytes += size
  }
}

function paths({ files }: Tree): string[] {
  const found: string[] = []
  files.root.forEachFile((path) => found.push(path))
  return found
}

function fileAt({ files }: Tree, path: string): FileNode {
  const node = files.lookup(path)
  if (node?.kind !== 'file') throw new Error(`there is no file ${path}`)
  return node
}

/** Repeats something at places of the tree drawn by bytes, as often as changes about this share of it at `each_bytes`. */
function everywhere(
  tree: Tree,
  share: number,
  each_bytes: number,
  act: (path: string, file: FileNode, offset: number) => void,
): void {
  for (let times = Math.ceil((share * tree.size_bytes) / each_bytes); times > 0; times--) {
    const { root } = tree.files
    const { path, file } = root.fileAtByte(tree.random.integer(root.bytes))
    act(path, file, tree.random.integer(file.size))
  }
}

/** Overwrites, inserts, or deletes: pieces of this size, over this share of the tree. */
function edits(kind: 'overwrite' | 'insert' | 'delete', each_bytes: number, share: number, compressibility = 1) {
  return (tree: Tree): void =>
    everywhere(tree, share, each_bytes, (path, file, offset) => {
      const length = Math.min(each_bytes, file.size - offset)
      const inserted = tree.fresh(kind === 'delete' ? 0 : each_bytes, compressibility)
      tree.files.splice(path, offset, kind === 'insert' ? 0 : length, inserted, tree.time)
    })
}

/** Calls for files in an order drawn anew, until this share of all is done. */
function someFiles(tree: Tree, share: number, act: (path: string, n: number) => void): void {
  const all = tree.random.shuffle(paths(tree))
  for (let n = 0; n < Math.ceil(share * all.length); n++) act(all[n]!, n)
}

const overwrites = edits('overwrite', 4 * KIB, 0.1)
const inserts = edits('insert', 4 * KIB, 0.1)
const deletions = edits('delete', 4 * KIB, 0.1)

function appends(tree: Tree): void {
  for (const path of paths(tree))
    tree.files.append(path, tree.fresh(Math.ceil(fileAt(tree, path).size / 20)), tree.time)
}

function duplicates(tree: Tree, generation: number): void {
  someFiles(tree, 0.05, (path, n) =>
    tree.files.writeFile(`${path}-copy-${generation}-${n}`, fileAt(tree, path).content, tree.time),
  )
  // Something must be new, or there is nothing to compare.
  edits('overwrite', 4 * KIB, 0.05)(tree)
}

function renames(tree: Tree, generation: number): void {
  someFiles(tree, 0.1, (path) => tree.files.rename(path, `${path}-${generation}`, tree.time))
  edits('overwrite', 4 * KIB, 0.05)(tree)
}

function removals(tree: Tree): void {
  someFiles(tree, 0.1, (path) => tree.files.remove(path, tree.time))
}

function newFiles(tree: Tree, generation: number): void {
  tree.files.mkdir(`new-${generation}`, tree.time)
  for (let n = 0, bytes = 0; bytes < 0.05 * tree.size_bytes; n++) {
    const size = 512 + tree.random.integer(16 * KIB)
    tree.files.writeFile(`new-${generation}/${n}`, tree.fresh(size), tree.time)
    bytes += size
  }
}

/**
 * One history for each thing that people and programs do to files. Each changes enough a time for its chances to even out:
 * the two fidelities draw their cuts independently of each other.
 */
export const histories: Readonly<Record<string, History>> = {
  overwrites: { create: filled(8), change: overwrites },
  'small edits': { create: filled(8), change: edits('overwrite', 64, 0.004) },
  'large edits': { create: filled(8), change: edits('overwrite', 200 * KIB, 0.1) },
  inserts: { create: filled(8), change: inserts },
  'small inserts': { create: filled(8), change: edits('insert', 7, 0.0004) },
  deletions: { create: filled(8), change: deletions },
  appends: { create: filled(1000), change: appends },
  shifts: {
    create: filled(1000),
    change: (tree) =>
      someFiles(tree, 1, (path) => tree.files.splice(path, 0, 0, tree.fresh(1 + tree.random.integer(64)), tree.time)),
  },
  truncations: {
    create: filled(1000),
    change: (tree) =>
      someFiles(tree, 1, (path) => {
        const { size } = fileAt(tree, path)
        const gone = Math.floor(size / 20)
        tree.files.splice(path, size - gone, gone, tree.fresh(0), tree.time)
      }),
  },
  renames: { create: filled(100), change: renames },
  'moved folders': {
    create: manySmall,
    change: (tree, generation) => {
      const folders = tree.files.root.names().filter((_, n) => n % 4 === generation % 4)
      for (const folder of folders) tree.files.rename(folder, `m${generation}-${folder}`, tree.time)
      overwriteSmall(tree)
    },
  },
  duplicates: { create: filled(100), change: duplicates },
  removals: { create: filled(200), change: (tree, generation) => (removals(tree), newFiles(tree, generation)) },
  'many small files': { create: manySmall, change: newFiles },
  'small files rewritten': { create: manySmall, change: overwriteSmall },
  'the same data rewritten': {
    create: filled(50),
    change: (tree) => {
      for (const path of paths(tree)) tree.files.writeFile(path, fileAt(tree, path).content, tree.time)
      edits('overwrite', 4 * KIB, 0.05)(tree)
    },
  },
  'log rotation': {
    create: filled(100),
    change: (tree, generation) => {
      for (let n = 0; n < 10; n++) {
        tree.files.remove(`d/${generation > 9 ? `log-${generation - 10}-${n}` : generation * 10 + n - 10}`, tree.time)
        tree.files.writeFile(`d/log-${generation}-${n}`, tree.fresh(Math.floor(tree.size_bytes / 100)), tree.time)
      }
    },
  },
  'database pages': {
    create: filled(2),
    change: (tree) =>
      everywhere(tree, 0.1, 8 * KIB, (path, file, offset) => {
        const page = Math.floor(offset / (8 * KIB)) * 8 * KIB
        tree.files.splice(path, page, Math.min(8 * KIB, file.size - page), tree.fresh(8 * KIB), tree.time)
      }),
  },
  'disk image with holes': {
    create: (tree) => {
      // Half of it has never been written.
      tree.files.writeFile('image', tree.fresh(0), tree.time)
      for (let n = 0; n < 16; n++) {
        tree.files.append('image', tree.fresh(Math.floor(tree.size_bytes / 32)), tree.time)
        tree.files.append('image', tree.zeros(Math.floor(tree.size_bytes / 32)), tree.time)
      }
    },
    change: (tree) =>
      everywhere(tree, 0.1, 64 * KIB, (path, file, offset) => {
        const block = Math.floor(offset / (4 * KIB)) * 4 * KIB
        const length = Math.min(64 * KIB, file.size - block)
        tree.files.splice(path, block, length, tree.fresh(length), tree.time)
      }),
  },
  'moved blocks': {
    create: filled(8),
    change: (tree) =>
      everywhere(tree, 0.1, 40 * KIB, (path, file, offset) => {
        const length = Math.min(40 * KIB, file.size - offset)
        const moved = readContent(file.content, offset, offset + length)
        tree.files.splice(path, offset, length, tree.fresh(0), tree.time)
        tree.files.splice(path, tree.random.integer(fileAt(tree, path).size + 1), 0, moved, tree.time)
      }),
  },
  archives: {
    create: filled(200),
    change: (tree, generation) => {
      // What is in files is put, with a header each, behind one another in a new one.
      const archive = `d/archive-${generation}`
      tree.files.writeFile(archive, tree.fresh(512), tree.time)
      someFiles(tree, 0.05, (path) => {
        if (path.includes('archive')) return
        tree.files.append(archive, tree.fresh(512), tree.time)
        tree.files.append(archive, fileAt(tree, path).content, tree.time)
      })
      edits('overwrite', 4 * KIB, 0.05)(tree)
    },
  },
  'split files': {
    create: filled(1000),
    change: (tree, generation) =>
      someFiles(tree, 0.5, (path) => {
        const { content, size } = fileAt(tree, path)
        if (size < 2) return
        const at = 1 + tree.random.integer(size - 1)
        tree.files.writeFile(`${path}-${generation}`, readContent(content, at, size), tree.time)
        tree.files.splice(path, at, size - at, tree.fresh(0), tree.time)
      }),
  },
  encryption: {
    create: filled(100),
    change: (tree) =>
      someFiles(tree, 0.1, (path) => tree.files.writeFile(path, tree.fresh(fileAt(tree, path).size), tree.time)),
  },
  'compressible text': {
    create: filled(8, 3),
    change: edits('insert', 4 * KIB, 0.1, 3),
  },
  'a database that compresses': {
    create: filled(8, 1.6),
    change: edits('overwrite', 4 * KIB, 0.1, 1.6),
  },
  'everything at once': {
    create: filled(100),
    change: (tree, generation) => {
      overwrites(tree)
      inserts(tree)
      deletions(tree)
      renames(tree, generation)
      duplicates(tree, generation)
      removals(tree)
      newFiles(tree, generation)
    },
  },
}

function overwriteSmall(tree: Tree): void {
  someFiles(tree, 0.05, (path) =>
    tree.files.writeFile(path, tree.fresh(512 + tree.random.integer(16 * KIB)), tree.time),
  )
}
