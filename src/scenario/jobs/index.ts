import type { z } from 'zod'
import type { Job } from '../../strategy/strategy.ts'
import type { Compilation } from '../compilation.ts'
import type { Path } from '../document/document.ts'
import { section } from '../schema/section.ts'
import { backup } from './backup.ts'
import { copy } from './copy.ts'
import { drill } from './drill.ts'
import { journal } from './journal.ts'
import { log } from './log.ts'
import { prune } from './prune.ts'
import type { JobNames, References } from './reader.ts'
import { replicate } from './replicate.ts'
import { snapshot } from './snapshot.ts'
import { synthesise } from './synthesise.ts'
import { verify } from './verify.ts'

/** Every kind of job that a scenario can have. */
const readers = { backup, copy, verify, replicate, snapshot, synthesise, prune, drill, log, journal } as const

export type JobKindName = keyof typeof readers

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `Object.keys` forgets the names
export const JOB_KINDS = Object.keys(readers) as JobKindName[]

/** One of: `backup: {…}`, `copy: {…}`, `verify: {…}`, … */
export const job = section({
  backup: backup.schema.optional(),
  copy: copy.schema.optional(),
  verify: verify.schema.optional(),
  replicate: replicate.schema.optional(),
  snapshot: snapshot.schema.optional(),
  synthesise: synthesise.schema.optional(),
  prune: prune.schema.optional(),
  drill: drill.schema.optional(),
  log: log.schema.optional(),
  journal: journal.schema.optional(),
}).meta({ id: 'job' })

export type JobDocument = z.output<typeof job>

/** Reads a job that matches the schema. Problems go to the compilation. */
export function readJob(
  kind: JobKindName,
  names: JobNames,
  written: unknown,
  path: Path,
  compilation: Compilation,
): Job {
  return readers[kind].read(names, written, path, compilation)
}

/** Whether each job of a kind works on one dataset. */
export function hasDataset(kind: JobKindName): boolean {
  return readers[kind].refers.dataset !== undefined
}

/** Names in a job that refer to something elsewhere. */
export function referencesOfJob({ kind }: Job): References {
  return readers[kind].refers
}
