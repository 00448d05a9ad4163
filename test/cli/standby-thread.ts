/** Stands between a test, which waits without a turn of its event loop, and the process that carries out its command lines. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'

let standby: ChildProcess | undefined
let finish = (_outcome: unknown): void => {}

/** Started when first needed, and anew after a command that ended it. */
function startStandby(): ChildProcess {
  const child = fork(join(import.meta.dirname, 'standby-process.ts'), {
    silent: true,
    execArgv: [],
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
  })
  let lastWords = ''
  child.stderr?.on('data', (text) => (lastWords += text))
  child.on('message', (outcome) => finish(outcome))
  child.on('exit', (code) => {
    standby = undefined
    finish({ code, stdout: '', stderr: `the process that carries out commands ended: ${lastWords}` })
  })
  return child
}

parentPort?.on('message', ({ commandLine, done }) => {
  finish = (outcome) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
    workerData.answers.postMessage(outcome)
    Atomics.store(done, 0, 1)
    Atomics.notify(done, 0)
    finish = () => {}
  }
  standby ??= startStandby()
  standby.send(commandLine)
})
