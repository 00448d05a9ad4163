import type { DatasetFidelity } from '../../src/adapters/virtual/index.ts'
import { histories } from './histories.ts'
import { measure } from './measure.ts'
import type { Measured, Sizes } from './measure.ts'

/** How far described data is from real bytes on one history; each a share of what real bytes gave. */
export interface Deviations {
  readonly history: string
  readonly chunks: number
  readonly new_bytes: number
  /** Of the backup that deviates most. */
  readonly worstBackup: number
  readonly pruned_bytes: number
  readonly restored_bytes: number
}

/**
 * Runs a history at both fidelities and compares. Cuts are drawn from keys, and by each fidelity in its own way: sums over
 * several repositories, with keys of their own, tell a deviation from chance.
 */
export async function deviations(history: string, sizes: Sizes, repositories: number): Promise<Deviations> {
  const of = async (fidelity: DatasetFidelity): Promise<Measured> => {
    const measured: Measured[] = []
    for (let k = 0; k < repositories; k++)
      measured.push(await measure(`${history} ${k}`, histories[history]!, fidelity, sizes))
    return total(measured)
  }
  return compare(history, await of('bytes'), await of('extents'))
}

function total(measured: readonly Measured[]): Measured {
  const backups = (of: (each: Measured) => readonly number[]): number[] =>
    of(measured[0]!).map((_, backup) => sum(measured.map((each) => of(each)[backup]!)))
  return {
    chunks: backups(({ chunks }) => chunks),
    new_bytes: backups(({ new_bytes }) => new_bytes),
    pruned_bytes: sum(measured.map(({ pruned_bytes }) => pruned_bytes)),
    restored_bytes: sum(measured.map(({ restored_bytes }) => restored_bytes)),
  }
}

function compare(history: string, real: Measured, described: Measured): Deviations {
  const ofBackups = real.new_bytes.map((bytes, backup) => relative(described.new_bytes[backup]!, bytes))
  return {
    history,
    chunks: relative(sum(described.chunks), sum(real.chunks)),
    new_bytes: relative(sum(described.new_bytes), sum(real.new_bytes)),
    worstBackup: ofBackups.reduce((worst, each) => (Math.abs(each) > Math.abs(worst) ? each : worst), 0),
    pruned_bytes: relative(described.pruned_bytes, real.pruned_bytes),
    restored_bytes: relative(described.restored_bytes, real.restored_bytes),
  }
}

function relative(value: number, to: number): number {
  return value === to ? 0 : value / to - 1
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
