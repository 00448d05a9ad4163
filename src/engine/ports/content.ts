/**
 * A sequence of bytes, held (Uint8Array) or only described (extents of a seeded generator). The engine may ask for its
 * length and hand it to the `Fidelity` it came from; it never looks inside.
 */
export interface Content {
  readonly length: number
}

/** Half-open range of bytes [start, end). */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Seconds since 1970-01-01T00:00:00Z, with fractions. */
export type Instant = number
