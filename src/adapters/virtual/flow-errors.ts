import { EngineError, StoreUnavailableError } from '../../engine/errors.ts'
import type { Flow } from '../../kernel/index.ts'

/**
 * Waits for a flow. What kills one is a failure of the world: an engine error passes as it is, any other becomes
 * `asError`.
 */
export async function passed(flow: Flow, asError: (message: string, cause: unknown) => EngineError): Promise<void> {
  try {
    await flow.done
  } catch (error) {
    if (error instanceof EngineError) throw error
    throw asError(error instanceof Error ? error.message : String(error), error)
  }
}

export function unavailable(message: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(message, { cause })
}
