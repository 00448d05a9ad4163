import { carrierOf } from '../../world/index.ts'
import type { World } from '../../world/index.ts'

/** The node that works with stores. */
export function carrier({ specification }: World, ...stores: readonly string[]): string {
  const node = carrierOf(specification, ...stores)
  if (node === undefined) throw new Error('a world without nodes cannot run jobs')
  return node
}
