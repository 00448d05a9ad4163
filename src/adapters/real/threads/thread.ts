import { Worker } from 'node:worker_threads'

/** Starts a thread with one of the programs in this folder, compiled or not. */
export function startThread(program: 'pool-worker' | 'writing-worker', workerData?: unknown): Worker {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  return new Worker(new URL(`./${program}${extension}`, import.meta.url), {
    workerData,
    // Options about a program given on the command line do not apply to the worker's file.
    execArgv: process.execArgv.filter((word) => !word.startsWith('--input-type')),
  })
}
