import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Executor } from '../../../src/experiment/execution/executor.ts'
import { queueAt } from '../../../src/experiment/execution/queue-backend.ts'
import { openQueue } from '../../../src/experiment/execution/queue.ts'
import { run } from '../../../src/experiment/run.ts'
import { loadScenario } from '../../../src/scenario/load.ts'
import { skipsWithout } from '../../real-parts.ts'
import { freePort, hasPostgres, hasRedis, killed, startPostgres, startRedis, startWorker } from './servers.ts'

/** Seconds: short, so that the blocks of a worker that is killed are not missed for long. */
const PATIENCE_S = 2

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firedrill-queue-'))
})
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) await killed(child)
  rmSync(folder, { recursive: true, force: true })
})
const own = (child: ChildProcess): ChildProcess => {
  children.push(child)
  return child
}

const scenario = await loadScenario(join(import.meta.dirname, '../../../scenarios/miniature.yaml'))
const DRILLS = { replications: 320, naturalWorlds: 16 }

/** Counts what is told of blocks before they are done. */
const listening = (queue: Executor): { readonly execute: Executor; readonly told: () => number } => {
  let findings = 0
  const runAndCount: Executor['run'] = (blocks, options = {}) =>
    queue.run(blocks, {
      ...options,
      onFinding(index, finding) {
        findings += 1
        options.onFinding?.(index, finding)
      },
    })
  return { execute: { workers: queue.workers, run: runAndCount }, told: () => findings }
}

describe('blocks on a queue', { timeout: 120_000 }, () => {
  it.skipIf(skipsWithout(hasRedis, 'no Redis (apt-get install redis-server)'))(
    'give the results of one process, byte for byte, although a worker and Redis are killed on the way',
    async () => {
      const port = await freePort()
      const url = `redis://127.0.0.1:${port}`
      const redis = own(await startRedis(port, folder))
      const victim = own(startWorker(url, PATIENCE_S))
      const queue = await openQueue(url)
      const deaths: string[] = []
      const { execute, told } = listening(queue)
      const results = await run(scenario, {
        ...DRILLS,
        execute,
        onProgress({ share }) {
          if (share > 0.1 && deaths.length === 0) {
            deaths.push('worker')
            victim.kill('SIGKILL')
            own(startWorker(url, PATIENCE_S))
          } else if (share > 0.5 && deaths.length === 1) {
            deaths.push('redis')
            void killed(redis).then(async () => own(await startRedis(port, folder)))
          }
        },
      })
      await queue.close()
      expect(deaths).toEqual(['worker', 'redis'])
      expect(told()).toBeGreaterThan(32)
      expect(JSON.stringify(results)).toBe(JSON.stringify(await run(scenario, DRILLS)))
    },
  )

  it.skipIf(
    skipsWithout(hasRedis && hasPostgres, 'no Redis or no PostgreSQL (apt-get install redis-server postgresql)'),
  )('are not done before their result is there, whenever somebody looks', async () => {
    const [redis, postgres] = [await freePort(), await freePort()]
    own(await startRedis(redis, folder))
    own(await startPostgres(postgres, folder))
    for (const url of [`redis://127.0.0.1:${redis}`, `postgres://firedrill@127.0.0.1:${postgres}/postgres`]) {
      const backend = await queueAt(url)
      const queue = backend.openQueue(() => {})
      await queue.ready()
      const worker = backend.openWorker(
        async () => 'a result',
        { concurrency: 1, patience_ms: 10_000 },
        () => {},
      )
      const { text, path, settings } = scenario
      const queued = {
        scenario: { text, path, settings },
        strategy: 'any',
        topology: 'base',
        seed: '1',
        traced: false,
        known: [],
        block: { batch: { from: 0, count: 1 }, slice: 0, slices: 1, part: 0, parts: 1, undisturbed: false },
      }
      for (let number = 0; number < 40; number++) {
        const name = `block-${number}`
        await queue.add(name, queued)
        let seen = await queue.look(name)
        while (seen.state === 'waiting') seen = await queue.look(name)
        expect(seen).toEqual({ state: 'done', result: 'a result' })
      }
      await worker.close()
      await queue.close()
    }
  })

  it.skipIf(skipsWithout(hasRedis, 'no Redis (apt-get install redis-server)'))(
    'let a worker go at the first Ctrl-C, although Redis is gone',
    async () => {
      const port = await freePort()
      const redis = own(await startRedis(port, folder))
      const worker = own(startWorker(`redis://127.0.0.1:${port}`, PATIENCE_S))
      let told = ''
      const ready = new Promise<void>((resolve) => {
        worker.stderr!.on('data', (text: Buffer) => (told += text.toString('utf8')) && resolve())
      })
      const ended = new Promise((resolve) => worker.once('exit', (code) => resolve(code)))
      await ready
      await killed(redis)
      worker.kill('SIGINT')
      expect(await ended).toBe(0)
      expect(told).toContain('the server does not answer; what it was not given is done again by other workers')
    },
  )

  it.skipIf(skipsWithout(hasPostgres, 'no PostgreSQL (apt-get install postgresql)'))(
    'go over PostgreSQL, too',
    async () => {
      const port = await freePort()
      own(await startPostgres(port, folder))
      const url = `postgres://firedrill@127.0.0.1:${port}/postgres`
      own(startWorker(url, PATIENCE_S))
      const queue = await openQueue(url)
      const { execute, told } = listening(queue)
      const results = await run(scenario, { replications: 64, execute })
      await queue.close()
      // Drill by drill, as threads tell; the last ones of a block may be overtaken by its result.
      expect(told()).toBeGreaterThan(32)
      expect(results.digest).toBe((await run(scenario, { replications: 64 })).digest)
    },
  )

  it('say that there is no server, or what an address is', async () => {
    await expect(openQueue('http://queue')).rejects.toThrow(/expected the address of a server, such as redis:/)
  })
})
