/**
 * Builds the page: everything that a browser needs, in one folder that any web server can serve.
 *
 *   npm run page              into dist/www
 *   npm run page -- FOLDER    elsewhere
 */
import { join, resolve } from 'node:path'
import { build } from 'vite'
import type { Plugin } from 'vite'

const SOURCES = join(import.meta.dirname, '../src')

/** Puts what runs in browsers in the place of what needs Node. */
const forBrowsers: Plugin = {
  name: 'for browsers',
  enforce: 'pre',
  resolveId(source) {
    if (source.endsWith('/cryptography.ts')) return join(SOURCES, 'engine/cryptography/cryptography-browser.ts')
    if (source === 'csv-parse/sync') return join(SOURCES, 'page/without-node/csv-parse.ts')
    const name = /^node:(fs|path|assert)(\/promises|\/strict)?$/.exec(source)?.[1]
    if (name !== undefined) return join(SOURCES, 'page/without-node', `${name}.ts`)
    return undefined
  },
}

/** @param folder is emptied first */
export async function buildPage(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: join(SOURCES, 'page'),
    base: './',
    logLevel: 'error',
    plugins: [forBrowsers],
    worker: { format: 'es', plugins: () => [forBrowsers] },
    build: { outDir: folder, emptyOutDir: true, target: 'es2024', chunkSizeWarningLimit: 2000 },
  })
}

if (process.argv[1] === import.meta.filename) await buildPage(resolve(process.argv[2] ?? 'dist/www'))
