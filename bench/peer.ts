import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

const PEERS = join(import.meta.dirname, 'peers')
const BUILT = join(import.meta.dirname, '../node_modules/.cache/bench')

/** Compiles a peer's program with the C++ compiler of the system and gives the path of the result. */
export function compile(source: string, libraries: readonly string[] = []): string {
  const built = join(BUILT, source.replace('.cpp', ''))
  mkdirSync(BUILT, { recursive: true })
  const flags = ['-std=c++17', '-O3', '-DNDEBUG', join(PEERS, source), '-o', built]
  execFileSync('g++', [...flags, ...libraries.map((library) => `-l${library}`)])
  return built
}

/** Runs a peer's program, which prints its seconds last; a script is named by its interpreter and its file in `peers`. */
export function runPeer(program: string, ...words: readonly (string | number)[]): number {
  const [first, ...rest] = words.map(String)
  const script = first !== undefined && /\.\w+$/.test(first) ? join(PEERS, first) : first
  const printed = execFileSync(program, script === undefined ? [] : [script, ...rest], { encoding: 'utf8' })
  return Number(printed.trim().split('\n').at(-1))
}
