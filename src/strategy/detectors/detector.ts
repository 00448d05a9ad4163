/** The engine's record of one backup, in bytes. */
export interface BackupFigures {
  /** Size of all files. */
  readonly source_bytes: number
  /** Chunks that were not stored before, before and after compression. */
  readonly new_bytes: number
  readonly stored_bytes: number
}

/**
 * Judges a backup by its figures and those of the backups before it. To add one: a file in this folder, and a line in
 * the registry.
 */
export interface Detector<Name extends string> {
  readonly name: Name
  /** Describes what is wrong; undefined when nothing seems to be. */
  judge(now: BackupFigures, before: readonly BackupFigures[], threshold: number): string | undefined
}

/** Number of backups needed to know what is usual. */
export const USUAL_FROM = 3

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`
}
