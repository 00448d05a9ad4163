import { UsageError } from '../exit.ts'

/** When a command ends with what it knows by then: after a time, or after a number of drills. */
export interface Budget {
  readonly ms?: number
  readonly drills?: number
}

/**
 * Reads `--budget`.
 * @throws UsageError
 */
export async function readBudget(text: string): Promise<Budget> {
  const [, drills] = /^(\d+) ?drills?$/.exec(text.trim()) ?? []
  if (drills !== undefined && Number(drills) > 0) return { drills: Number(drills) }
  const { parseQuantity } = await import('../../scenario/quantities/units.ts')
  const parsed = parseQuantity(text, 'seconds')
  if ('value' in parsed && parsed.value > 0) return { ms: parsed.value * 1000 }
  throw new UsageError(`--budget ${text}: expected a time such as "10 min", or drills such as "5000 drills"`)
}
