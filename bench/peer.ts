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

/** Runs a peer's program and gives the lines that it prints; a script is named by its interpreter and its file in `peers`. */
export function printedByPeer(program: string, ...words: readonly (string | number)[]): string[] {
  const paths = words.map((word) => (/^\w+\.py$/.test(String(word)) ? join(PEERS, String(word)) : String(word)))
  return execFileSync(program, paths, { encoding: 'utf8', maxBuffer: 1 << 28 })
    .trim()
    .split('\n')
}

/** Runs a peer's program whose last line is its seconds, and gives them. */
export function runPeer(program: string, ...words: readonly (string | number)[]): number {
  return Number(printedByPeer(program, ...words).at(-1))
}
