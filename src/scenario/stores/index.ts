import { z } from 'zod'
import type { StoreSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import { named } from '../schema/section.ts'
import { cluster } from './cluster.ts'
import { courier } from './courier.ts'
import { disk } from './disk.ts'
import { object } from './object.ts'
import { tape } from './tape.ts'

/** Every kind of store that a scenario can have. */
const readers = [disk, object, tape, cluster, courier] as const

type Reader = (typeof readers)[number]
type SchemasOf<Readers extends readonly Reader[]> = { [At in keyof Readers]: Readers[At]['schema'] }

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `map` forgets that it keeps the places of a tuple
const schemas = readers.map(({ schema }) => schema) as unknown as SchemasOf<typeof readers>

export const stores = named(z.discriminatedUnion('kind', schemas))

export type StoreDocument = z.output<typeof stores>[string]

const byKind = new Map<string, Reader>(readers.map((reader) => [reader.kind, reader]))

/** Reads a store that matches the schema. Problems and assumptions go to the compilation. */
export function readStore(name: string, written: StoreDocument, compilation: Compilation): StoreSpecification {
  const reader = byKind.get(written.kind)
  if (reader === undefined) throw new Error(`the schema let a store of kind ${written.kind} through`)
  return reader.read(name, written, compilation)
}
