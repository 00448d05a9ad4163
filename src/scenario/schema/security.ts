import { z } from 'zod'
import { list, named, reference, section, text } from './section.ts'

/** The rights that a credential gives on a store, and the role of its repository key. */
const credential = section({
  store: reference('a store').optional(),
  /** A node: the credential administers its disks, with the snapshots on them. */
  array: reference('a node').optional(),
  may: z.array(z.enum(['read', 'write', 'delete'])).default([]),
  key: z.enum(['administrator', 'writer', 'reader']).optional(),
  unlocks: z.array(reference('a credential')).default([]),
})

const principal = section({
  node: reference('a node').optional(),
  holds: list(reference('a credential')),
  does: z.array(text('backup')).default([]),
})

/** Which principals hold which credentials, and what those open. */
export const security = section({ credentials: named(credential), principals: named(principal) })

export type SecurityDocument = z.output<typeof security>
