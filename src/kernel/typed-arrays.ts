/** A copy of an array with room for twice as many elements. */
export function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer>
export function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer>
export function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer>
export function doubled(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
export function doubled(
  array: Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
): typeof array {
  const length = array.length * 2
  const larger =
    array instanceof Float64Array
      ? new Float64Array(length)
      : array instanceof Int32Array
        ? new Int32Array(length)
        : array instanceof Uint32Array
          ? new Uint32Array(length)
          : new Uint8Array(length)
  larger.set(array)
  return larger
}
