import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { UsageError } from '../exit.ts'

export interface PasswordSource {
  passwordFile: string | undefined
  passwordCommand: string | undefined
}

/**
 * The password, from where it is said to be first: --password-file, --password-command, FIREDRILL_PASSWORD,
 * FIREDRILL_PASSWORD_FILE, FIREDRILL_PASSWORD_COMMAND; else what is typed. Never an argument, which others on the
 * machine can see.
 * @param twice ask again, for a password that is not known yet
 */
export async function password(source: PasswordSource, twice = false): Promise<string> {
  const found = givenPassword(source)
  if (found !== undefined) return found
  if (!process.stdin.isTTY)
    throw new UsageError('there is no password: give --password-file or --password-command, or set FIREDRILL_PASSWORD')
  const typed = await ask('Password of the repository: ')
  if (typed === '') throw new UsageError('the password is empty')
  if (twice && (await ask('The same again: ')) !== typed) throw new UsageError('the two passwords differ')
  return typed
}

function givenPassword({ passwordFile, passwordCommand }: PasswordSource): string | undefined {
  if (passwordFile !== undefined && passwordCommand !== undefined)
    throw new UsageError('give --password-file or --password-command, not both')
  if (passwordFile !== undefined) return notEmpty(firstLine(passwordFile), 'the password file')
  if (passwordCommand !== undefined) return firstLineOfCommand(passwordCommand)
  const { FIREDRILL_PASSWORD: word, FIREDRILL_PASSWORD_FILE: file, FIREDRILL_PASSWORD_COMMAND: command } = process.env
  if (word !== undefined) return notEmpty(word, 'the password in FIREDRILL_PASSWORD')
  if (file !== undefined && file !== '') return notEmpty(firstLine(file), `the password file ${file}`)
  return command === undefined || command === '' ? undefined : firstLineOfCommand(command)
}

function notEmpty(secret: string, what: string): string {
  if (secret === '') throw new UsageError(`${what} is empty`)
  return secret
}

/** The command may ask on the terminal itself. */
function firstLineOfCommand(command: string): string {
  const { status, signal, stdout, error } = spawnSync(command, {
    shell: true,
    stdio: ['inherit', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (error !== undefined || status !== 0)
    throw new UsageError(
      `the password command failed (${error?.message ?? signal ?? `exit code ${status}`}): ${command}`,
    )
  return notEmpty(firstLineIn(stdout), 'what the password command printed')
}

/** That of a second repository, where one is given. */
export async function otherPassword(file: string | undefined): Promise<string | undefined> {
  const found = file === undefined ? process.env['FIREDRILL_OTHER_PASSWORD'] : firstLine(file)
  return found === undefined ? undefined : notEmpty(found, 'the password of the other repository')
}

/** A password that is to be: first line of the file, else FIREDRILL_NEW_PASSWORD, else what is typed twice. */
export async function newPassword(file: string | undefined): Promise<string> {
  const found = file === undefined ? process.env['FIREDRILL_NEW_PASSWORD'] : firstLine(file)
  if (found === '') throw new UsageError('the new password is empty')
  if (found !== undefined) return found
  if (!process.stdin.isTTY) {
    throw new UsageError('there is no new password: give --new-password-file, or set FIREDRILL_NEW_PASSWORD')
  }
  const typed = await ask('New password: ')
  if (typed === '') throw new UsageError('the new password is empty')
  if ((await ask('The same again: ')) !== typed) throw new UsageError('the two passwords differ')
  return typed
}

function firstLine(path: string): string {
  try {
    return firstLineIn(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`cannot read the password file ${path}: ${error instanceof Error ? error.message : ''}`)
  }
}

/** The first line, without the byte order mark that editors on Windows put before text. */
const firstLineIn = (text: string): string => text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? ''

/** Asks on the terminal; what is typed is not shown. */
function ask(question: string): Promise<string> {
  const { stdin, stderr } = process
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const end = (): void => {
      stdin.off('data', onData)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
    }
    const onData = (text: string): void => {
      for (const key of text)
        if (key === '\r' || key === '\n') {
          end()
          resolve(typed)
          return
        } else if (key === '\u0003' || key === '\u0004') {
          end()
          reject(new UsageError('no password was given'))
          return
        } else if (key === '\u007F' || key === '\b') typed = typed.slice(0, -1)
        else typed += key
    }
    stdin.on('data', onData)
  })
}
