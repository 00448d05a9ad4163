import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Estate, EstateRun } from './estate.ts'
import { interleave } from './interleave.ts'
import type { BenchResult } from './interleave.ts'

/**
 * What is to run on one core has no others for the collector of garbage: its threads take a fifth of the processor time of a large
 * heap, and save the owner nothing. And a young generation of 32 MB instead of 16.
 */
const ON_ONE_CORE = ['--single-threaded-gc', '--max-semi-space-size=32']

/** In a process of its own: flags hold from its beginning, and its heap has seen no other run. */
function run(estate: Estate): EstateRun {
  const program = join(import.meta.dirname, 'estate-run.ts')
  const told = execFileSync(process.execPath, [...ON_ONE_CORE, program, JSON.stringify(estate)], { encoding: 'utf8' })
  return JSON.parse(told)
}

/** Tells what a run is like besides its time. */
const timed = (estate: Estate) => async (): Promise<number> => {
  const took = run(estate)
  const { size_bytes, days, chunk_bytes, inBlocks = false } = estate
  process.stderr.write(
    `${size_bytes / 1e12} TB, ${days} days, ${inBlocks ? 'blocks' : 'chunks'} of ${chunk_bytes / 2 ** 20} MiB: ${took.seconds.toFixed(1)} s ` +
      `(first backup ${took.first_s.toFixed(2)}, later ${took.later_s.toFixed(2)}), ${took.edits} edits, ` +
      `${took.chunks} chunks, peak ${(took.peak_bytes / 1e9).toFixed(2)} GB, ` +
      `new ${(took.later_bytes / 1e12).toFixed(1)} TB, moved ${(took.moved_bytes / 1e12).toFixed(1)} TB, ` +
      `stored ${(took.stored_bytes / 1e12).toFixed(1)} TB\n`,
  )
  return took.seconds
}

const MONTH = { files: 1e6, days: 30, change_perDay: 0.005, ticks_perDay: 24 }
const TEN_TERABYTES = { ...MONTH, size_bytes: 1e13, chunk_bytes: 2 ** 25 }

/** The same number of chunks and of edits, of more and more bytes: flat when bytes cost nothing. */
export const MORE_BYTES: Readonly<Record<string, Estate>> = {
  '1TB-month': { ...MONTH, size_bytes: 1e12, chunk_bytes: 2 ** 22 },
  '4TB-month': { ...MONTH, size_bytes: 4e12, chunk_bytes: 2 ** 24 },
  '16TB-month': { ...MONTH, size_bytes: 1.6e13, chunk_bytes: 2 ** 26 },
}

/** The same bytes and chunks, in more and more edits. */
export const MORE_EDITS: Readonly<Record<string, Estate>> = {
  '10TB-month-6-ticks': { ...TEN_TERABYTES, ticks_perDay: 6 },
  '10TB-month-24-ticks': TEN_TERABYTES,
  '10TB-month-96-ticks': { ...TEN_TERABYTES, ticks_perDay: 96 },
}

/** In blocks as large as what is written in one place, which stores what smaller ones would; and packs of 64 GiB. */
const TEN_TERABYTES_YEARS = { ...MONTH, size_bytes: 1e13, days: 1826, inBlocks: true }
const PETABYTE_YEAR = { ...MONTH, files: 1e8, size_bytes: 1e15, days: 365 }

const YEARS: Readonly<Record<string, Estate>> = {
  // A nightly backup sees what a day has written, in however many writes. The same in more and smaller ones costs more and changes
  // nothing: docs/performance.md compares them.
  '10TB-5y': { ...TEN_TERABYTES_YEARS, ticks_perDay: 1, chunk_bytes: 2 ** 31, chunks_perPack: 32 },
  '10TB-5y-3-ticks': { ...TEN_TERABYTES_YEARS, ticks_perDay: 3, chunk_bytes: 2 ** 31, chunks_perPack: 32 },
  '10TB-5y-6-ticks': { ...TEN_TERABYTES_YEARS, ticks_perDay: 6, chunk_bytes: 2 ** 30, chunks_perPack: 64 },
  '10TB-5y-24-ticks': { ...TEN_TERABYTES_YEARS, chunk_bytes: 2 ** 28, chunks_perPack: 256 },
  '1PB-year': { ...PETABYTE_YEAR, inBlocks: true, chunk_bytes: 2 ** 31, chunks_perPack: 32 },
  // The same cut by content, into chunks that are small beside what is written in one place.
  '10TB-5y-by-content': { ...TEN_TERABYTES_YEARS, inBlocks: false, chunk_bytes: 2 ** 26 },
  '1PB-year-by-content': { ...PETABYTE_YEAR, chunk_bytes: 2 ** 30 },
}

/**
 * Years of nightly backups of large described datasets: processor seconds of whole runs, and what they cost against bytes and
 * against edits. Files stand for groups of real ones (512 groups to 20 TB, 16,384 for a petabyte), and chunks and blocks are as
 * large as what is written in one place allows.
 */
export async function virtual(name: string): Promise<BenchResult> {
  const runs = Object.entries({ ...MORE_BYTES, ...MORE_EDITS, ...YEARS })
  return interleave(name, Object.fromEntries(runs.map(([who, estate]) => [who, timed(estate)])), {}, 1)
}
