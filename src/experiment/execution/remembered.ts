import type { BlockResult, Finding } from '../cell/run-block.ts'
import { findingIn, resultIn } from './block-file.ts'
import type { Found } from './block-file.ts'
import { blockId } from './block-identity.ts'
import type { Executor } from './executor.ts'

export interface Memory {
  /** What is known already. */
  readonly known: Found
  /** Takes what becomes known; a result is given only when it has. */
  readonly writer?: {
    add(id: string, result: BlockResult): Promise<void>
    note(id: string, finding: Finding): void
  }
  /** For how many workers the blocks were cut when what is known was found; as many as the executor has by default. */
  readonly workers?: number
}

/** Gives what is known, and lets another executor run the rest. */
export function remembered(rest: Executor, { known, writer, workers = rest.workers }: Memory): Executor {
  return {
    workers,
    async *run(blocks, { onProgress = () => {}, onFinding = () => {}, ...options } = {}) {
      const missing: { readonly index: number; readonly id: string }[] = []
      for (const [index, block] of blocks.entries()) {
        const id = blockId(block)
        const result = known.results.get(id)
        if (result === undefined) missing.push({ index, id })
        else yield { index, result: resultIn(result) }
      }
      if (missing.length === 0) return
      const left = missing.map(({ index, id }) => {
        const found = (known.findings.get(id) ?? []).map(findingIn)
        for (const finding of found) onFinding(index, finding)
        return { ...blocks[index]!, known: found }
      })
      const finished = rest.run(left, {
        ...options,
        onProgress: (k, share) => onProgress(missing[k]!.index, share),
        onFinding(k, finding) {
          const { index, id } = missing[k]!
          writer?.note(id, finding)
          onFinding(index, finding)
        },
      })
      for await (const { index: k, result } of finished) {
        const { index, id } = missing[k]!
        await writer?.add(id, result)
        yield { index, result }
      }
    },
  }
}
