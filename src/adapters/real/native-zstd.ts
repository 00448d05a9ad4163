import { freshBytes } from '../../engine/bytes/held-bytes.ts'
import { nodeCodec } from '../../engine/bytes/bytes-fidelity.ts'
import type { Codec } from '../../engine/bytes/bytes-fidelity.ts'
import { COMPRESSION_LEVEL } from '../../engine/cryptography/compression-level.ts'
import { AuthenticationError } from '../../engine/errors.ts'
import { fromNode } from './koffi.ts'
import type { NodeLibrary } from './koffi.ts'

/**
 * The zstd compiled into Node, called through koffi: Node itself creates a context for each call, with tables to clear
 * and buffers through which everything is copied. Keeping one context takes a sixth less time (decision 0042).
 */

/** ZSTD_c_compressionLevel of <zstd.h>. */
const COMPRESSION_LEVEL_PARAMETER = 100

let codec: Codec | undefined

/** The fastest implementation available: zstd called directly where Node exports it, otherwise Node's own API. */
export function fastCodec(): Codec {
  return (codec ??= nativeCodec() ?? nodeCodec)
}

/** Undefined without koffi, or where Node does not export zstd. */
export function nativeCodec(): Codec | undefined {
  return fromNode(bind)
}

function bind(node: NodeLibrary): Codec {
  const bound = node.func('size_t ZSTD_compressBound(size_t length)')
  const compress = node.func(
    'size_t ZSTD_compress2(void *context, uint8_t *into, size_t capacity, const uint8_t *from, size_t length)',
  )
  const decompress = node.func(
    'size_t ZSTD_decompressDCtx(void *context, uint8_t *into, size_t capacity, const uint8_t *from, size_t length)',
  )
  const compression = node.func('void *ZSTD_createCCtx()')()
  const decompression = node.func('void *ZSTD_createDCtx()')()
  if (compression === null || decompression === null) throw new Error('zstd has no memory for a context')
  const setParameter = node.func('size_t ZSTD_CCtx_setParameter(void *context, int parameter, int value)')
  /** That of the context. */
  let current: number | undefined
  /** Reused for everything that is compressed: fresh memory is expensive, page by page. */
  let room = freshBytes(0)
  return {
    compress(plain, level = COMPRESSION_LEVEL) {
      if (level !== current) setParameter(compression, COMPRESSION_LEVEL_PARAMETER, level)
      current = level
      const capacity = Number(bound(plain.length))
      if (room.length < capacity) room = freshBytes(capacity)
      const length = Number(compress(compression, room, room.length, plain, plain.length))
      if (length > room.length) throw new Error('zstd cannot compress: no memory')
      return room.subarray(0, length)
    },
    decompress(compressed, plainLength) {
      const plain = freshBytes(plainLength)
      // Errors are numbers greater than any length.
      const length = Number(decompress(decompression, plain, plainLength, compressed, compressed.length))
      if (length > plainLength) throw new AuthenticationError('the stored bytes cannot be decompressed')
      if (length === plainLength) return plain
      throw new AuthenticationError(`the stored bytes hold ${length} bytes, not ${plainLength}`)
    },
  }
}
