import { open, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { makeFolders } from '../../adapters/real/make-folders.ts'
import { fileSystemError } from '../../adapters/real/system-errors.ts'
import { parseScenario } from '../../scenario/load.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { BlockResult, Finding } from '../cell/run-block.ts'
import { firedrillVersion } from '../version.ts'
import { findingOfText, resultOfText, textOfResult } from './block-identity.ts'

/** What is needed to run the rest of the blocks, or to put them together. */
export interface BlockFileHeader {
  readonly firedrill: 'blocks'
  readonly format: 2
  readonly version: string
  readonly scenario: Pick<Scenario, 'text' | 'path' | 'settings'>
  readonly seed: string
  /** Drills of each hazard, where their number is fixed. */
  readonly replications?: number
  readonly naturalWorlds: number
  /** For how many workers the blocks are cut: others would be cut otherwise. */
  readonly workers: number
  /** For a shared run: the `index`-th of `of` shares, from 1. */
  readonly shard?: { readonly index: number; readonly of: number }
}

/** A result or a finding as it stands in a file: long lists of rows are a twentieth of their size then. */
export type Packed = string & { readonly packed: true }

/** What was found before, by the ids of blocks. */
export interface Found {
  /** Results of the blocks that are done. */
  readonly results: ReadonlyMap<string, Packed>
  /** Findings of other blocks so far. */
  readonly findings: ReadonlyMap<string, readonly Packed[]>
}

export const NOTHING_FOUND: Found = { results: new Map(), findings: new Map() }

export interface BlockFile extends Found {
  readonly path: string
  readonly header: BlockFileHeader
}

/** A file that is not what it should be; the message says which and why. */
export class BlockFileError extends Error {
  override readonly name = 'BlockFileError'
}

export function headerOf(
  { text, path, settings }: Scenario,
  plan: Pick<BlockFileHeader, 'seed' | 'replications' | 'naturalWorlds' | 'workers' | 'shard'>,
): BlockFileHeader {
  return { firedrill: 'blocks', format: 2, version: firedrillVersion(), scenario: { text, path, settings }, ...plan }
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
  const results = new Map<string, Packed>()
  const findings = new Map<string, Packed[]>()
  for (const [index, line] of lines.slice(1).entries()) {
    const [, id, kind, content] = LINE.exec(line) ?? []
    if (id === undefined) throw new BlockFileError(`${path}:${index + 2}  is damaged; run it again`)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the file is for
    const packed = content as Packed
    if (kind === RESULT) results.set(id, packed)
    else findings.set(id, [...(findings.get(id) ?? []), packed])
  }
  return { path, header, results, findings }
}

/** The id of a block, what is known of it, and that. */
const LINE = /^([0-9a-f]{32}) (result|finding) ([\w+/=]+)$/
const RESULT = 'result'
const FINDING = 'finding'

function pack(found: BlockResult | Finding): Packed {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is now
  return deflateRawSync(textOfResult(found), { level: 3 }).toString('base64') as Packed
}

function textIn(packed: Packed): string {
  return inflateRawSync(Buffer.from(packed, 'base64')).toString()
}

export function resultIn(packed: Packed): BlockResult {
  return resultOfText(textIn(packed))
}

export function findingIn(packed: Packed): Finding {
  return findingOfText(textIn(packed))
}

/** Machines may pack the same in other ways. */
export function sayTheSame(a: Packed, b: Packed): boolean {
  return a === b || textIn(a) === textIn(b)
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
  if (header.version !== firedrillVersion() || header.format !== 2) {
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
  /** The uppermost folder that was made for it. */
  readonly #made: string | undefined
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(path: string, handle: Awaited<ReturnType<typeof open>>, made: string | undefined) {
    this.path = path
    this.#handle = handle
    this.#made = made
  }

  /**
   * Begins a file with what is known, in the place of an earlier one.
   * @throws FileSystemError when it cannot be written there
   */
  static async create(path: string, header: BlockFileHeader, known: Found): Promise<BlockWriter> {
    const draft = `${path}.writing-${process.pid}`
    const writer = await BlockWriter.#begin(path, draft)
    await writer.#handle.write(`${JSON.stringify(header)}\n`)
    for (const [id, result] of known.results) await writer.#write(id, RESULT, result)
    for (const [id, findings] of known.findings) {
      if (known.results.has(id)) continue
      for (const finding of findings) await writer.#write(id, FINDING, finding)
    }
    await rename(draft, path)
    return writer
  }

  static async #begin(path: string, draft: string): Promise<BlockWriter> {
    try {
      const made = makeFolders(dirname(path))
      return new BlockWriter(path, await open(draft, 'w'), made)
    } catch (error) {
      throw fileSystemError(error, `cannot write to ${dirname(path)}`)
    }
  }

  /** Resolves when it is written. */
  async add(id: string, result: BlockResult): Promise<void> {
    await this.#write(id, RESULT, pack(result))
  }

  /** Written before the next result. */
  note(id: string, finding: Finding): void {
    // A failure is reported to whoever waits for the write.
    this.#write(id, FINDING, pack(finding)).catch(() => {})
  }

  async #write(id: string, kind: string, packed: Packed): Promise<void> {
    const written = this.#writing.then(() => this.#handle.write(`${id} ${kind} ${packed}\n`))
    this.#writing = written
    await written
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#handle.close()
  }

  /** Removes the file, and the folders that were made for it unless something else is in them. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true })
    if (this.#made === undefined) return
    try {
      const innermost = resolve(dirname(this.path))
      for (let folder = innermost; folder.startsWith(this.#made); folder = dirname(folder)) await rmdir(folder)
    } catch {
      // Something is in it.
    }
  }
}
