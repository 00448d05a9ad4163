import type { CpuRates } from '../../world/specification.ts'
import type { Provenance } from './provenance.ts'

export interface CpuPreset extends Provenance {
  readonly cores: number
  /** Bytes a second of one core. */
  readonly rates: CpuRates
}

/**
 * One core: gear chunking of random data with 1 MiB mean chunks (unrolled JavaScript) 2.39 GB/s; SHA-256 at 64 KiB to 1 MiB
 * 1.71 GB/s; zstd level 3 of binary data in 1 MiB segments 0.20 GB/s (text 0.44); AES-256-GCM 2.1 GB/s both ways; zstd
 * decompression of 1 MiB segments 1.75 GB/s.
 */
const MEASURED_RATES: CpuRates = {
  chunk: 2.39e9,
  hash: 1.71e9,
  compress: 0.2e9,
  encrypt: 2.1e9,
  decrypt: 2.1e9,
  decompress: 1.75e9,
}

const MEASURED: Provenance = {
  source: 'measured for firedrill, per core of an AMD EPYC (Zen 4) with SHA-NI and AES-NI under Node 24, zstd 1.5.7',
  mark: 'source',
  date: '2026',
}

const NOT_MODELLED: CpuRates = {
  chunk: Infinity,
  hash: Infinity,
  compress: Infinity,
  encrypt: Infinity,
  decrypt: Infinity,
  decompress: Infinity,
}

/** Processors by name. Other recent processors differ by less than a factor of two: measure your own where it matters. */
export const cpuPresets: Readonly<Record<string, CpuPreset>> = {
  'xeon-4core': { cores: 4, rates: MEASURED_RATES, ...MEASURED },
  'xeon-8core': { cores: 8, rates: MEASURED_RATES, ...MEASURED },
  'xeon-16core': { cores: 16, rates: MEASURED_RATES, ...MEASURED },
  unlimited: { cores: 1, rates: NOT_MODELLED, source: 'computing is not modelled', mark: 'scenario', date: '' },
}

/** Directory entries a second that a walk reads and examines: readdir and lstat on ext4 with a warm cache. */
export const SCAN_ENTRIES_PER_SECOND = { value: 277_000, ...MEASURED }
