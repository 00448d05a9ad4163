/** The worker of the page: checks and runs scenarios, with the sources that the command line runs. */

import { z } from 'zod'
import { run } from '../experiment/run.ts'
import { weakSpots } from '../scenario/checks/weak-spots.ts'
import { jsonSchema } from '../scenario/json-schema.ts'
import { ScenarioError, parseScenario } from '../scenario/load.ts'
import type { Answer, Request } from './messages.ts'

/** Of messages, and of the id of the results. */
const FILE_NAME = 'scenario.yaml'

// The page's policy forbids code made of text, which zod would use to be faster.
z.config({ jitless: true })

globalThis.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'schema') reply({ kind: 'schema', schema: jsonSchema() })
  else if (data.kind === 'check') reply(check(data))
  else
    void runAll(data).then(reply, (error: unknown) =>
      reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    )
})

function reply(answer: Answer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  globalThis.postMessage(answer)
}

function check({ number, text }: Extract<Request, { kind: 'check' }>): Answer {
  try {
    const scenario = parseScenario(text, FILE_NAME)
    return {
      kind: 'checked',
      number,
      problems: [],
      remarks: [...scenario.warnings, ...weakSpots(scenario)],
      cells: scenario.strategies.length * scenario.topologies.length,
      name: scenario.name,
    }
  } catch (error) {
    if (!(error instanceof ScenarioError)) {
      return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
    }
    const problems = error.problems.map(({ path, message, place }) => ({ subject: path.join('.'), message, place }))
    return { kind: 'checked', number, problems, remarks: [], cells: 0, name: '' }
  }
}

async function runAll({ text, seed, replications }: Extract<Request, { kind: 'run' }>): Promise<Answer> {
  const scenario = parseScenario(text, FILE_NAME)
  const results = await run(scenario, {
    ...(seed === '' ? {} : { seed }),
    ...(replications === undefined ? {} : { replications }),
    onProgress: ({ share }) => reply({ kind: 'progress', share }),
  })
  return { kind: 'done', results }
}
