import { didYouMean, nearestWord } from '../scenario/document/nearest-word.ts'
import { isRepositoryNamed } from './repo/named-repository.ts'

/** The parser counts arguments; a user wants to hear which one is missing, or which one was meant. */
export function inOurWords(message: string, usage: string, words: readonly string[]): string {
  const known = [...usage.matchAll(/--([\w-]+)/g)].map(([, name = '']) => name)
  const [, got] = /^Not enough non-option arguments: got (\d+)/.exec(message) ?? []
  if (got !== undefined || message.startsWith('Say what to do')) {
    // What followed an option that does not exist was taken for its value.
    const stranger = words.find(
      (word) => /^--[a-z]/.test(word) && !known.includes(/^--(?:no-)?([\w-]+)/.exec(word)![1]!),
    )
    if (stranger !== undefined) return unknownOption(stranger.slice(2).split('=')[0]!, known, words)
    if (got === undefined) return message
    const needed = [...(usage.split('\n')[0] ?? '').matchAll(/<[^>]+>/g)][Number(got)]?.[0]
    return needed === undefined ? 'an argument is missing' : `an argument is missing: ${needed}`
  }
  const [, one, another] = /^Arguments (\S+) and (\S+) are mutually exclusive/.exec(message) ?? []
  if (another !== undefined) return `--${one} and --${another} exclude each other; give one of them`
  const [, implying, implied] =
    /^(?:Implications failed|Missing dependent arguments):\s+(\S+) -> (\S+)/.exec(message) ?? []
  if (implied !== undefined) return `--${implying} needs --${implied}`
  const [, without] = /^Not enough arguments following: (\S+)/.exec(message) ?? []
  if (without !== undefined) return `--${without} needs a value`
  const [, missing] = /^Missing required arguments?: (\S+?)(?:,|$)/.exec(message) ?? []
  if (missing !== undefined) return `--${missing} is missing`
  const [, option, given = '', choices = ''] = /Argument: (\S+), Given: "(.*)", Choices: (.*)/.exec(message) ?? []
  if (option !== undefined) {
    const allowed = choices.replaceAll('"', '').split(', ')
    return `--${option} ${given}: expected one of ${allowed.join(', ')}${didYouMean(given, allowed)}`
  }
  // The parser names what a wrong command may have meant, but not the command; or takes it for an argument.
  const [command = ''] = words.slice(words[0] === 'repo' ? 1 : 0)
  const commands = [...usage.matchAll(/^ {2}firedrill (?:repo )?([a-z][a-z-]*)/gm)].map(([, name = '']) => name)
  if (commands.length > 0 && /^[^-]/.test(command) && !commands.includes(command)) {
    const isFile = /\.ya?ml$/.test(command)
    return `there is no command '${command}'${isFile ? `; did you mean 'run ${command}'?` : didYouMean(command, commands)}`
  }
  if (message.startsWith('Did you mean')) return `'${words[1]}' is one argument too many`
  const unknown = /^Unknown arguments?: (\S+?)(?:,|$)/.exec(message)?.[1]
  if (unknown === undefined) return message
  if (words.includes(unknown)) {
    const named = words[0] === 'repo' && isRepositoryNamed() ? ': the repository is named already' : ''
    return `'${unknown}' is one argument too many${named}`
  }
  return unknownOption(unknown, known, words)
}

function unknownOption(unknown: string, known: readonly string[], words: readonly string[]): string {
  // --keep-daily is another program's: ours is --keep daily=7.
  const beginning = known.find((name) => unknown.startsWith(`${name}-`))
  const meant = beginning ?? nearestWord(unknown, known)
  const written = words.includes(`-${unknown}`) ? `-${unknown}` : `--${unknown}`
  return `unknown option ${written}${meant === undefined ? '' : `; did you mean --${meant}?`}`
}
