import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // V8 with memory protection keys may abort in threads that come and go with their WebAssembly ("jit_page.has_value()"):
    // package.json starts the tests without them.
    pool: 'threads',
    maxWorkers: 2,
    // Programs that tests start compile the same modules over and over without it.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
  },
})
