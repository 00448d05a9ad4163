import { exp, ln } from '../../../kernel/index.ts'
import type { RandomStream } from '../../../kernel/index.ts'
import type { Content, Instant } from '../../../engine/ports.ts'
import { NoSpaceError } from '../files/disk-space.ts'
import { extentStream } from '../content/extent-stream.ts'
import type { ExtentStream } from '../content/extent-stream.ts'
import type { FileNode } from '../files/file-tree.ts'
import { freshContent } from '../content/fresh-content.ts'
import type { DatasetFidelity } from '../content/fresh-content.ts'
import { readContent } from '../files/held-file.ts'
import { Fingerprint, mix32 } from '../content/integer-mixing.ts'
import { replay } from './recorded-changes.ts'
import type { RecordedChanges } from './recorded-changes.ts'
import { rhythmBetween } from './rhythm.ts'
import type { Rhythm } from './rhythm.ts'
import type { VirtualFileSystem } from '../files/virtual-file-system.ts'

/**
 * Where an application writes: anywhere; mostly where it wrote before; at the ends of files, dropping what is oldest; or
 * whole files anew, each under a new name in the place of one that goes.
 */
export type Locality = 'uniform' | 'zipf' | 'append' | 'replace'

export interface WorkloadSpecification {
  readonly name: string
  readonly fidelity: DatasetFidelity
  /** Share of the bytes that is written anew a day. */
  readonly change_perDay: number
  readonly locality: Locality
  /** Share by which the size grows a year, compounding. */
  readonly growth_perYear: number
  /** Original size over compressed size, of what is written. */
  readonly compressibility: number
  readonly writeInterval_s: number
  /** Default: steady. */
  readonly rhythm?: Rhythm | undefined
  /** Share of what is written that is data which the dataset holds elsewhere. Default 0. */
  readonly duplicates?: number | undefined
  /** Share of what is written that is what stood there before: files look changed, and are not. Default 0. */
  readonly rewritten?: number | undefined
  /** What was observed on a real system is done instead of all that. */
  readonly recorded?: RecordedChanges | undefined
}

const DAY_S = 86_400
const YEAR_S = 365.25 * DAY_S

/** Writes are aligned to cells; a dataset has at most about so many: files then stay in few pieces for ever. */
const CELLS_MAX = 4096
/** A file is at most so many cells: each of its versions in the history holds all its pieces. */
const CELLS_PER_FILE_MAX = 128
/** Smallest cell: pages of a database, blocks of a file; described data need not be so fine. */
const CELL_MIN_BYTES = { bytes: 4096, extents: 65_536 } as const
/** A tick writes at this many places at least. */
const PLACES = 4
/** Places that may be tried for each that is expected, before what is left is given up: files may all be tiny. */
const TRIES_PER_PLACE = 16
/** Ranks of the places of a zipf workload: the first has one in sixteen of the writes, 256 of them have half. */
const RANKS = 65_536
/** Bytes by which an edit of real bytes shifts what follows, at most. */
const SHIFT_MAX_BYTES = 64
const NEW_FILES_MAX = 4

/** Draws of a cell that takes several intervals, before whatever was drawn last is taken. */
const DRAWS_OF_LONG_CELLS = 64

/** A place for a write. */
interface Place {
  readonly path: string
  readonly file: FileNode
  readonly offset: number
  /** Bytes to the next cell. */
  readonly cell: number
}

/** A cell that one interval does not fill: the next ones go on in it. */
interface BegunCell {
  readonly path: string
  /** Where to go on, and where it ends. */
  readonly offset: number
  readonly end: number
  /** What it is filled with, so that it is one piece in the end. */
  readonly stream: ExtentStream
  readonly streamOffset: number
}

/**
 * What an application does to its dataset. Each write interval is drawn from the random stream of its number, and from
 * nothing else but the state of the files and the cell that was begun: a forked world goes on exactly as its original does.
 *
 * Files that a restore has made and not yet given back are left alone.
 */
export class Workload {
  readonly #specification: WorkloadSpecification
  readonly #random: (purpose: string, k: number) => RandomStream
  readonly #salt: number
  #begun: BegunCell | undefined

  /**
   * @param random the stream of a purpose and an occurrence, independent of all others
   * @param origin goes on where that one stands
   */
  constructor(
    specification: WorkloadSpecification,
    random: (purpose: string, k: number) => RandomStream,
    origin?: Workload,
  ) {
    this.#specification = specification
    this.#random = random
    this.#begun = origin === undefined ? undefined : origin.#begun
    this.#salt = new Fingerprint().text(specification.name).number | 0
  }

  /**
   * The writes of the k-th interval, at its end. Costs in proportion to their number, not to the size of the dataset. When the
   * disk is full the application cannot write the rest.
   */
  tick(files: VirtualFileSystem, k: number, time: Instant): void {
    try {
      this.#write(files, k, time)
    } catch (error) {
      if (!(error instanceof NoSpaceError)) throw error
    }
  }

  #write(files: VirtualFileSystem, k: number, time: Instant): void {
    const { change_perDay, growth_perYear, writeInterval_s, rhythm = 'steady', recorded } = this.#specification
    if (recorded !== undefined) {
      const stretch_s = [(k - 1) * writeInterval_s, k * writeInterval_s] as const
      replay(recorded, files, this.#specification, stretch_s, time, this.#random('recorded', k))
      return
    }
    const { bytes } = files
    const pace = rhythmBetween(rhythm, time - writeInterval_s, time)
    if (change_perDay > 0) {
      const random = this.#random('writes', k)
      this.#change(
        files,
        wholeBytes(Math.min(1, (pace * change_perDay * writeInterval_s) / DAY_S) * bytes, random),
        random,
        time,
      )
    }
    if (growth_perYear > 0) {
      const random = this.#random('growth', k)
      const factor = exp((pace * ln(1 + growth_perYear) * writeInterval_s) / YEAR_S)
      this.#grow(files, k, wholeBytes((factor - 1) * bytes, random), random, time)
    }
  }

  /**
   * Encrypts the files whose turn it is: over all steps, each file that is there throughout once. Encrypted data does not
   * compress, and it is not the application's work.
   */
  encryptShare(files: VirtualFileSystem, step: number, steps: number, time: Instant): void {
    const { fidelity } = this.#specification
    const victims: { path: string; size: number }[] = []
    files.root.forEachFile((path, { size }) => {
      if ((new Fingerprint().text(path).number + this.#salt) % steps !== step) return
      if (size > 0 && !files.isReserved(path)) victims.push({ path, size })
    })
    if (victims.length === 0) return
    const stream = extentStream(this.#identity('encryption', this.#random('encryption', step)), 1)
    let offset = 0
    for (const { path, size } of victims) {
      files.writeFile(path, freshContent(fidelity, stream, offset, size), time, { by: 'intruder' })
      offset += size
    }
  }

  #change(files: VirtualFileSystem, bytes: number, random: RandomStream, time: Instant): void {
    if (bytes === 0) return
    const { fidelity, locality, compressibility } = this.#specification
    const stream = extentStream(this.#identity('writes', random), compressibility)
    const cell_bytes = cellSize(bytes, files.bytes, CELL_MIN_BYTES[fidelity])
    let tries = TRIES_PER_PLACE * (Math.ceil(bytes / cell_bytes) + PLACES)
    const goneOn_bytes = this.#goOn(files, bytes, random, time)
    for (let left = bytes - goneOn_bytes, number = 0; left > 0 && tries > 0; tries--) {
      if (locality === 'replace') {
        left -= this.#replace(files, `new-${stream}-${number++}`, stream, bytes - left, left, random, time)
        continue
      }
      const place = this.#fairPlace(files, cell_bytes, bytes, random)
      if (place === undefined || files.isReserved(place.path)) continue
      const { path, file, offset, cell } = place
      const length = Math.min(left, cell, file.size - offset)
      const content = this.#content(files, place, length, freshContent(fidelity, stream, bytes - left, length), random)
      if (this.#isLog(file)) {
        // A log that is rotated: as much goes at its beginning as comes at its end.
        files.append(path, content, time)
        files.splice(path, 0, length, freshContent(fidelity, stream, 0, 0), time)
      } else {
        files.splice(path, offset, this.#deleted(file, offset, length, random), content, time)
        if (cell > bytes) this.#begin(place, length, stream, bytes - left)
      }
      left -= length
    }
  }

  /** Writes on in the cell that was begun. Gives the bytes written. */
  #goOn(files: VirtualFileSystem, left: number, random: RandomStream, time: Instant): number {
    if (this.#begun === undefined) return 0
    const { path, offset, end, stream, streamOffset } = this.#begun
    const file = files.root.lookup(path)
    if (file?.kind !== 'file' || file.size <= offset || files.isReserved(path)) {
      this.#begun = undefined
      return 0
    }
    const place = { path, file, offset, cell: end - offset }
    const length = Math.min(left, place.cell, file.size - offset)
    const fresh = freshContent(this.#specification.fidelity, stream, streamOffset, length)
    const content = this.#content(files, place, length, fresh, random)
    files.splice(path, offset, this.#deleted(file, offset, length, random), content, time)
    this.#begin(place, length, stream, streamOffset)
    return length
  }

  /** A cell is begun where `length` bytes of a stream have not filled it. */
  #begin({ path, offset, cell }: Place, length: number, stream: ExtentStream, streamOffset: number): void {
    const rest = { path, offset: offset + length, end: offset + cell, stream, streamOffset: streamOffset + length }
    this.#begun = length < cell ? rest : undefined
  }

  /**
   * A place for a write. A cell that takes several intervals to fill is begun as much more seldom, so that large files, whose
   * cells are larger, are not written more often than others.
   */
  #fairPlace(files: VirtualFileSystem, cell_bytes: number, bytes: number, random: RandomStream): Place | undefined {
    for (let draws = 1; ; draws++) {
      const place = this.#place(files, cell_bytes, random)
      if (place === undefined || place.cell <= bytes || this.#isLog(place.file)) return place
      if (draws === DRAWS_OF_LONG_CELLS) return place
      if (random.chance(bytes / place.cell)) return place
    }
  }

  /** What is written to a place: as a rule what is fresh, sometimes what the dataset holds already, here or elsewhere. */
  #content(files: VirtualFileSystem, place: Place, length: number, fresh: Content, random: RandomStream): Content {
    const { duplicates = 0, rewritten = 0 } = this.#specification
    if (duplicates + rewritten === 0) return fresh
    const draw = random.uniform()
    const { file, offset } = place
    if (draw < rewritten) return readContent(file.content, offset, offset + length)
    if (draw >= rewritten + duplicates) return fresh
    const { file: other } = files.fileAtByte(random.integer(files.bytes))
    if (other.size < length) return fresh
    const start = Math.min(other.size - length, cellOf(other, place.cell) * random.integer(CELLS_PER_FILE_MAX))
    return readContent(other.content, start, start + length)
  }

  /**
   * Puts a new file in the place of one, drawn by bytes, of the same size, or of its share of a group. Gives the bytes written.
   */
  #replace(
    files: VirtualFileSystem,
    name: string,
    stream: ExtentStream,
    offset: number,
    left: number,
    random: RandomStream,
    time: Instant,
  ): number {
    const place = this.#unreserved(files, random)
    if (place === undefined) return left
    const { path, file } = place
    const { fidelity } = this.#specification
    if (file.stands > 1) {
      // Some members of the group go, others come in their place: the rest of it stays where it is.
      const length = Math.min(left, file.size)
      files.splice(
        path,
        random.integer(file.size - length + 1),
        length,
        freshContent(fidelity, stream, offset, length),
        time,
      )
      return length
    }
    // A file larger than what is left goes as often as keeps the expectation.
    if (file.size > left && !random.chance(left / file.size)) return left
    const fresh = freshContent(fidelity, stream, offset, file.size)
    const whole = { path, file, offset: 0, cell: file.size }
    const content = this.#content(files, whole, file.size, fresh, random)
    files.remove(path, time)
    files.writeFile(path.slice(0, path.lastIndexOf('/') + 1) + name, content, time)
    return file.size
  }

  /** Bytes that an edit replaces. People and programs insert and delete too; described data stays in its cells. */
  #deleted(file: FileNode, offset: number, length: number, random: RandomStream): number {
    if (this.#specification.fidelity === 'extents') return length
    const shift = Math.min(SHIFT_MAX_BYTES, length)
    return Math.min(file.size - offset, length + random.integer(2 * shift + 1) - shift)
  }

  #place(files: VirtualFileSystem, cell_bytes: number, random: RandomStream): Place | undefined {
    const { bytes } = files
    if (bytes === 0) return undefined
    if (this.#specification.locality === 'zipf') {
      const rank = zipf(RANKS, random)
      // Ranks keep their share of the bytes while the dataset grows, hence nearly always their file.
      const { path, file } = files.fileAtByte(Math.floor(bytes * this.#spot(rank, 0)))
      const cell = cellOf(file, cell_bytes)
      return { path, file, cell, offset: this.#hotOffset(file, rank, cell, bytes, random) }
    }
    const { path, file } = files.fileAtByte(random.integer(bytes))
    const cell = cellOf(file, cell_bytes)
    const offset = this.#isLog(file) ? file.size - cell : cell * random.integer(Math.ceil(file.size / cell))
    return { path, file, cell, offset: Math.max(0, offset) }
  }

  /**
   * Where in its file the place of a rank begins. Ranks belong to the cells of the coarsest grid, and anywhere in one of them is
   * written as often as anywhere else: so a day in a few large writes heats the dataset as one in many small writes does.
   */
  #hotOffset(file: FileNode, rank: number, cell: number, dataset_bytes: number, random: RandomStream): number {
    const coarse = cellOf(file, coarsestCell(dataset_bytes, CELL_MIN_BYTES[this.#specification.fidelity]))
    const start = coarse * this.#hotCell(rank, Math.ceil(file.size / coarse))
    return start + cell * random.integer(Math.ceil(Math.min(coarse, file.size - start) / cell))
  }

  /** Written at its end. In a group of files the ends are anywhere. */
  #isLog({ stands }: FileNode): boolean {
    return this.#specification.locality === 'append' && stands === 1
  }

  /** A number in [0, 1) that belongs to a rank. */
  #spot(rank: number, level: number): number {
    return (mix32(mix32(rank + this.#salt) + level) >>> 0) / 4_294_967_296
  }

  /** The cell of a rank within a file. It stays, for most ranks, when the file grows. */
  #hotCell(rank: number, cells: number): number {
    let size = 1
    while (size < cells) size *= 2
    const cell = Math.floor(this.#spot(rank, 1) * 4_294_967_296) % size
    return cell < cells ? cell : cell - size / 2
  }

  #grow(files: VirtualFileSystem, k: number, bytes: number, random: RandomStream, time: Instant): void {
    if (bytes === 0 || files.files === 0 || files.bytes === 0) return
    const { fidelity, compressibility } = this.#specification
    const stream = extentStream(this.#identity('growth', random), compressibility)
    const place = this.#unreserved(files, random)
    if (place === undefined) return
    // As many new files as keep their mean size; when that is none, a file grows.
    const count = Math.min(NEW_FILES_MAX, wholeBytes((bytes * files.files) / files.bytes, random))
    const { path, file } = place
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    const realFiles = (share_bytes: number): number =>
      wholeBytes((file.stands / Math.max(1, file.size)) * share_bytes, random)
    for (let number = 0; number < count; number++) {
      const offset = Math.floor((bytes * number) / count)
      const length = Math.floor((bytes * (number + 1)) / count) - offset
      const content = freshContent(fidelity, stream, offset, length)
      const stands = file.stands === 1 ? 1 : Math.max(1, realFiles(length))
      files.writeFile(`${folder}new-${k}-${number}`, content, time, { stands })
    }
    if (count > 0) return
    files.append(path, freshContent(fidelity, stream, 0, bytes), time)
    if (file.stands > 1) files.represent(path, file.stands + realFiles(bytes), time)
  }

  /** A file, drawn by its bytes, that a restore has not taken, nor its folder. */
  #unreserved(files: VirtualFileSystem, random: RandomStream): { path: string; file: FileNode } | undefined {
    for (let tries = TRIES_PER_PLACE; tries > 0; tries--) {
      const found = files.fileAtByte(random.integer(files.bytes))
      const folder = found.path.slice(0, Math.max(0, found.path.lastIndexOf('/')))
      if (!files.isReserved(found.path) && !files.isReserved(folder)) return found
    }
    return undefined
  }

  /** Name of what one tick writes: another tick, seed or dataset writes other bytes. */
  #identity(purpose: string, random: RandomStream): string {
    return `${this.#specification.name} ${purpose} ${random.integer(2 ** 32)} ${random.integer(2 ** 32)}`
  }
}

/** A whole number with this expectation. */
function wholeBytes(bytes: number, random: RandomStream): number {
  return Math.floor(bytes + random.uniform())
}

/** The largest cell of a dataset: a power of two, as all are, so that grids of different times nest. */
function coarsestCell(dataset_bytes: number, min: number): number {
  let cell = min
  while (cell * CELLS_MAX < dataset_bytes) cell *= 2
  return cell
}

function cellSize(written_bytes: number, dataset_bytes: number, min: number): number {
  const largest = coarsestCell(dataset_bytes, min)
  let cell = min
  while (cell < largest && cell * 2 * PLACES <= written_bytes) cell *= 2
  return cell
}

/** Cells are larger in a large file. */
function cellOf({ size }: FileNode, cell_bytes: number): number {
  let cell = cell_bytes
  while (cell * CELLS_PER_FILE_MAX < size) cell *= 2
  return cell
}

/** A rank from 0 to n − 1, with a probability close to proportional to 1 / (rank + 1): a log-uniform number, rounded. */
function zipf(n: number, random: RandomStream): number {
  return Math.min(n - 1, Math.floor(exp(random.uniform() * ln(n + 1))) - 1)
}
