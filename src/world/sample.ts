import { lawOf } from '../kernel/index.ts'
import type { Law, LawDescription, RandomStream } from '../kernel/index.ts'

/** Distribution of a non-negative random quantity; its parameters are in the unit of the field that holds it. */
export type Distribution = LawDescription

/** Laws by their description, so that parameters are checked and moments derived only once; descriptions never change. */
const laws = new WeakMap<Distribution, Law>()

/** Draws one value of the distribution from the stream. */
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
