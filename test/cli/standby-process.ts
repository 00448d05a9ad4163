/** Carries out one command line after another, each as `src/cli/firedrill.ts` would in a process of its own. */
import { Console } from 'node:console'
import module from 'node:module'
import { Writable } from 'node:stream'
import type { CommandLine, Outcome } from './command-line.ts'

// As firedrill.ts does: threads of commands find compiled modules here.
const kept = module.enableCompileCache().directory
const { main } = await import('../../src/cli/main.ts')

async function carryOut({ words, folder, environment }: CommandLine): Promise<Outcome> {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment, { NODE_COMPILE_CACHE: kept })
  process.chdir(folder)
  process.argv.splice(2, Infinity, ...words)
  const [stdout, stderr] = [new Caught(), new Caught()]
  Object.defineProperty(process, 'stdout', { value: stdout, configurable: true })
  Object.defineProperty(process, 'stderr', { value: stderr, configurable: true })
  // The parser prints --help by it, and it keeps to the streams that it first met.
  globalThis.console = new Console(stdout, stderr)
  const code = await main(words)
  return { code, stdout: stdout.text, stderr: stderr.text }
}

/** A stream for what one command writes. A new one for each: commands leave listeners on it, as they may at their end. */
class Caught extends Writable {
  readonly #pieces: Buffer[] = []

  override _write(piece: Buffer, _encoding: BufferEncoding, written: () => void): void {
    this.#pieces.push(piece)
    written()
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString()
  }
}

process.on('message', (commandLine: CommandLine) => {
  void carryOut(commandLine).then((outcome) => process.send?.(outcome))
})
process.on('disconnect', () => process.exit())
