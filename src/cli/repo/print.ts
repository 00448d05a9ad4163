import { once } from 'node:events'
import { heldBytes } from '../../engine/bytes/held-bytes.ts'
import type { Content } from '../../engine/ports.ts'
import { escaped, visibleText } from '../visible-text.ts'
import { count } from '../../report/text/human.ts'

/** Results go to stdout: as JSON for programs, as text for people. */
export function print(args: { json: boolean }, value: unknown, text: () => string): void {
  process.stdout.write(args.json ? `${JSON.stringify(value, asNumberOrText, 2)}\n` : `${visibleText(text())}\n`)
}

/** Content goes there as fast as it is read on the other side. */
export async function toStdout(part: Content): Promise<void> {
  if (!process.stdout.write(heldBytes(part))) await once(process.stdout, 'drain')
}

/** Something to know that does not stop what is done. On a terminal a progress bar may stand in its place. */
export function warn(message: string): void {
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001B[K' : ''}warning: ${visibleText(message)}\n`)
}

/** Nanoseconds since 1970 are more than a JSON number holds. */
function asNumberOrText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

/** Beginnings of snapshot ids that people read and write. */
export const shortId = (id: string): string => id.slice(0, 8)

/** '1 file', '1,234 files' */
export const counted = (number: number, noun: string, plural = `${noun}s`): string =>
  `${count(number)} ${number === 1 ? noun : plural}`

/** Lines with their columns one under another; the last column is not padded. */
export function table(given: ReadonlyArray<readonly string[]>, rightAligned: readonly number[] = []): string {
  const widths: number[] = []
  // A name that goes on in another line would look like a row.
  const rows = given.map((row) => row.map((cell) => visibleText(cell).replaceAll('\n', escaped)))
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return rows
    .map((row) =>
      row
        .map((cell, at) => (rightAligned.includes(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A path of bytes as text; control characters and bytes that are not UTF-8 as escapes. */
export function shownPath(path: string): string {
  const text = Buffer.from(path, 'latin1').toString('utf8')
  const shown = text.includes('\uFFFD') ? path : text
  // oxlint-disable-next-line no-control-regex -- a terminal obeys such characters; they are shown instead
  return shown.replace(/[\u0000-\u001F\u007F-\u009F\\]/g, (character) =>
    character === '\\' ? '\\\\' : escaped(character),
  )
}
