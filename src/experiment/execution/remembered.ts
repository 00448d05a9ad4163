import { blockId, resultOfText, textOfResult } from './block-identity.ts'
import type { Executor } from './executor.ts'

export interface Memory {
  /** What is known already, by the ids of the blocks. */
  readonly known: ReadonlyMap<string, string>
  /** Takes what becomes known; a result is given only when it has. */
  readonly note?: (id: string, result: string) => Promise<void>
  /** For how many workers the blocks were cut when what is known was found; as many as the executor has by default. */
  readonly workers?: number
}

/** Gives what is known, and lets another executor run the rest. */
export function remembered(rest: Executor, { known, note, workers = rest.workers }: Memory): Executor {
  return {
    workers,
    async *run(blocks, { onProgress = () => {}, ...options } = {}) {
      const ids = blocks.map(blockId)
      const missing: number[] = []
      for (const [index, id] of ids.entries()) {
        const result = known.get(id)
        if (result === undefined) missing.push(index)
        else yield { index, result: resultOfText(result) }
      }
      if (missing.length === 0) return
      const finished = rest.run(
        missing.map((index) => blocks[index]!),
        { ...options, onProgress: (index, share) => onProgress(missing[index]!, share) },
      )
      for await (const { index, result } of finished) {
        const own = missing[index]!
        await note?.(ids[own]!, textOfResult(result))
        yield { index: own, result }
      }
    },
  }
}
