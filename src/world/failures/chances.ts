import type { RandomStream } from '../../kernel/index.ts'

/** The probability at which a rare event is played under bias, before the first of them has happened and after. */
const FIRST = 1 / 3
const NEXT = 2 / 3
/** A rare event that does not happen makes the case weigh more. Beyond this weight nothing is biased any more. */
const HEAVIEST = 8

/**
 * Random failures during a recovery that a loss may depend on. To study rare losses, they can be made to happen more
 * often than they do; the weight of the case then falls as its true probability does. The weighted share of cases is
 * unbiased, because the probability played depends only on what has happened before.
 *
 * Source of failure biasing: Nicola, Shahabuddin, Nakayama, IEEE Transactions on Reliability 50 (2001) 246-264.
 */
export class Chances {
  #likelihoodRatio = 1
  #biased = false
  #happened = false

  /** From now on rare events are played more often. */
  bias(): void {
    this.#biased = true
  }

  /** Probability of what has happened divided by the probability at which it was played. */
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
