/** What runs in the browser: a whole experiment in a Web Worker, with the sources that Node runs. */
import { run } from '../../src/experiment/run.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { fromText } from './plain-text.ts'

globalThis.addEventListener('message', ({ data }: MessageEvent<string>) => {
  const scenario = fromText(data) as Scenario
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  const reply = (answer: unknown): void => globalThis.postMessage(answer)
  run(scenario, { traced: true }).then(
    ({ digest, traceDigest }) => reply({ digest, traceDigest, node: typeof globalThis.process }),
    (error: unknown) => reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
