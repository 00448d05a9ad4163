import { join } from 'node:path'
import { configDefaults, defineConfig } from 'vitest/config'

/** Files that put something else in the place of a module: whoever shares modules with them would get it too. */
const MOCKING = ['test/adapters/real/power-failures.test.ts']

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // V8 with memory protection keys may abort in threads that come and go with their WebAssembly ("jit_page.has_value()"):
    // package.json starts the tests without them.
    pool: 'threads',
    maxWorkers: 2,
    // Programs that tests start compile the same modules over and over without it.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    projects: [
      {
        // Modules are evaluated once a thread, not once a file: anew they were 40,000 evaluations, a quarter of all the time.
        extends: true,
        test: {
          name: 'shared',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...MOCKING],
        },
      },
      { extends: true, test: { name: 'isolated', include: MOCKING } },
    ],
  },
})
