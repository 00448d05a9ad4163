import type { Settings } from '../../scenario/document/set-values.ts'
import { significant } from './human.ts'
import { valueText } from './words.ts'

/** 'links.wan.bandwidth = 20 Mbit/s, datasets.docs.size = 2 TB' */
export function settingsText(settings: Settings): string {
  return Object.entries(settings)
    .map(([path, value]) => `${path} = ${drawnText(value)}`)
    .join(', ')
}

/** A value for people. One drawn from a range has nine digits, which nobody wants to read. */
export function drawnText(value: unknown): string {
  return valueText(value).replace(/\d+\.\d{3,}/, (digits) => significant(Number(digits), 4))
}
