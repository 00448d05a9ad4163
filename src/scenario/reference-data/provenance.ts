import type { Assumption } from '../scenario.ts'

/** Where a figure comes from, how reliable it is, and its date. */
export type Provenance = Pick<Assumption, 'source' | 'mark' | 'date'>
