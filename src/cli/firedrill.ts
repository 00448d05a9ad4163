#!/usr/bin/env node
import module from 'node:module'

/**
 * Where the command begins, from the sources and installed. Compiled modules are kept for the next start and for all threads:
 * without that each compiles them anew, and from the sources strips some hundred files. Node before 22.8 does without.
 */
const kept = module.enableCompileCache?.()
// Threads look for it here, and only here.
if (kept?.directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= kept.directory

await import('./main.ts')
