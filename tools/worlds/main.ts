import { Worker } from 'node:worker_threads'
import type { Verdict } from './contradictions.ts'
import { randomWorld } from './random-world.ts'

/**
 * Plays random worlds to their end, and says what cannot be true of them: `npm run worlds`, `npm run worlds -- 5000 700`
 * for 5000 from number 700 on, `npm run worlds -- show 700` to read one. A world that takes longer than two minutes hangs.
 */
const HANGS_AFTER_MS = 120_000
const PROGRESS_EVERY = 100

const [first = '1000', second = '0', third = '2'] = process.argv.slice(2)
if (first === 'show') process.stdout.write(randomWorld(Number(second)).text)
else await playAll(Number(second), Number(first), Number(third))

async function playAll(from: number, count: number, threads: number): Promise<void> {
  let next = from
  let played = 0
  let failed = 0
  const outcomes = { recovered: 0, degraded: 0, lost: 0 }
  const began_ms = performance.now()
  const play = async (): Promise<void> => {
    let worker = newWorker()
    while (next < from + count) {
      const number = next++
      const verdict = await verdictOf(worker, number)
      if (verdict === undefined) {
        await worker.terminate()
        worker = newWorker()
      }
      const { wrong, outcomes: found } = verdict ?? { wrong: [`world-${number} hangs`], outcomes: {} }
      played += 1
      if (wrong.length > 0) failed += 1
      for (const what of wrong) process.stdout.write(`${what}\n`)
      for (const outcome of ['recovered', 'degraded', 'lost'] as const) outcomes[outcome] += found[outcome] ?? 0
      if (played % PROGRESS_EVERY === 0) process.stderr.write(`${played} worlds, ${failed} wrong\n`)
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: threads }, play))
  const { recovered, degraded, lost } = outcomes
  const seconds = Math.round((performance.now() - began_ms) / 1000)
  process.stdout.write(
    `${played} worlds from number ${from} in ${seconds} s: ${recovered} services recovered, ${degraded} degraded, ` +
      `${lost} lost; ${failed} worlds wrong\n`,
  )
  process.exitCode = failed === 0 ? 0 : 1
}

function newWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url))
}

/** Undefined when none comes. */
async function verdictOf(worker: Worker, number: number): Promise<Verdict | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Verdict | undefined>()
  const hangs = setTimeout(resolve, HANGS_AFTER_MS)
  worker.once('message', resolve)
  worker.once('error', reject)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  worker.postMessage(number)
  try {
    return await promise
  } finally {
    clearTimeout(hangs)
    worker.off('message', resolve).off('error', reject)
  }
}
