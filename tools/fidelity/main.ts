import { deviations } from './comparison.ts'
import type { Deviations } from './comparison.ts'
import { histories } from './histories.ts'

/**
 * Prints how far described data is from real bytes: `npm run fidelity`, or with the names of some histories. Deviations in
 * total are to be within 2 %, those of single backups within 5 %.
 */
const SIZES = { size_bytes: 4e7, generations: 6, chunk_bytes: 4096 }
const REPOSITORIES = 4
const IN_TOTAL = 0.02
const OF_A_BACKUP = 0.05

const COLUMNS = ['chunks', 'new_bytes', 'worstBackup', 'pruned_bytes', 'restored_bytes'] as const
const HEADINGS = ['chunks', 'new bytes', 'worst backup', 'after prune', 'restore reads']

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !(name in histories))
if (unknown === undefined) {
  const names = wanted.length > 0 ? wanted : Object.keys(histories)
  process.stdout.write(line('extents against bytes', HEADINGS))
  let outside = 0
  for (const name of names) {
    const result = await deviations(name, SIZES, REPOSITORIES)
    const within = COLUMNS.every((column) => Math.abs(result[column]) <= limitOf(column))
    if (!within) outside++
    process.stdout.write(line(name, [...COLUMNS.map((column) => percent(result[column])), within ? '' : 'OUTSIDE']))
  }
  process.stdout.write(`${names.length - outside} of ${names.length} within 2 % in total and 5 % a backup\n`)
  process.exitCode = outside === 0 ? 0 : 1
} else {
  process.stderr.write(`fidelity: there is no history '${unknown}'; there are ${Object.keys(histories).join(', ')}\n`)
  process.exitCode = 2
}

function limitOf(column: keyof Deviations): number {
  return column === 'worstBackup' ? OF_A_BACKUP : IN_TOTAL
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}

function line(name: string, columns: readonly string[]): string {
  return `${name.padEnd(28)}${columns.map((column) => column.padStart(14)).join('')}\n`.replace(/ +\n/, '\n')
}
