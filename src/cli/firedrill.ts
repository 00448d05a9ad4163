import module from 'node:module'

/**
 * `npm run firedrill`: from the sources. Compiled modules are kept for the next start and for all threads: without that each
 * strips and compiles some hundred files anew. Node before 22.8 does without.
 */
const kept = module.enableCompileCache?.()
// Threads look for it here, and only here.
if (kept?.directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= kept.directory

await import('./main.ts')
