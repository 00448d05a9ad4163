import { IMPRESSIONS, meanFileSize } from '../../adapters/virtual/index.ts'
import type { FileSizeLaw, Locality, Rhythm } from '../../adapters/virtual/index.ts'
import type { Provenance } from './provenance.ts'

/** What is known of a kind of data besides its size. */
export interface DatasetPreset extends Provenance {
  /** Mean size of a file, bytes, from which the number of files follows where a scenario gives none. */
  readonly meanFile_bytes: number
  readonly sizes: FileSizeLaw
  readonly change_perDay: number
  readonly locality: Locality
  readonly growth_perYear: number
  readonly compressibility: number
  readonly rhythm: Rhythm
  /** Share of files, and of what is written, that duplicates other content. */
  readonly duplicates: number
  /** Share of what is written that restores content which stood at the same place before. */
  readonly rewritten: number
}

/** Round figures to begin with. Only the distribution of sizes of office files is from a study; measure your own data. */
const ASSUMED: Provenance = {
  source: 'assumed, round figures; write your own where you know them',
  mark: 'scenario',
  date: '2026',
}

function lognormal(mean_bytes: number, sigma: number): Pick<DatasetPreset, 'meanFile_bytes' | 'sizes'> {
  const unit = meanFileSize({ median_bytes: 1, sigma })
  return { meanFile_bytes: mean_bytes, sizes: { median_bytes: mean_bytes / unit, sigma } }
}

/** Kinds of data by name. */
export const datasetPresets: Readonly<Record<string, DatasetPreset>> = {
  'office-files': {
    ...ASSUMED,
    meanFile_bytes: meanFileSize(IMPRESSIONS),
    sizes: IMPRESSIONS,
    change_perDay: 0.01,
    locality: 'zipf',
    growth_perYear: 0.2,
    compressibility: 1.6,
    rhythm: 'office',
    duplicates: 0.15,
    rewritten: 0.1,
  },
  'mail-store': {
    ...ASSUMED,
    ...lognormal(75e3, 2),
    change_perDay: 0.005,
    locality: 'replace',
    growth_perYear: 0.25,
    compressibility: 1.8,
    rhythm: 'office',
    duplicates: 0.25,
    rewritten: 0,
  },
  'source-trees': {
    ...ASSUMED,
    ...lognormal(15e3, 1.9),
    change_perDay: 0.02,
    locality: 'zipf',
    growth_perYear: 0.2,
    compressibility: 3.5,
    rhythm: 'office',
    duplicates: 0.3,
    rewritten: 0.3,
  },
  'vm-images': {
    ...ASSUMED,
    ...lognormal(60e9, 0.8),
    change_perDay: 0.03,
    locality: 'uniform',
    growth_perYear: 0.15,
    compressibility: 1.8,
    rhythm: 'steady',
    duplicates: 0.3,
    rewritten: 0.1,
  },
  /** Relations in segments of 1 GiB, whose hot pages are rewritten again and again; the log is `postgresql-wal`. */
  postgresql: {
    ...ASSUMED,
    ...lognormal(2 ** 30, 0.5),
    change_perDay: 0.05,
    locality: 'zipf',
    growth_perYear: 0.3,
    compressibility: 2.5,
    rhythm: 'office',
    duplicates: 0,
    rewritten: 0,
  },
  /** Files of 16 MiB, written at one end and removed at the other: one day of them is kept. */
  'postgresql-wal': {
    ...ASSUMED,
    ...lognormal(16 * 2 ** 20, 0.01),
    change_perDay: 1,
    locality: 'replace',
    growth_perYear: 0,
    compressibility: 2,
    rhythm: 'office',
    duplicates: 0,
    rewritten: 0,
  },
  'media-archive': {
    ...ASSUMED,
    ...lognormal(25e6, 1.5),
    change_perDay: 0.0005,
    locality: 'replace',
    growth_perYear: 0.3,
    compressibility: 1,
    rhythm: 'steady',
    duplicates: 0.02,
    rewritten: 0,
  },
  'object-bucket': {
    ...ASSUMED,
    ...lognormal(1e6, 2.2),
    change_perDay: 0.01,
    locality: 'replace',
    growth_perYear: 0.3,
    compressibility: 1.3,
    rhythm: 'steady',
    duplicates: 0.05,
    rewritten: 0,
  },
}
