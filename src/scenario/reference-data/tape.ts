import type { Provenance } from './provenance.ts'

export interface TapeGeneration extends Provenance {
  readonly cartridge_bytes: number
  readonly drive_bytesPerSecond: number
}

const LTO: Provenance = { source: 'LTO programme, native capacity and rate', mark: 'excerpt', date: '2025' }

/** Generations of LTO, without compression. */
export const tapeGenerations: Readonly<Record<string, TapeGeneration>> = {
  'lto-7': { cartridge_bytes: 6e12, drive_bytesPerSecond: 300e6, ...LTO },
  'lto-8': { cartridge_bytes: 12e12, drive_bytesPerSecond: 360e6, ...LTO },
  'lto-9': { cartridge_bytes: 18e12, drive_bytesPerSecond: 400e6, ...LTO },
  'lto-10': { cartridge_bytes: 30e12, drive_bytesPerSecond: 400e6, ...LTO },
}

/** Times of an LTO-9 drive and of a robot, where the scenario gives none. */
export const TAPE_TIMES = {
  robot_s: 15,
  load_s: 17,
  locate_s: 45,
  rewind_s: 55,
  source: 'LTO-9 data sheets: load 17 s, mean locate 45 s, mean rewind 55 s; a robot move of 15 s',
  mark: 'second-hand',
  date: '2024',
} as const satisfies Provenance & Record<string, unknown>
