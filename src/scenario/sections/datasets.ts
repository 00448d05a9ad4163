import type { DatasetSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import { RecordedFileError, changesBetween, readChangeLog, readScan } from './recorded-files.ts'
import { datasetPresets } from '../reference-data/datasets.ts'
import type { DatasetPreset } from '../reference-data/datasets.ts'
import type { DatasetDocument } from '../schema/datasets.ts'
import { formatQuantity } from '../quantities/units.ts'

/** Default interval at which an application writes its changes. */
const WRITE_INTERVAL_S = 3600
const DAY_S = 86_400
/** Keys that a recording of the changes replaces. */
const DECIDED_BY_CHURN = ['change', 'locality', 'growth', 'rhythm', 'duplicates', 'rewritten'] as const

/**
 * A dataset of a document that matches the schema. Problems and assumptions go to the compilation.
 * @param resolve turns a path in the scenario file into an absolute one
 */
export function datasetOf(
  name: string,
  dataset: DatasetDocument,
  compilation: Compilation,
  resolve: (path: string) => string,
): DatasetSpecification {
  const path = ['datasets', name]
  const problem = (key: string, message: string): void => compilation.problem([...path, key], message, 'key')
  const { from, churn } = dataset
  const preset = dataset.preset === undefined ? undefined : datasetPresets[dataset.preset]
  if (preset !== undefined) compilation.assume(`datasets.${name}.preset`, presetText(dataset.preset!, preset), preset)
  if (churn !== undefined) {
    for (const key of DECIDED_BY_CHURN)
      if (dataset[key] !== undefined) problem(key, `has no effect: churn decides; leave ${key} out`)
  } else if (dataset.change === undefined && preset === undefined) {
    const expected = 'a share such as 1 %/day, preset: a kind of data, or churn: what was recorded'
    compilation.problem(path, `change is missing; expected ${expected}`, 'key')
  }
  if ((dataset.growth ?? 0) <= -1) problem('growth', 'leaves nothing after a year; expected more than -100 %/year')
  const known = (dataset.duplicates ?? preset?.duplicates ?? 0) + (dataset.rewritten ?? preset?.rewritten ?? 0)
  if (known > 1) {
    const found = `duplicates and rewritten are ${Math.round(100 * known)} % together`
    compilation.problem(path, `${found}; expected 100 % at most: both are shares of what is written`, 'key')
  }
  const interval = dataset['write-interval']
  if (churn !== undefined && interval === 'never') {
    problem('write-interval', 'found never; what churn records could not happen: write an interval such as 1 h')
  }
  const start = startOf(name, dataset, preset, compilation, resolve)
  const { change = preset?.change_perDay ?? 0 } = dataset
  if (typeof change === 'object' && dataset.from !== undefined && start.size_bytes === 0)
    problem('change', 'found bytes, and how many there are is not known here; expected a share such as 1 %/day')
  return {
    name,
    node: dataset.node,
    ...(dataset.group === undefined ? {} : { group: dataset.group }),
    ...start,
    ...(from === undefined || isRecorded(from) ? {} : { from: resolve(from) }),
    ...recordedOf(name, dataset, compilation, resolve),
    ...(dataset.quota === undefined ? {} : { quota_bytes: dataset.quota }),
    change_perDay: typeof change === 'object' ? change.bytes_perDay / (start.size_bytes || 1) : change,
    locality: dataset.locality ?? preset?.locality ?? 'uniform',
    growth_perYear: dataset.growth ?? preset?.growth_perYear ?? 0,
    compressibility: dataset.compressibility ?? preset?.compressibility ?? 1,
    ...(preset === undefined ? {} : { sizes: preset.sizes }),
    rhythm: dataset.rhythm ?? preset?.rhythm ?? 'steady',
    duplicates: dataset.duplicates ?? preset?.duplicates ?? 0,
    rewritten: dataset.rewritten ?? preset?.rewritten ?? 0,
    ...(dataset['change-tracking'] === undefined ? {} : { changeTracking_bytes: dataset['change-tracking'] }),
    ...(dataset['write-back'] === undefined ? {} : { writeBack_s: dataset['write-back'] }),
    writeInterval_s: interval === 'never' ? Infinity : (interval ?? WRITE_INTERVAL_S),
  }
}

/** Whether a path is that of a recording rather than of a directory. */
export function isRecorded(path: string): boolean {
  return path.toLowerCase().endsWith('.csv')
}

/** The initial files: as described, as in a real directory, or with the names and sizes of a scan. */
function startOf(
  name: string,
  dataset: DatasetDocument,
  preset: DatasetPreset | undefined,
  compilation: Compilation,
  resolve: (path: string) => string,
): Pick<DatasetSpecification, 'fidelity' | 'size_bytes' | 'files' | 'scan'> {
  const { from, size } = dataset
  const path = ['datasets', name]
  const files = dataset.files ?? (preset && size && from === undefined ? size / preset.meanFile_bytes : undefined)
  const described = from === undefined || isRecorded(from)
  const fidelity = dataset.fidelity ?? (described ? 'extents' : 'bytes')
  if (from === undefined) {
    const otherwise = 'or from: a directory or a scan of one'
    if (size === undefined)
      compilation.problem(path, `size is missing; expected a size such as 1 TB, ${otherwise}`, 'key')
    if (files === undefined)
      compilation.problem(path, `files is missing; expected a number such as 1.2M, ${otherwise}`, 'key')
    return { fidelity, size_bytes: size ?? 0, files: files === undefined ? 0 : Math.max(1, Math.round(files)) }
  }
  for (const key of ['size', 'files'] as const) {
    if (dataset[key] === undefined) continue
    const decides = described ? 'the scan of from decides' : 'the directory of from decides'
    compilation.problem([...path, key], `has no effect: ${decides}; leave ${key} out`, 'key')
  }
  if (!described) {
    if (fidelity === 'extents')
      compilation.problem([...path, 'fidelity'], 'found extents; a dataset from a directory is real bytes: write bytes')
    return { fidelity, size_bytes: 0, files: 0 }
  }
  const scan = recorded(compilation, [...path, 'from'], [], () => readScan(resolve(from), from))
  const size_bytes = scan.reduce((sum, { bytes }) => sum + bytes, 0)
  compilation.assume(`datasets.${name}.from`, `${from}: ${scan.length} files, ${formatQuantity(size_bytes, 'bytes')}`)
  return { fidelity, scan, size_bytes, files: scan.length }
}

/** Its recorded changes, if there are any. */
function recordedOf(
  name: string,
  { churn }: DatasetDocument,
  compilation: Compilation,
  resolve: (path: string) => string,
): Pick<DatasetSpecification, 'recorded'> {
  if (churn === undefined) return {}
  const path = ['datasets', name, 'churn']
  const { log, scans, every = DAY_S, modified = 1 } = churn
  if ((log === undefined) === (scans === undefined)) {
    compilation.problem(path, 'expected either log: a change log, or scans: a list of scans', 'key')
    return {}
  }
  const nothing = { period_s: every, changes: [] }
  const changes =
    log === undefined
      ? recorded(compilation, [...path, 'scans'], nothing, () => {
          const read = scans!.map((scan) => readScan(resolve(scan), scan))
          return changesBetween(read, every, modified)
        })
      : recorded(compilation, [...path, 'log'], nothing, () =>
          readChangeLog(resolve(log), log, compilation.frame.start),
        )
  const days = Math.round((100 * changes.period_s) / DAY_S) / 100
  const written = changes.changes.reduce((sum, { bytes = 0, share = 1 }) => sum + bytes * share, 0)
  const again = `${changes.changes.length} changes and ${formatQuantity(written, 'bytes')} written in ${days} days, again and again`
  const told = scans === undefined ? again : `${again}; ${100 * modified} % of a modified file is new`
  compilation.assume(`datasets.${name}.churn`, told)
  return { recorded: changes }
}

/** Reads a recording; one that cannot be understood is a problem of the scenario at this path. */
function recorded<T>(compilation: Compilation, path: readonly (string | number)[], otherwise: T, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RecordedFileError)) throw error
    compilation.problem(path, error.message)
    return otherwise
  }
}

function presetText(name: string, preset: DatasetPreset): string {
  const { meanFile_bytes, change_perDay, locality, growth_perYear, compressibility, rhythm } = preset
  return (
    `${name}: files of ${formatQuantity(meanFile_bytes, 'bytes')} on average, ${100 * change_perDay} %/day ${locality}, ` +
    `growth ${100 * growth_perYear} %/year, compressibility ${compressibility}, ${rhythm} writes`
  )
}
