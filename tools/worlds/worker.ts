import { parentPort } from 'node:worker_threads'
import { judge } from './contradictions.ts'
import { randomWorld } from './random-world.ts'

/** Plays the worlds whose numbers it is sent, and answers each with its verdict. */
parentPort?.on('message', (number: number) => void answer(number))

async function answer(number: number): Promise<void> {
  const verdict = await judge(randomWorld(number), `world-${number}`)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
  parentPort?.postMessage(verdict)
}
