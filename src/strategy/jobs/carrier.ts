import { carrierOf } from '../../world/index.ts'
import type { World } from '../../world/index.ts'

/** Name of the node that works on these stores. */
export function carrier({ specification }: World, ...stores: readonly string[]): string {
  const node = carrierOf(specification, ...stores)
  if (node === undefined) throw new Error('a world without nodes cannot run jobs')
  return node
}
