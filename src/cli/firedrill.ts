#!/usr/bin/env node
import module from 'node:module'
import zlib from 'node:zlib'

// An older Node would fail with a SyntaxError in whichever module is linked first, so this is checked before any import.
if (!('zstdCompressSync' in zlib)) {
  process.stderr.write(
    `firedrill: this is Node.js ${process.versions.node}, and 22.15 or later is needed (for zstd); see https://nodejs.org\n`,
  )
  process.exit(1)
}

/**
 * The entry point of the command, both from the sources and installed. Compiled modules are cached for the next start and for all
 * threads, each of which would otherwise compile them again (and, from the sources, strip the types of some hundred files first).
 * Node before 22.8 has no such cache.
 */
const kept = module.enableCompileCache?.()
// Threads look for the folder of the cache in this variable, and only there.
if (kept?.directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= kept.directory

// A reader that closes the pipe early (`firedrill … | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`firedrill: cannot write to stdout: ${error.message}\n`)
  process.exit(1)
})

const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
