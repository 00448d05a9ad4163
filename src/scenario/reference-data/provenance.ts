import type { Assumption } from '../scenario.ts'

/** Where a figure comes from, how sure it is, and of when it is. */
export type Provenance = Pick<Assumption, 'source' | 'mark' | 'date'>
