import { join } from 'node:path'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command line without `firedrill`, where it is given, and all that is in the environment. */
export interface CommandLine {
  readonly words: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** No command of a test takes longer. */
const LIMIT_MS = 240_000

const channel = new MessageChannel()
let standby: Worker | undefined

/**
 * Carries out a command line and waits for it. It runs in a process of its own, in its folder and environment, but in one that
 * stays: to load and compile all of firedrill anew took longer than most commands. What a process does when it is started and
 * ended (signals, output that nobody reads, `package.json`) has tests that start it.
 */
export function firedrill({ words, folder, environment }: CommandLine): Outcome {
  if (standby === undefined) {
    standby = new Worker(join(import.meta.dirname, 'standby-thread.ts'), {
      workerData: { answers: channel.port2 },
      transferList: [channel.port2],
      execArgv: [],
    })
    standby.unref()
  }
  const done = new Int32Array(new SharedArrayBuffer(4))
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  standby.postMessage({ commandLine: { words, folder, environment }, done })
  if (Atomics.wait(done, 0, 0, LIMIT_MS) === 'timed-out') throw new Error(`firedrill ${words.join(' ')} does not end`)
  return receiveMessageOnPort(channel.port1)!.message
}

/** `firedrill …` in this folder. */
export function commandLineIn(folder: string): (...words: string[]) => Outcome {
  return (...words) => firedrill({ words, folder, environment: { PATH: process.env['PATH'], NO_COLOR: '1' } })
}
