import { lawOf, pow } from '../../kernel/index.ts'
import type { LawDescription, RandomStream } from '../../kernel/index.ts'

/**
 * Documents kept in several copies whose sectors decay. A copy dies silently with its first bad sector. An audit looks
 * at all copies of a document and restores dead ones from a live one; a document without a live copy is lost for good.
 * Source of the model: M. Altman, R. Landau, Selecting efficient and reliable preservation strategies.
 */
export interface AuditedCopies {
  readonly documents: number
  readonly copies: number
  readonly sectors: number
  /** Time to the failure of one sector of fresh media. All times here are in one unit. */
  readonly sectorFailure: LawDescription
  /** Absent: no audits. */
  readonly audit?: Audit
}

export interface Audit {
  readonly interval: number
  /**
   * 'total': every document at every interval. 'segmented': the documents in `segments` parts, audited in turn at as
   * many instants within the interval. 'random': as many at a time as segmented, drawn anew with replacement, so that
   * some documents wait longer than an interval.
   */
  readonly cycle?: 'total' | 'segmented' | 'random'
  /** Default 4. */
  readonly segments?: number
}

/** Exponential decay with the given half-life. */
export function halfLife(time: number): LawDescription {
  return { law: 'exponential', mean: time / Math.LN2 }
}

/** Number of documents lost by the horizon. */
export function playAuditedCopies(system: AuditedCopies, random: RandomStream, horizon: number): number {
  const { documents, copies, sectors } = system
  const sector = lawOf(system.sectorFailure)
  // The first failure among `sectors`: its distribution function is 1 − (1 − F)^sectors.
  const life = (): number => sector.quantile(1 - pow(1 - random.uniform(), 1 / sectors))
  const audits = auditsOf(system, random, horizon)
  const dies = new Float64Array(copies)
  let lost = 0
  for (let document = 0; document < documents; document++) {
    for (let copy = 0; copy < copies; copy++) dies[copy] = life()
    let alive = true
    for (const audit of audits(document)) {
      if (dies.every((at) => at <= audit)) {
        alive = false
        break
      }
      for (let copy = 0; copy < copies; copy++) if (dies[copy]! <= audit) dies[copy] = audit + life()
    }
    if (!alive || dies.every((at) => at <= horizon)) lost++
  }
  return lost
}

/** The instants before the horizon at which each document is audited. */
function auditsOf(
  { documents, audit }: AuditedCopies,
  random: RandomStream,
  horizon: number,
): (document: number) => readonly number[] {
  if (audit === undefined) return () => []
  const { interval, cycle = 'total', segments = 4 } = audit
  if (!(interval > 0)) throw new RangeError(`audits are some time apart, not ${interval}`)
  if (cycle === 'total') {
    const all = multiples(interval, 0, horizon)
    return () => all
  }
  if (cycle === 'segmented') {
    const bySegment = Array.from({ length: segments }, (_, segment) =>
      multiples(interval, ((segment + 1) * interval) / segments - interval, horizon),
    )
    return (document) => bySegment[document % segments]!
  }
  const drawn = Array.from({ length: documents }, (): number[] => [])
  for (const at of multiples(interval / segments, 0, horizon)) {
    for (let k = 0; k < Math.round(documents / segments); k++) {
      const instants = drawn[random.integer(documents)]!
      if (instants.at(-1) !== at) instants.push(at)
    }
  }
  return (document) => drawn[document]!
}

function multiples(interval: number, offset: number, horizon: number): number[] {
  const instants: number[] = []
  for (let k = 1; offset + k * interval < horizon; k++) instants.push(offset + k * interval)
  return instants
}
