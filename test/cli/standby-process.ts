/** Carries out one command line after another, each as `src/cli/firedrill.ts` would in a process of its own. */
import module from 'node:module'
import type { CommandLine, Outcome } from './command-line.ts'

// As firedrill.ts does: threads of commands find compiled modules here.
const kept = module.enableCompileCache().directory
const { main } = await import('../../src/cli/main.ts')

async function carryOut({ words, folder, environment }: CommandLine): Promise<Outcome> {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment, { NODE_COMPILE_CACHE: kept })
  process.chdir(folder)
  process.argv.splice(2, Infinity, ...words)
  const [stdout, stderr] = [intoText(process.stdout), intoText(process.stderr)]
  const code = await main(words)
  return { code, stdout: stdout(), stderr: stderr() }
}

/** Turns what is written to the stream into a text, which is given once and begun anew. */
function intoText(stream: NodeJS.WriteStream): () => string {
  const pieces: Buffer[] = []
  stream.write = (piece: Uint8Array | string, ...more: unknown[]) => {
    pieces.push(Buffer.from(piece as string))
    const written = more.at(-1)
    if (typeof written === 'function') written()
    return true
  }
  return () => Buffer.concat(pieces).toString()
}

process.on('message', (commandLine: CommandLine) => {
  void carryOut(commandLine).then((outcome) => process.send?.(outcome))
})
process.on('disconnect', () => process.exit())
