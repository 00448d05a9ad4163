/** From <linux/posix_acl_xattr.h>: the kinds of entries. Named users and groups have a number. */
const TAGS: ReadonlyMap<number, { readonly word: string; readonly isNamed: boolean }> = new Map([
  [0x01, { word: 'user', isNamed: false }],
  [0x02, { word: 'user', isNamed: true }],
  [0x04, { word: 'group', isNamed: false }],
  [0x08, { word: 'group', isNamed: true }],
  [0x10, { word: 'mask', isNamed: false }],
  [0x20, { word: 'other', isNamed: false }],
])

const VERSION = 2
const ENTRY_BYTES = 8

/**
 * An access control list as Linux keeps it in an extended attribute, as text of POSIX.1e: 'user::rw-,user:1000:r--,…'.
 * Undefined for anything else.
 */
export function accessListText(value: Uint8Array): string | undefined {
  if (value.length < 4 || (value.length - 4) % ENTRY_BYTES !== 0) return undefined
  const view = new DataView(value.buffer, value.byteOffset, value.length)
  if (view.getUint32(0, true) !== VERSION) return undefined
  const entries: string[] = []
  for (let at = 4; at < value.length; at += ENTRY_BYTES) {
    const tag = TAGS.get(view.getUint16(at, true))
    if (tag === undefined) return undefined
    const permissions = view.getUint16(at + 2, true)
    const letters = ['r', 'w', 'x'].map((letter, bit) => ((permissions >> (2 - bit)) & 1 ? letter : '-')).join('')
    entries.push(`${tag.word}:${tag.isNamed ? view.getUint32(at + 4, true) : ''}:${letters}`)
  }
  return entries.join(',')
}
