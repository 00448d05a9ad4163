import type { RandomStream } from '../../kernel/index.ts'

/** As what is rare is played, before anything rare has happened and after. */
const FIRST = 1 / 3
const NEXT = 2 / 3
/** Each rare thing that does not happen makes a case weigh more; beyond this, chance goes on as it is. */
const HEAVIEST = 8

/**
 * What goes wrong with a probability during a recovery, such that a loss may depend on it. For losses that come of what is rare,
 * such things can be made to happen more often than they do; the case then weighs as much less as it is less likely. A share
 * of cases, each counted by its weight, is unbiased, as the probability played depends on nothing but what has happened before.
 *
 * Source of failure biasing: Nicola, Shahabuddin, Nakayama, IEEE Transactions on Reliability 50 (2001) 246-264.
 */
export class Chances {
  #likelihoodRatio = 1
  #biased = false
  #happened = false

  /** From now on what is rare is played more often. */
  bias(): void {
    this.#biased = true
  }

  /** How likely what has happened is, over how likely it was played. */
  get likelihoodRatio(): number {
    return this.#likelihoodRatio
  }

  happens(probability: number, random: RandomStream): boolean {
    const least = this.#happened ? NEXT : FIRST
    if (!this.#biased || probability <= 0 || probability >= least || this.#likelihoodRatio > HEAVIEST) {
      return random.chance(probability)
    }
    const happens = random.chance(least)
    this.#likelihoodRatio *= happens ? probability / least : (1 - probability) / (1 - least)
    this.#happened ||= happens
    return happens
  }
}
