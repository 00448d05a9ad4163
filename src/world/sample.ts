import { lawOf } from '../kernel/index.ts'
import type { Law, LawDescription, RandomStream } from '../kernel/index.ts'

/** A law for a non-negative random quantity; parameters are in the unit of the field that holds it. */
export type Distribution = LawDescription

/** Laws whose parameters have been checked and moments worked out; a description never changes. */
const laws = new WeakMap<Distribution, Law>()

/** One value of the law, drawn from the stream. */
export function sample(distribution: Distribution, random: RandomStream): number {
  return knownLawOf(distribution).sample(random)
}

export function meanOf(distribution: Distribution): number {
  return knownLawOf(distribution).mean
}

function knownLawOf(distribution: Distribution): Law {
  let law = laws.get(distribution)
  if (law === undefined) laws.set(distribution, (law = lawOf(distribution)))
  return law
}
