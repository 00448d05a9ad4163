import type { Content } from '../../engine/ports.ts'

/** The bytes of a content that is held, not described. Disks can take no other. */
export function heldBytes(content: Content): Uint8Array {
  if (content instanceof Uint8Array) return content
  throw new TypeError('a real adapter was given described content; extents belong to the virtual adapters')
}
