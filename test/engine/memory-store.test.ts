import { describeBlobStore } from '../adapters/blob-store-conformance.ts'
import { MemoryStore } from './memory-store.ts'

for (const locks of [true, false])
  describeBlobStore(`the memory of these tests (lock: ${locks})`, async () => {
    const store = new MemoryStore(1_767_571_200, locks)
    return {
      store,
      now: () => store.now,
      ...(locks
        ? {
            async passInstant(instant: number) {
              store.now = instant
            },
          }
        : {}),
    }
  })
