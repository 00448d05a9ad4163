import type { PackDirectory, PackFacts, PackKind } from './pack-directory.ts'

/** A known pack. */
export interface Pack extends PackFacts, Pick<PackDirectory, 'sealed_bytes' | 'plain_bytes' | 'chunks'> {
  /** Entries of all chunks in order. The index has their addresses and lengths. */
  readonly entries: Uint32Array
  /** Offset of each segment in the pack. */
  readonly offsets: Float64Array
  /** Number of its first segment among all segments. */
  readonly firstSegment: number
  /** Number of its segments. */
  readonly segments: number
}

/** What is listed segment by segment and chunk by chunk. */
export type PackContents = Pick<Pack, 'sealed_bytes' | 'plain_bytes' | 'chunks' | 'entries' | 'offsets'>

/** Entries of a pack, in order, as runs of consecutive numbers: alternately first entry and number of entries. */
export type EntryRuns = Uint32Array

/** Materialises a pack's contents from the columns of the index. */
export interface ContentsSource {
  /** Salt of a pack, by its number. */
  saltOf(pack: number): Uint8Array
  contentsOf(pack: StoredPack): PackContents
}

/**
 * A pack of an index that may have ten million chunks: its contents are in the columns of the index, and are
 * materialised on demand and cached while there is room.
 */
export class StoredPack implements Pack {
  readonly name: string
  readonly kind: PackKind
  readonly size: number
  readonly firstSegment: number
  readonly segments: number
  readonly runs: EntryRuns | number
  /** Number of its chunks. */
  readonly count: number
  /** Managed by the index. */
  contents: PackContents | undefined
  readonly #source: ContentsSource
  readonly #number: number

  /**
   * @param number among all packs of the index
   * @param entries of all chunks in order
   */
  constructor(
    facts: PackFacts,
    source: ContentsSource,
    number: number,
    segments: { first: number; count: number },
    entries: ArrayLike<number>,
  ) {
    this.name = facts.name
    this.kind = facts.kind
    this.size = facts.size
    this.firstSegment = segments.first
    this.segments = segments.count
    this.count = entries.length
    const runs = runsOf(entries)
    // Most packs have one run, for which a number suffices.
    this.runs = runs.length <= 2 ? (runs[0] ?? 0) : Uint32Array.from(runs)
    this.#source = source
    this.#number = number
  }

  get salt(): Uint8Array {
    return this.#source.saltOf(this.#number)
  }

  get entries(): Uint32Array {
    return this.#get().entries
  }

  get sealed_bytes(): Uint32Array {
    return this.#get().sealed_bytes
  }

  get plain_bytes(): Uint32Array {
    return this.#get().plain_bytes
  }

  get chunks(): Uint32Array {
    return this.#get().chunks
  }

  get offsets(): Float64Array {
    return this.#get().offsets
  }

  #get(): PackContents {
    return this.contents ?? this.#source.contentsOf(this)
  }
}

function runsOf(entries: ArrayLike<number>): number[] {
  const runs: number[] = []
  for (let at = 0; at < entries.length; at++) {
    const last = runs.length - 2
    const isNext = last >= 0 && entries[at] === runs[last]! + runs[last + 1]!
    if (isNext) runs[last + 1]!++
    else runs.push(entries[at]!, 1)
  }
  return runs
}

/** Expands the runs to entries. */
export function entriesOf({ runs, count }: StoredPack): Uint32Array {
  const entries = new Uint32Array(count)
  if (typeof runs === 'number') {
    for (let at = 0; at < count; at++) entries[at] = runs + at
    return entries
  }
  for (let run = 0, at = 0; run < runs.length; run += 2)
    for (let k = 0; k < runs[run + 1]!; k++) entries[at++] = runs[run]! + k
  return entries
}
