import yargs from 'yargs'
import type { Argv } from 'yargs'
import { EXIT, IncompleteError, InterruptedError, RequirementNotMetError, UsageError } from './exit.ts'
import { firedrillVersion } from '../experiment/version.ts'
import { calibrateCommand } from './calibrate.ts'
import { checkCommand } from './check.ts'
import { compareCommand } from './compare.ts'
import { lossesCommand } from './losses.ts'
import { mergeCommand } from './merge.ts'
import { newCommand } from './new.ts'
import { optimizeCommand } from './optimize.ts'
import { planCommand } from './plan.ts'
import { repoCommand } from './repo/repo.ts'
import { inOurWords } from './our-words.ts'
import { runCommand } from './run.ts'
import { scanCommand } from './scan.ts'
import { sweepCommand } from './sweep.ts'
import { serveCommand } from './serve.ts'
import { traceCommand } from './trace.ts'
import { workerCommand } from './worker.ts'
import { visibleText } from './visible-text.ts'

/** Errors about the user's input. Their messages say everything, so no stack trace is printed. */
const FAULTS_OF_INPUT = [
  'BlockFileError',
  'QueueError',
  'ScenarioError',
  'HistoryError',
  'NoResultsError',
  'NotPairedError',
]

/** Parses and carries out one command line, `firedrill` left out; resolves with the exit code. */
export async function main(typed: readonly string[]): Promise<number> {
  const words = withoutHabits(typed)
  // The command whose --help is recommended, as far as the command line could be understood.
  let asked = `firedrill ${words.slice(0, words[0] === 'repo' ? 2 : 1).join(' ')}`
  const parser = yargs(words)
  tellExamplesInLines(parser)
  parser
    .scriptName('firedrill')
    // By default the parser reads the package.json of the folder in which it is called.
    .version(firedrillVersion())
    .usage('$0 COMMAND\n\nRehearse your backups before the fire: simulate backup and recovery strategies.')
    .command(newCommand)
    .command(checkCommand)
    .command(runCommand)
    .command(compareCommand)
    .command(sweepCommand)
    .command(optimizeCommand)
    .command(planCommand)
    .command(lossesCommand)
    .command(mergeCommand)
    .command(workerCommand)
    .command(traceCommand)
    .command(serveCommand)
    .command(calibrateCommand)
    .command(scanCommand)
    .command(repoCommand)
    .completion('completion', 'Print what makes a shell complete our commands: eval "$(firedrill completion)"')
    .demandCommand(1, 'Say what to do: a command is missing.')
    .strict()
    .recommendCommands()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilog(
      'Exit codes: 0 done; 1 failed; 2 wrong command line or scenario; 3 done, but a --require is not met or a backup is incomplete; 130 interrupted.',
    )
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined, usage) => {
      const help = helpOf(usage)
      asked = /^firedrill[^<[\n]*/.exec(help)?.[0].replace(' COMMAND', '').trim() ?? 'firedrill'
      // The parser reports its own complaints either as errors of a class of its own or as messages.
      if (error !== undefined && error.name !== 'YError') throw error
      throw new UsageError(inOurWords(message ?? 'the command line cannot be understood', help, words))
    })
  try {
    await parser.parseAsync()
    return EXIT.ok
  } catch (error) {
    if (error instanceof InterruptedError) return tell(error.message, EXIT.interrupted)
    if (error instanceof RequirementNotMetError || error instanceof IncompleteError)
      return tell(error.message, EXIT.shortOfWhatWasAsked)
    // Recognised by name: importing the classes would load everything that reads scenarios, which commands on
    // repositories do not need.
    if (error instanceof Error && FAULTS_OF_INPUT.includes(error.name)) return tell(error.message, EXIT.usage)
    if (error instanceof UsageError) return tell(`${error.message}\nTry: ${asked} --help`, EXIT.usage)
    if (process.env['FIREDRILL_DEBUG'] !== undefined) throw error
    return tell(error instanceof Error ? error.message : String(error), EXIT.failure)
  }
}

/** `firedrill help run` and `firedrill version`, as other programs have them. */
function withoutHabits(words: readonly string[]): readonly string[] {
  if (words[0] === 'help') return [...words.slice(1), '--help']
  return words.length === 1 && words[0] === 'version' ? ['--version'] : words
}

/**
 * Prints the examples of --help so that they can be copied: each on a line of its own, below what it is for. The parser would put
 * the two side by side and break long examples in two.
 */
function tellExamplesInLines(parser: Argv): void {
  const add = parser.example.bind(parser)
  Object.assign(parser, {
    example: (command: string, purpose: string) => {
      add(`# ${purpose}`, '')
      return add(command, '')
    },
  })
}

/** The text that --help prints. The declared type of the parser lacks this method. */
function helpOf(parser: object): string {
  const help: unknown = Reflect.get(parser, 'help')
  const text: unknown = typeof help === 'function' ? Reflect.apply(help, parser, []) : ''
  return typeof text === 'string' ? text : ''
}

function tell(message: string, code: number): number {
  // The cursor may stand at the end of a line of progress.
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001B[K' : ''}firedrill: ${visibleText(message)}\n`)
  return code
}
