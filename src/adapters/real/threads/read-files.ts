import { ADDRESS_BYTES } from '../../../engine/index/address.ts'
import type { ExtendedAttributes } from '../../../engine/ports.ts'
import { attributesAt } from '../source/extended-attributes.ts'
import { readUnchanged, unpackState, wholeWords } from '../source/file-state.ts'
import { linuxCalls } from '../linux-calls.ts'
import { closeDirectories, reachable } from '../long-paths.ts'
import { fastKeyedHash } from '../native-hmac.ts'
import type { Moved, ReadFiles, ReadRequest } from './thread-pool.ts'

/** Reads the files of a request and computes their concatenated ids. */
export function readFiles({ paths, states, memory, id }: ReadRequest): {
  readonly ids: Moved
  readonly read: ReadFiles
} {
  const calls = linuxCalls()
  const hash = fastKeyedHash()
  const all = new Uint8Array(memory)
  const ids = new Uint8Array(paths.length * ADDRESS_BYTES)
  const attributes = new Map<number, ExtendedAttributes>()
  const failed = new Set<number>()
  let start = 0
  for (const [number, path] of paths.entries()) {
    const state = unpackState(states, number)
    const content = all.subarray(start, start + Number(state.size))
    start += wholeWords(content.length)
    try {
      if (readUnchanged(content, reachable(path), state)) hash(id, content, ids, number * ADDRESS_BYTES)
      else failed.add(number)
      const found = calls && attributesAt(calls, reachable(path))
      if (found !== undefined) attributes.set(number, found)
    } catch {
      // It is read again by code that can report the error.
      failed.add(number)
    }
  }
  // Closed after each request, because any may be the last.
  closeDirectories()
  return { ids, read: { memory, attributes, failed } }
}
