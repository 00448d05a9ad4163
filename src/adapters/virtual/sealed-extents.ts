import type { Content } from '../../engine/ports.ts'
import type { Extents } from './extents.ts'

/** What stands for the compressed and encrypted bytes of described content. */
export class SealedExtents implements Content {
  /** Bytes as stored. */
  readonly length: number
  readonly plain: Extents
  /** Fingerprint of the key and everything else that it was sealed with. */
  readonly context: number

  constructor(length: number, plain: Extents, context: number) {
    this.length = length
    this.plain = plain
    this.context = context
  }

  slice(start: number, end: number): SealedExtents | SealedFragment {
    return start === 0 && end === this.length ? this : new SealedFragment(this, start, end)
  }

  equals(other: Content): boolean {
    return (
      other instanceof SealedExtents &&
      other.length === this.length &&
      other.context === this.context &&
      other.plain.equals(this.plain)
    )
  }
}

/** A part of sealed bytes: useless until it is joined with the rest. */
export class SealedFragment implements Content {
  readonly of: SealedExtents
  readonly start: number
  readonly end: number

  constructor(of: SealedExtents, start: number, end: number) {
    this.of = of
    this.start = start
    this.end = end
  }

  get length(): number {
    return this.end - this.start
  }

  slice(start: number, end: number): SealedFragment {
    return new SealedFragment(this.of, this.start + start, this.start + end)
  }

  /** With what follows; undefined when that is not its continuation. */
  join(next: Content | undefined): SealedExtents | SealedFragment | undefined {
    if (!(next instanceof SealedFragment) || next.start !== this.end || !next.of.equals(this.of)) return undefined
    return this.of.slice(this.start, next.end)
  }

  equals(other: Content): boolean {
    return (
      other instanceof SealedFragment &&
      other.start === this.start &&
      other.end === this.end &&
      other.of.equals(this.of)
    )
  }
}

/** Bytes that are no longer what was written: bit rot, a torn write. They open as nothing. */
export class DamagedContent implements Content {
  readonly length: number

  constructor(length: number) {
    this.length = length
  }
}
