import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseScenario } from '../../scenario/load.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { firedrillVersion } from '../version.ts'

/** What is needed to run the rest of the blocks, or to put them together. */
export interface BlockFileHeader {
  readonly firedrill: 'blocks'
  readonly format: 1
  readonly version: string
  readonly scenario: Pick<Scenario, 'text' | 'path' | 'settings'>
  readonly seed: string
  /** Drills of each hazard, where their number is fixed. */
  readonly replications?: number
  readonly naturalWorlds: number
  /** For how many workers the blocks are cut: others would be cut otherwise. */
  readonly workers: number
  /** Of a run that is shared out: the `index`-th of so many, from 1. */
  readonly shard?: { readonly index: number; readonly of: number }
}

/** Blocks that are done, by their ids, as text. */
export interface BlockFile {
  readonly path: string
  readonly header: BlockFileHeader
  readonly results: ReadonlyMap<string, string>
}

/** A file that is not what it should be; the message says which and why. */
export class BlockFileError extends Error {
  override readonly name = 'BlockFileError'
}

export function headerOf(
  { text, path, settings }: Scenario,
  plan: Pick<BlockFileHeader, 'seed' | 'replications' | 'naturalWorlds' | 'workers' | 'shard'>,
): BlockFileHeader {
  return { firedrill: 'blocks', format: 1, version: firedrillVersion(), scenario: { text, path, settings }, ...plan }
}

/** The scenario of a file, as it was when the file was begun. */
export function scenarioOf({ scenario: { text, path, settings } }: BlockFileHeader): Scenario {
  return parseScenario(text, path, settings)
}

/**
 * Reads the blocks that are done. A last line without an end was being written when something died, and does not count.
 * @returns undefined when there is no such file
 * @throws BlockFileError
 */
export async function readBlockFile(path: string): Promise<BlockFile | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new BlockFileError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
  const header = headerFrom(path, lines[0])
  const results = new Map<string, string>()
  for (const [index, line] of lines.slice(1).entries()) {
    // An id of 32 digits, a space, the result.
    if (!/^[0-9a-f]{32} \{/.test(line)) throw new BlockFileError(`${path}:${index + 2}  is damaged; run it again`)
    results.set(line.slice(0, 32), line.slice(33))
  }
  return { path, header, results }
}

function headerFrom(path: string, line: string | undefined): BlockFileHeader {
  const wrong = new BlockFileError(
    `${path} is not a file of blocks; expected one that run --shard wrote, or a checkpoint`,
  )
  let header: BlockFileHeader
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it says it is is looked at below
    header = JSON.parse(line ?? '') as BlockFileHeader
  } catch {
    throw wrong
  }
  if (header.firedrill !== 'blocks') throw wrong
  if (header.version !== firedrillVersion() || header.format !== 1) {
    throw new BlockFileError(
      `${path} was written by firedrill ${header.version}, and this is ${firedrillVersion()}: ` +
        'another version may find other results; use the same, or begin anew',
    )
  }
  return header
}

/** A file to which blocks are added as they are done. */
export class BlockWriter {
  readonly path: string
  readonly #handle: Awaited<ReturnType<typeof open>>
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(path: string, handle: Awaited<ReturnType<typeof open>>) {
    this.path = path
    this.#handle = handle
  }

  /** Begins a file with what is known, in the place of an earlier one. */
  static async create(path: string, header: BlockFileHeader, known: ReadonlyMap<string, string>): Promise<BlockWriter> {
    await mkdir(dirname(path), { recursive: true })
    const draft = `${path}.writing-${process.pid}`
    const handle = await open(draft, 'w')
    const writer = new BlockWriter(path, handle)
    await handle.write(`${JSON.stringify(header)}\n`)
    for (const [id, result] of known) await writer.add(id, result)
    await rename(draft, path)
    return writer
  }

  /** Resolves when it is written. */
  async add(id: string, result: string): Promise<void> {
    const written = this.#writing.then(() => this.#handle.write(`${id} ${result}\n`))
    this.#writing = written
    await written
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#handle.close()
  }
}
