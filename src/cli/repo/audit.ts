import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { isS3Location } from '../../adapters/s3/s3-location.ts'
import type { AuditRecord } from '../../engine/ports.ts'
import { instant } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import { auditFile } from './audit-file.ts'
import { counted, print, table, warn } from './print.ts'

interface AuditArguments {
  repository: string | undefined
  outcome: AuditRecord['outcome'] | undefined
  last: number | undefined
  json: boolean
}

/** `firedrill repo audit [DIR]` */
export const auditCommand: CommandModule<object, AuditArguments> = {
  command: 'audit [repository]',
  describe: 'Show what this user has done to repositories from this machine, the oldest first',
  builder: (yargs) =>
    yargs
      .positional('repository', { type: 'string', describe: 'Only of this repository; by default of all' })
      .option('outcome', {
        choices: ['ok', 'refused', 'failed'] as const,
        requiresArg: true,
        describe: 'Only what ended so',
      })
      .option('last', { type: 'number', requiresArg: true, describe: 'Only so many, the newest' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' })
      .example('$0 repo audit --outcome refused', 'who was turned away')
      .epilog(
        'Records are kept in FIREDRILL_AUDIT_FILE, else in ~/.local/state/firedrill/audit.jsonl; no password is needed.',
      ),
  handler(args) {
    if (args.last !== undefined && !(Number.isInteger(args.last) && args.last > 0))
      throw new UsageError('--last takes a number of records, 1 or more')
    const file = auditFile()
    const { records, unreadable } = recordsIn(file)
    const found = records.filter(
      (record) =>
        (args.repository === undefined || isOf(record, args.repository)) &&
        (args.outcome === undefined || record.outcome === args.outcome),
    )
    const shown = args.last === undefined ? found : found.slice(-args.last)
    if (unreadable > 0) warn(`${counted(unreadable, 'line')} of ${file} cannot be read and were left out`)
    print(args, shown, () =>
      [
        table([
          ['UTC', 'OUTCOME', 'OPERATION', 'WHO', 'REPOSITORY', 'DETAIL'],
          ...shown.map(({ time, outcome, operation, principal, repository, detail }) => [
            instant(time),
            outcome,
            operation,
            principal,
            repository,
            Object.entries(detail)
              .map(([name, value]) => `${name}=${value}`)
              .join(' '),
          ]),
        ]),
        counted(shown.length, 'record'),
      ].join('\n'),
    )
  },
}

function isOf({ repository }: AuditRecord, location: string): boolean {
  return repository === (isS3Location(location) ? location.replace(/\/+$/, '') : resolve(location))
}

function recordsIn(file: string): { records: AuditRecord[]; unreadable: number } {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { records: [], unreadable: 0 }
    throw error
  }
  const lines = text.split('\n').filter((line) => line !== '')
  const records = lines.map(recordOf).filter((record) => record !== undefined)
  return { records, unreadable: lines.length - records.length }
}

/** Undefined for a line that a crash cut off, or somebody wrote by hand. */
function recordOf(line: string): AuditRecord | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is AuditRecord {
  if (typeof value !== 'object' || value === null) return false
  const { time, operation, principal, repository, outcome, detail }: Record<string, unknown> = { ...value }
  const texts = [operation, principal, repository, outcome]
  return (
    typeof time === 'number' &&
    texts.every((text) => typeof text === 'string') &&
    typeof detail === 'object' &&
    detail !== null
  )
}
