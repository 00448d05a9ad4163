import type { Settings } from '../../scenario/document/set-values.ts'
import { significant } from './human.ts'
import { valueText } from './words.ts'

/** 'links.wan.bandwidth = 20 Mbit/s, datasets.docs.size = 2 TB' */
export function settingsText(settings: Settings): string {
  return Object.entries(settings)
    .map(([path, value]) => `${path} = ${drawnText(value)}`)
    .join(', ')
}

/** A value for people. One drawn from a range has nine digits, which are hard to read. */
export function drawnText(value: unknown): string {
  return valueText(value).replace(/\d+\.\d{3,}/, (digits) => significant(Number(digits), 4))
}

/** What was changed in each of several variants, by the last words of each path: ['wan.bandwidth = 20 Mbit/s', …]. */
export function settingNames(variants: readonly { readonly settings: Settings }[]): (settings: Settings) => string[] {
  const paths = new Set(variants.flatMap(({ settings }) => Object.keys(settings)))
  const words = new Map([...paths].map((path) => [path, lastWords(path, paths)]))
  return (settings) =>
    Object.entries(settings).map(([path, value]) => `${words.get(path) ?? path} = ${drawnText(value)}`)
}

/** As many of a path's last words, at least two, as tell it from the others: 'bucket.class'. */
function lastWords(path: string, paths: ReadonlySet<string>): string {
  const words = path.split('.')
  for (let taken = 2; taken < words.length; taken += 1) {
    const ending = words.slice(-taken).join('.')
    if (![...paths].some((other) => other !== path && other.endsWith(`.${ending}`))) return ending
  }
  return path
}
