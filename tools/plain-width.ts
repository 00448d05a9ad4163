import { stripVTControlCharacters } from 'node:util'

/**
 * Stands in the bundled command for the package string-width, which knows how wide every script and emoji is: to compile what it
 * knows takes a fifth of the start of each command, and what ours print of themselves is as wide as it has characters.
 */
export default function plainWidth(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length
}
