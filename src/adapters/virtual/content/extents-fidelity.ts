import { AuthenticationError } from '../../../engine/errors.ts'
import type {
  ChunkerParameters,
  Content,
  Cutter,
  Fidelity,
  Joiner,
  SealContext,
  SubKeys,
} from '../../../engine/ports.ts'
import { ExtentsCutter } from './extents-cutter.ts'
import { Extents } from './extents.ts'
import { ZERO_STREAM, compressedShare, hasVocabulary, vocabularyBytes } from './extent-stream.ts'
import { Fingerprint, highWord, mix32 } from './integer-mixing.ts'
import { modelledMetadata, modelledSealing } from './modelled-metadata.ts'
import { concatContents, contentsEqual, isZeros, sliceContent } from './parts.ts'
import { SealedExtents } from './sealed-extents.ts'

/** Bytes that sealing adds: the tag of AES-GCM and of ChaCha20-Poly1305. */
export const SEAL_OVERHEAD_BYTES = 16

/** Described content: boundaries and ids are drawn from the identity of the streams, sizes from how they compress. */
export const extentsFidelity: Fidelity = {
  name: 'extents',
  slice: sliceContent,
  concat: concatExtents,
  joiner: () => new ExtentsJoiner(),
  equal: contentsEqual,
  isZero: (content) => content.length === 0 || (content instanceof Extents && isZeros(content)),
  cutter: (parameters: ChunkerParameters, keys: SubKeys): Cutter => new ExtentsCutter(parameters, keys),
  identify,
  seal,
  open,
  metadata: modelledMetadata,
  sealing: modelledSealing,
}

function concatExtents(parts: readonly Content[]): Content {
  return parts.length === 0 ? Extents.empty : concatContents(parts)
}

/** Descriptions are immutable, so they are kept until they are joined. */
class ExtentsJoiner implements Joiner {
  private parts: Content[] = []
  length = 0

  add(part: Content): void {
    this.parts.push(part)
    this.length += part.length
  }

  take(): Content {
    const all = concatExtents(this.parts)
    this.parts = []
    this.length = 0
    return all
  }
}

/** Described content; nothing has no kind. */
function described(content: Content): Extents {
  if (content instanceof Extents) return content
  if (content.length === 0) return Extents.empty
  throw new TypeError('described content was expected: bytes and extents never mix in a repository')
}

/** Words of the id key last used: engines use one for a long time. */
let key: Uint8Array | undefined
const keyWords = new Int32Array(8)

function identify(content: Content, keys: SubKeys, into: Uint8Array, at: number): void {
  const extents = described(content)
  if (key !== keys.id) {
    key = keys.id
    for (let k = 0; k < 8; k++) {
      keyWords[k] = key[4 * k]! | (key[4 * k + 1]! << 8) | (key[4 * k + 2]! << 16) | (key[4 * k + 3]! << 24)
    }
  }
  const { length } = extents
  const { pieces, start, first } = extents.raw
  let a = keyWords[0]! ^ length
  let b = keyWords[1]! ^ highWord(length)
  let c = keyWords[2]!
  let d = keyWords[3]!
  const stop = start + length
  let from = start
  for (let piece = first; from < stop; piece += 3) {
    const begin = piece === 0 ? 0 : pieces[piece - 1]!
    const end = Math.min(stop, pieces[piece + 2]!)
    const stream = pieces[piece]!
    const offset = stream === ZERO_STREAM ? 0 : pieces[piece + 1]! + (from - begin)
    const size = end - from
    a = mix32(a ^ stream) + d
    b = mix32(b ^ highWord(stream) ^ (highWord(offset) << 12)) + a
    c = mix32(c ^ offset) + b
    d = mix32(d ^ size ^ (highWord(size) << 21)) + c
    from = end
  }
  for (let k = 0; k < 32; k += 16) {
    a = mix32(a ^ keyWords[4]!) + d
    b = mix32(b ^ keyWords[5]!) + a
    c = mix32(c ^ keyWords[6]!) + b
    d = mix32(d ^ keyWords[7]!) + c
    a ^= d >>> 7
    writeWord(into, at + k, a)
    writeWord(into, at + k + 4, b)
    writeWord(into, at + k + 8, c)
    writeWord(into, at + k + 12, d)
  }
}

function writeWord(into: Uint8Array, at: number, word: number): void {
  into[at] = word
  into[at + 1] = word >>> 8
  into[at + 2] = word >>> 16
  into[at + 3] = word >>> 24
}

function seal(plain: Content, context: SealContext): Content {
  const extents = described(plain)
  const { length } = extents
  let stored = length
  if (context.compression === 'zstd') {
    let compressed = 0
    let words_bytes = 0
    let compressedWords = 0
    const { pieces, start, first } = extents.raw
    const stop = start + length
    for (let piece = first, from = start; from < stop; piece += 3) {
      const end = Math.min(stop, pieces[piece + 2]!)
      const stream = pieces[piece]!
      const share = compressedShare(stream)
      const piece_bytes = end - from
      from = end
      compressed += piece_bytes * share
      if (stream === ZERO_STREAM || !hasVocabulary(share)) continue
      words_bytes += piece_bytes
      compressedWords += piece_bytes * share
    }
    if (words_bytes > 0) compressed += vocabularyBytes(compressedWords / words_bytes, words_bytes)
    compressed = Math.ceil(compressed)
    // The codec's rule: compression that saves less than a sixteenth is not used.
    if (compressed <= length - length / 16) stored = compressed
  }
  return new SealedExtents(stored + SEAL_OVERHEAD_BYTES, extents, fingerprintOf(context))
}

function open(sealed: Content, plainLength: number, context: SealContext): Content {
  if (!(sealed instanceof SealedExtents)) {
    throw new AuthenticationError('the stored bytes are not a whole sealed segment, or are damaged')
  }
  if (sealed.context !== fingerprintOf(context)) {
    throw new AuthenticationError('the segment was sealed with another key, or for another place')
  }
  if (sealed.plain.length !== plainLength) {
    throw new AuthenticationError(`the segment holds ${sealed.plain.length} bytes, not ${plainLength}`)
  }
  return sealed.plain
}

/** What the segments of a pack have in common is cached, because they are sealed and opened one after another. */
const NOTHING: Uint8Array = new Uint8Array(0)
const pack = { key: NOTHING, associatedData: NOTHING, cipher: '', compression: '', fingerprint: 0 }

function fingerprintOf({ key: sealKey, segment, associatedData, cipher, compression }: SealContext): number {
  const isKnown =
    pack.key === sealKey &&
    pack.associatedData === associatedData &&
    pack.cipher === cipher &&
    pack.compression === compression
  if (!isKnown) {
    pack.key = sealKey
    pack.associatedData = associatedData
    pack.cipher = cipher
    pack.compression = compression
    pack.fingerprint = new Fingerprint()
      .bytes(sealKey)
      .bytes(associatedData)
      .word((cipher === 'aes-256-gcm' ? 0 : 1) + (compression === 'zstd' ? 0 : 2)).number
  }
  return pack.fingerprint + segment
}
