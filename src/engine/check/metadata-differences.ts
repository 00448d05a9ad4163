import { bytesEqual } from '../cryptography/cryptography.ts'
import type { EntryMetadata, ExtendedAttributes, SourceEntry } from '../ports.ts'

/** Something recorded of an entry that is different now, in words for people. */
export interface MetadataDifference {
  readonly what:
    | 'mode'
    | 'missing set-id bits'
    | 'owner'
    | 'time'
    | 'target of the link'
    | 'device numbers'
    | 'attributes'
    | 'hard links'
  readonly recorded: string
  readonly found: string
}

type Described = Pick<Partial<SourceEntry>, 'symlinkTarget' | 'device'> & { readonly metadata: EntryMetadata }

/** @param knowsAttributes whether the extended attributes found are all that exist */
export function metadataDifferences(before: Described, now: Described, knowsAttributes: boolean): MetadataDifference[] {
  const [a, b] = [before.metadata, now.metadata]
  const attributes = knowsAttributes ? differingAttributes(a.extendedAttributes, b.extendedAttributes) : []
  const pairs: Array<readonly [what: MetadataDifference['what'], recorded: string, found: string]> = [
    [lacksOnlySetId(a, b) ? 'missing set-id bits' : 'mode', modeText(a), modeText(b)],
    ['owner', `${a.uid}:${a.gid}`, `${b.uid}:${b.gid}`],
    ['time', timeText(a.mtime_ns), timeText(b.mtime_ns)],
    ['target of the link', before.symlinkTarget ?? '', now.symlinkTarget ?? ''],
    ['device numbers', deviceText(before), deviceText(now)],
    ...attributes.map(([recorded, found]) => ['attributes', recorded, found] as const),
  ]
  return pairs.flatMap(([what, recorded, found]) => (recorded === found ? [] : [{ what, recorded, found }]))
}

/** Attributes that are missing, additional, or have another value. */
function differingAttributes(
  before: ExtendedAttributes = [],
  now: ExtendedAttributes = [],
): Array<readonly [recorded: string, found: string]> {
  const found = new Map(now)
  const recorded = new Set(before.map(([name]) => name))
  const differing: Array<readonly [recorded: string, found: string]> = []
  for (const [name, value] of before) {
    const there = found.get(name)
    if (there === undefined) differing.push([name, 'none'])
    else if (!bytesEqual(there, value)) differing.push([name, 'another value of it'])
  }
  // Systems label new files by themselves.
  for (const [name] of now) if (!recorded.has(name) && !name.startsWith('security.')) differing.push(['none', name])
  return differing
}

/**
 * Bits that have a program run with the rights of its owner or group. A system takes them away where a file gets
 * another owner.
 */
const SET_ID_BITS = 0o6000
const lacksOnlySetId = (before: EntryMetadata, now: EntryMetadata): boolean =>
  before.mode !== now.mode && (before.mode & ~SET_ID_BITS) === now.mode

const modeText = ({ mode }: EntryMetadata): string => mode.toString(8).padStart(4, '0')

const deviceText = ({ device }: Described): string => (device === undefined ? '' : `${device.major}, ${device.minor}`)

/** '2026-03-01T12:00:00.123456789Z'; outside the range of calendar dates, nanoseconds since 1970. */
function timeText(time_ns: bigint): string {
  const fraction_ns = ((time_ns % NS) + NS) % NS
  const date = new Date(Number((time_ns - fraction_ns) / NS) * 1000)
  if (Number.isNaN(date.getTime())) return `${time_ns} ns`
  return date.toISOString().replace(/\.\d+Z$/, `.${String(fraction_ns).padStart(9, '0')}Z`)
}

const NS = 1_000_000_000n
