import type { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { list, named, number, reference, section } from './section.ts'

const vm = section({
  host: reference('a node'),
  cores: number({ min: 1, whole: true, example: '4' }).optional(),
  /** Where its images are, when not on the disks of its host. */
  'images-on': reference('a node').optional(),
  restart: section({
    on: list(reference('a node')),
    within: quantity('seconds', { example: '3 min' }),
  }).optional(),
})

/** Virtual machines. They share the cores, disks and links of their hosts. */
export const vms = named(vm)

export type VmDocument = z.output<typeof vm>
