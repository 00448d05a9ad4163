import { EngineError, StoreUnavailableError } from '../../engine/errors.ts'
import type { Flow } from '../../kernel/index.ts'

/** Waits for a flow. A failure of the world passes as it is if it is an engine error, and becomes `asError` otherwise. */
export function passed(flow: Flow, asError: (message: string, cause: unknown) => EngineError): Promise<void> {
  return flow.done.catch((error: unknown) => {
    if (error instanceof EngineError) throw error
    throw asError(error instanceof Error ? error.message : String(error), error)
  })
}

export function unavailable(message: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(message, { cause })
}
