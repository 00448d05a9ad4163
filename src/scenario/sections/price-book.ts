import type { Path } from '../document/document.ts'
import { didYouMean } from '../document/nearest-word.ts'
import { objectStoreClasses } from '../reference-data/object-stores.ts'
import type { Provenance } from '../reference-data/provenance.ts'
import type { Assumption } from '../scenario.ts'
import type { PriceBookDocument } from '../schema/money.ts'

/** Receives mistakes and assumptions. */
export interface Notes {
  readonly assumptions: readonly Assumption[]
  problem(path: Path, message: string, part?: 'key' | 'value'): void
  assume(subject: string, value: string, origin: Provenance): void
}

type Item = 'storage' | 'put' | 'get' | 'retrieval' | 'egress' | 'cartridge' | 'pickup' | 'recall' | 'trip'

/** A part of a book that has prices; its own provenance takes precedence over the book's. */
type SectionOfPrices = { readonly [Name in Item]?: number | undefined } & {
  readonly [Name in 'region' | 'date' | 'source']?: string | undefined
} & { readonly mark?: Provenance['mark'] | undefined }

const UNITS: Readonly<Record<Item, string>> = {
  storage: 'per GB-month',
  put: 'per 1000 requests',
  get: 'per 1000 requests',
  retrieval: 'per GB',
  egress: 'per GB',
  cartridge: 'each',
  pickup: 'each',
  recall: 'each',
  trip: 'each',
}

/** Prices of a scenario's own book. A price that is asked for is used, and so is noted among the assumptions. */
export class PriceBook {
  readonly #book: PriceBookDocument
  readonly #notes: Notes

  constructor(book: PriceBookDocument, notes: Notes) {
    this.#book = book
    this.#notes = notes
    for (const name of Object.keys(book.classes)) {
      const known = Object.keys(objectStoreClasses)
      if (known.includes(name)) continue
      const near = didYouMean(name, known) || `; there are ${known.join(', ')}`
      notes.problem(['prices', 'classes', name], `'${name}' is not a class of object stores${near}`, 'key')
    }
  }

  /** In US dollars; undefined where the book has none. */
  price(of: 'tape' | 'courier' | `classes.${string}`, item: Item): number | undefined {
    const { tape, courier, classes, currency, name, ...common } = this.#book
    const section: SectionOfPrices | undefined =
      of === 'tape' ? tape : of === 'courier' ? courier : classes[of.slice('classes.'.length)]
    const written = section?.[item]
    if (section === undefined || written === undefined) return undefined
    const { code, usd } = currency ?? { code: 'USD', usd: 1 }
    const region = section.region ?? common.region
    const value = `${code} ${written} ${UNITS[item]}${region === undefined ? '' : `, ${region}`}`
    const origin: Provenance = {
      source: `${name}${(section.source ?? common.source) === undefined ? '' : `: ${section.source ?? common.source}`}`,
      mark: section.mark ?? common.mark ?? 'scenario',
      date: section.date ?? common.date ?? '',
    }
    const subject = `prices.${of}.${item}`
    if (!this.#notes.assumptions.some((each) => each.subject === subject)) {
      this.#notes.assume(subject, value, origin)
    }
    return written * usd
  }
}
