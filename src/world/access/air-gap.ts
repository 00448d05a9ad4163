import { StoreUnavailableError } from '../../engine/errors.ts'
import { guardedStore } from '../../engine/stores/guarded-store.ts'
import type { BlobStore } from '../../engine/ports.ts'
import type { StepFunction } from '../timetable.ts'
import { countBelow } from '../../kernel/index.ts'

/**
 * A store that is connected at some hours only: at all other times requests over the network are refused, with any
 * credentials. A transfer under way when the hour ends runs to completion.
 * @param gap 1 while the store is disconnected, otherwise 0
 */
export function behindAirGap(blobs: BlobStore, gap: StepFunction, now_s: () => number): BlobStore {
  const assertConnected = (): void => {
    const at = countBelow(gap.from_s, now_s())
    const step = gap.from_s[at] === now_s() ? at : at - 1
    if (gap.value[Math.max(0, step)] === 1) throw new StoreUnavailableError(`${blobs.name} is not connected`)
  }
  return guardedStore(blobs, assertConnected)
}
