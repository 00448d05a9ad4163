import type { NameBytes } from '../ports.ts'

const utf8 = new TextDecoder()

/** Name bytes as text, for messages. Most are UTF-8; replacement characters show what is not. */
export function nameText(name: NameBytes): string {
  if (!/[\u0080-\u00FF]/.test(name)) return name
  return utf8.decode(Uint8Array.from(name, (character) => character.charCodeAt(0)))
}
