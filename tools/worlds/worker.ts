import { parentPort } from 'node:worker_threads'
import { judge } from './contradictions.ts'
import { randomWorld } from './random-world.ts'

/** Plays the worlds whose numbers it is sent, and answers each with its verdict. */
parentPort?.on('message', (number: number) => {
  void judge(randomWorld(number), `world-${number}`).then((verdict) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
    parentPort?.postMessage(verdict)
  })
})
