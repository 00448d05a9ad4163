import { blockId, newsOfText, resultOfText, textOfResult } from './block-identity.ts'
import type { CellBlock, FinishedBlock, OpenExecutor } from './executor.ts'
import { QueueError, queueAt } from './queue-backend.ts'
import type { BlockQueue } from './queue-backend.ts'

export interface QueueOptions {
  /** Into how many blocks that can run side by side the work is cut: about as many as all workers together have threads. */
  readonly workers?: number
  /** Called when a connection is lost, or something else goes wrong that will pass. */
  readonly onTrouble?: (message: string) => void
}

const WORKERS = 16
const PATIENCE_MS = 10_000
/** Events of the server say what to look at. As they can be lost together with a server, everything is looked at now and then. */
const LOOK_EVERY_MS = 2000

/**
 * Hands blocks to workers on other machines through a queue on a Redis or PostgreSQL server. If a worker or the server dies, a
 * block may run twice; both results are the same, and one of them counts.
 * @param url address of the server, such as redis://host:6379 or postgres://user@host/database
 * @throws QueueError when the server cannot be reached, or the package for it is not installed
 */
export async function openQueue(url: string, options: QueueOptions = {}): Promise<OpenExecutor> {
  const { workers = WORKERS, onTrouble = () => {} } = options
  const backend = await queueAt(url)
  const queue = backend.openQueue(onTrouble)
  await reachable(url, queue.ready())
  return {
    workers,
    async *run(blocks, { signal, onProgress = () => {}, onFinding = () => {} } = {}) {
      const waiting = new Waiting()
      const deafen = queue.onEnd((name) => waiting.touch(name))
      const outstanding = new Map(blocks.map((block, index) => [jobName(block), { block, index }]))
      const stopNews = queue.onNews((name, text) => {
        const own = outstanding.get(name)
        if (own === undefined) return
        const news = newsOfText(text)
        if ('share' in news) onProgress(own.index, news.share)
        else onFinding(own.index, news.finding)
      })
      const stop = (): void => waiting.end()
      if (signal?.aborted === true) stop()
      signal?.addEventListener('abort', stop)
      try {
        for (const [name, { block }] of outstanding) {
          // A block that failed for an earlier caller is tried again.
          if ((await queue.look(name)).state === 'failed') await queue.remove(name)
          await handIn(queue, name, block)
        }
        while (outstanding.size > 0 && !waiting.ended) {
          for (const name of waiting.touched() ?? outstanding.keys()) {
            const own = outstanding.get(name)
            if (own === undefined) continue
            const text = await resultOf(queue, name, own.block)
            if (text === undefined) continue
            outstanding.delete(name)
            const finished: FinishedBlock = { index: own.index, result: resultOfText(text) }
            yield finished
          }
          if (outstanding.size > 0) await waiting.sleep()
        }
      } finally {
        signal?.removeEventListener('abort', stop)
        deafen()
        stopNews()
        // Blocks that are no longer needed are removed from the queue; running ones continue.
        await Promise.all(blocks.map(async (block) => queue.remove(jobName(block))))
      }
    },
    close: () => queue.close(),
  }
}

/** Collects the jobs for which there was an event; after a while without any event, it asks for all of them. */
class Waiting {
  readonly #names = new Set<string>()
  #looked_ms = performance.now()
  #wake: (() => void) | undefined
  ended = false

  touch(name: string): void {
    this.#names.add(name)
    this.#wake?.()
  }

  /** The jobs to look at; undefined for all of them. */
  touched(): readonly string[] | undefined {
    const names = [...this.#names]
    this.#names.clear()
    if (performance.now() - this.#looked_ms < LOOK_EVERY_MS) return names
    this.#looked_ms = performance.now()
    return undefined
  }

  async sleep(): Promise<void> {
    if (this.ended || this.#names.size > 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  end(): void {
    this.ended = true
    this.#wake?.()
  }
}

/** Names must not be numbers. */
function jobName(block: CellBlock): string {
  return `block-${blockId(block)}`
}

async function handIn(queue: BlockQueue, name: string, { cell, block, known = [] }: CellBlock): Promise<void> {
  const { scenario, strategy, topology, seed, traced = false } = cell
  const { text, path, settings } = scenario
  const names = { strategy: strategy.name, topology: topology.name }
  const queued = { scenario: { text, path, settings }, ...names, seed, traced, block, known: known.map(textOfResult) }
  await queue.add(name, queued)
}

async function resultOf(queue: BlockQueue, name: string, block: CellBlock): Promise<string | undefined> {
  const job = await queue.look(name)
  if (job.state === 'done') return job.result
  if (job.state === 'failed') {
    const { strategy, topology } = block.cell
    throw new QueueError(`a worker could not run a block of ${strategy.name} on ${topology.name}: ${job.reason}`)
  }
  // A server that died may have lost the last second before its death.
  if (job.state === 'gone') await handIn(queue, name, block)
  return undefined
}

async function reachable(url: string, ready: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueError(`no answer from ${withoutPassword(url)}`)), PATIENCE_MS)
  })
  try {
    await Promise.race([ready, late])
  } finally {
    clearTimeout(timer)
  }
}

function withoutPassword(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null) return url
  parsed.password = ''
  return parsed.href
}
