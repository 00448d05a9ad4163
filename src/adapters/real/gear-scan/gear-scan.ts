import { alignment } from '../threads/shared-memory.ts'
import { MIX_BYTES, plainScan } from '../../../engine/bytes/gear-tables.ts'
import type { GearScan, GearTables } from '../../../engine/bytes/gear-tables.ts'
import { GEAR_SCAN } from './gear-scan-program.ts'

/** What gear-scan.wat exports. */
interface GearScanProgram {
  readonly memory: WebAssembly.Memory
  readonly scan: (start: number, limit: number, gearMask: number, mask: number) => number
}

/** Where the program has its tables, its keys, and its input. */
const KEYS_AT = 64
const BYTES_AT = 128
/** Bytes scanned in one call: the copy stays in the second-level cache. */
const PIECE_BYTES = 64 * 1024

let compiled: WebAssembly.Module | null | undefined

/** Uses vector instructions of WebAssembly where available: three times as fast as JavaScript, with the same result. */
export function fastScan(tables: GearTables, gearMask: number): GearScan {
  compiled ??= compile()
  if (compiled === null) return plainScan(tables, gearMask)
  const { exports } = new WebAssembly.Instance(compiled)
  if (!isGearScanProgram(exports)) throw new TypeError('gear-scan-program.ts is not the program that is expected')
  const { memory, scan } = exports
  const room = new Uint8Array(memory.buffer)
  room.set(tables.nibbles)
  new Int32Array(memory.buffer, KEYS_AT, tables.mixKeys.length).set(tables.mixKeys)
  return (bytes, start, limit, mask) => {
    for (let at = start; at < limit; at += PIECE_BYTES) {
      const end = Math.min(at + PIECE_BYTES, limit)
      const piece = bytes.subarray(at - MIX_BYTES, end)
      const to = BYTES_AT + alignment(piece)
      const first = to + MIX_BYTES
      room.set(piece, to)
      const found = scan(first, first + end - at, gearMask, mask)
      if (found > 0) return at + found - first
    }
    return 0
  }
}

/** Null where the machine has no vector instructions, or Node was told not to use WebAssembly. */
function compile(): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(Buffer.from(GEAR_SCAN, 'base64'))
  } catch {
    return null
  }
}

function isGearScanProgram(exports: object): exports is GearScanProgram {
  return (
    'memory' in exports &&
    exports.memory instanceof WebAssembly.Memory &&
    'scan' in exports &&
    typeof exports.scan === 'function'
  )
}
