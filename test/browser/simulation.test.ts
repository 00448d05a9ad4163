import { builtinModules } from 'node:module'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from 'vite'
import type { Plugin } from 'vite'
import { run } from '../../src/experiment/run.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { toText } from './plain-text.ts'
import { noChromium, startChromium } from '../chromium.ts'

const SOURCES = join(import.meta.dirname, '../../src')

/** Puts the engine's cryptography for browsers in the place of that for Node, and notes what of Node is asked for. */
function forBrowsers(ofNode: string[]): Plugin {
  return {
    name: 'for browsers',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source.endsWith('/cryptography.ts')) return join(SOURCES, 'engine/cryptography/cryptography-browser.ts')
      if (source.startsWith('node:') || builtinModules.includes(source)) ofNode.push(`${source} from ${importer}`)
      return undefined
    },
  }
}

async function bundle(): Promise<{ code: string; ofNode: string[]; modules: string[] }> {
  const ofNode: string[] = []
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [forBrowsers(ofNode)],
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: join(import.meta.dirname, 'simulation-worker.ts'), output: { format: 'iife' } },
    },
  })
  const [bundled] = [built].flat()
  if (bundled === undefined || !('output' in bundled)) throw new Error('nothing was bundled')
  const [{ code, moduleIds }] = bundled.output
  expect(bundled.output).toHaveLength(1)
  return { code, ofNode, modules: moduleIds }
}

describe('kernel, engine, world and experiments in a browser', { timeout: 120_000 }, async () => {
  const { code, ofNode, modules } = await bundle()

  it('are bundled without anything of Node', () => {
    const parts = new Set(modules.map((path) => /src\/(\w+)\//.exec(path)?.[1]))
    expect([...parts]).toEqual(
      expect.arrayContaining(['kernel', 'engine', 'adapters', 'world', 'strategy', 'experiment']),
    )
    expect(modules.filter((path) => path.includes('adapters/real'))).toEqual([])
    // seedrandom asks for it to seed itself from the machine, which never happens, and does without it in browsers.
    expect(ofNode.filter((each) => !each.includes('node_modules/seedrandom/'))).toEqual([])
    expect(/["'`]node:/.exec(code)).toBeNull()
  })

  describe.skipIf(noChromium)('in a Web Worker of Chromium', () => {
    let context: BrowserContext

    beforeAll(async () => {
      context = await startChromium()
      await context.route('http://firedrill.test/**', (route) =>
        route.fulfill(
          route.request().url().endsWith('.js')
            ? { contentType: 'text/javascript', body: code }
            : { contentType: 'text/html', body: '<!doctype html><title>firedrill</title>' },
        ),
      )
    })

    afterAll(async () => {
      await context?.close()
    })

    it.each(['scenarios/miniature.yaml', 'test/experiment/office.yaml'])(
      '%s gives the digest of results and of the full trace that it gives on Node',
      async (path) => {
        const scenario = await loadScenario(path)
        const { digest, traceDigest } = await run(scenario, { traced: true })
        const page = await context.newPage()
        await page.goto('http://firedrill.test/')
        const answer = await page.evaluate(
          (text) =>
            new Promise((resolve) => {
              const worker = new Worker('/worker.js')
              worker.addEventListener('message', ({ data }) => resolve(data))
              worker.addEventListener('error', ({ message }) => resolve({ error: message }))
              // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
              worker.postMessage(text)
            }),
          toText(scenario),
        )
        expect(answer).toEqual({ digest, traceDigest, node: 'undefined' })
      },
    )
  })
})
