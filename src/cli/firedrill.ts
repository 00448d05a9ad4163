#!/usr/bin/env node
import module from 'node:module'
import zlib from 'node:zlib'

// An older Node would end with a SyntaxError in the middle of whatever module is linked first.
if (!('zstdCompressSync' in zlib)) {
  process.stderr.write(
    `firedrill: this is Node.js ${process.versions.node}, and 22.15 or later is needed (for zstd); see https://nodejs.org\n`,
  )
  process.exit(1)
}

/**
 * Where the command begins, from the sources and installed. Compiled modules are kept for the next start and for all threads:
 * without that each compiles them anew, and from the sources strips some hundred files. Node before 22.8 does without.
 */
const kept = module.enableCompileCache?.()
// Threads look for it here, and only here.
if (kept?.directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= kept.directory

// A reader that closes the pipe early (`firedrill … | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`firedrill: cannot write to stdout: ${error.message}\n`)
  process.exit(1)
})

const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
