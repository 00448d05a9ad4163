import { z } from 'zod'
import { list, named, reference, section, text } from './section.ts'

/** What a store lets a credential do, and what the key of its repositories is for. */
const credential = section({
  store: reference('a store').optional(),
  /** A node: the disks that it administers, with the snapshots on them. */
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

/** Who holds which credential, and what that opens. */
export const security = section({ credentials: named(credential), principals: named(principal) })

export type SecurityDocument = z.output<typeof security>
