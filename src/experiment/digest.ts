import { sha256 } from '../engine/cryptography/cryptography.ts'

/**
 * SHA-256 (hex) of plain data in a canonical form: JSON with keys in ascending order. Numbers are written as the shortest
 * decimal that reads back to the same double, so equal digests mean bit-identical numbers. Maps are lists of their entries.
 */
export function digestOf(value: unknown): string {
  return hexadecimal(sha256(UTF8.encode(JSON.stringify(canonical(value)))))
}

/** The digest of a long text that comes in pieces: each piece is hashed with the hash of what came before it. */
export class RunningDigest {
  #state = new Uint8Array(32)

  add(piece: string): void {
    const bytes = UTF8.encode(piece)
    const joined = new Uint8Array(this.#state.length + bytes.length)
    joined.set(this.#state)
    joined.set(bytes, this.#state.length)
    this.#state = new Uint8Array(sha256(joined))
  }

  hex(): string {
    return hexadecimal(this.#state)
  }
}

const UTF8 = new TextEncoder()

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  // In its order, which may matter.
  if (value instanceof Map) return [...value].map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, field]) => [key, canonical(field)]))
}
