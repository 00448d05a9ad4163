import { guardedStore } from '../../engine/stores/guarded-store.ts'
import type { BlobStore } from '../../engine/ports.ts'
import { InterruptedError } from '../exit.ts'
import { onInterrupt } from '../running/interrupt.ts'

let interruption: AbortSignal | undefined

/**
 * From now on Ctrl-C ends the operation like an error: writes under way are completed, nothing more is begun, and the
 * operation is recorded as failed. A second Ctrl-C ends the program at once, which leaves nothing that a crash would
 * not.
 */
export function stopOnSignals(): void {
  if (interruption !== undefined) return
  interruption = onInterrupt().signal
  interruption.addEventListener('abort', () => {
    process.stderr.write(`${process.stderr.isTTY ? '\r\u001B[K' : ''}stopping; Ctrl-C once more stops at once\n`)
  })
}

/** @throws InterruptedError once the user has asked to stop */
export function throwIfStopped(): void {
  if (interruption?.aborted === true)
    throw new InterruptedError(
      'interrupted; the repository is sound, and the same command goes on from what is done (restore: with --resume)',
    )
}

/**
 * The store, which begins nothing more once the user has asked to stop, except that what has been stored is entered in the
 * index: the same command then goes on from it.
 */
export function stoppable(store: BlobStore): BlobStore {
  return {
    ...guardedStore(store, throwIfStopped, throwIfStopped),
    async put(name, parts, options) {
      if (!name.startsWith('index/')) throwIfStopped()
      await store.put(name, parts, options)
    },
  }
}
