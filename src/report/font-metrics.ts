import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** The font files of the charts; the system's fonts are left out, so that every machine draws the same. */
export const FONT_FILES = ['DejaVuSans', 'DejaVuSans-Bold'].map((name) =>
  createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`),
)

/** Width of a text in pixels at a font size in pixels, as the sum of its glyphs' advances: DejaVu Sans needs no kerning. */
export type TextWidth = (text: string, fontSize_px: number) => number

/**
 * Reads the advance widths of a TrueType font: tables head (units an em), hhea and hmtx (advances), cmap format 4 (glyph of
 * a character of the basic plane).
 * Source: Apple, TrueType Reference Manual; Microsoft, OpenType 1.9.
 */
export function readTextWidth(path: string): TextWidth {
  const font = readFileSync(path)
  const tables = new Map<string, number>()
  for (let entry = 12; entry < 12 + 16 * font.readUInt16BE(4); entry += 16) {
    tables.set(font.toString('latin1', entry, entry + 4), font.readUInt32BE(entry + 8))
  }
  const at = (tag: string): number => {
    const offset = tables.get(tag)
    if (offset === undefined) throw new Error(`${path}: no table '${tag}'; not a TrueType font`)
    return offset
  }
  const unitsPerEm = font.readUInt16BE(at('head') + 18)
  const advances = font.readUInt16BE(at('hhea') + 34)
  const hmtx = at('hmtx')
  const glyphOf = readCharacterMap(font, at('cmap'), path)
  const widths = new Map<number, number>()
  const advance = (code: number): number => {
    let width = widths.get(code)
    if (width === undefined) {
      width = font.readUInt16BE(hmtx + 4 * Math.min(glyphOf(code), advances - 1)) / unitsPerEm
      widths.set(code, width)
    }
    return width
  }
  return (text, fontSize_px) => {
    let ems = 0
    for (const character of text) ems += advance(character.codePointAt(0) ?? 0)
    return ems * fontSize_px
  }
}

function readCharacterMap(font: Buffer, cmap: number, path: string): (code: number) => number {
  let table = -1
  for (let entry = cmap + 4; entry < cmap + 4 + 8 * font.readUInt16BE(cmap + 2); entry += 8) {
    const offset = cmap + font.readUInt32BE(entry + 4)
    if (font.readUInt16BE(offset) === 4) table = offset
  }
  if (table === -1) throw new Error(`${path}: no character map of format 4`)
  const doubled = font.readUInt16BE(table + 6)
  const ends = table + 14
  const starts = ends + doubled + 2
  const deltas = starts + doubled
  const offsets = deltas + doubled
  return (code) => {
    if (code > 0xff_ff) return 0
    for (let at = 0; at < doubled; at += 2) {
      if (code > font.readUInt16BE(ends + at)) continue
      const start = font.readUInt16BE(starts + at)
      if (code < start) return 0
      const delta = font.readUInt16BE(deltas + at)
      const offset = font.readUInt16BE(offsets + at)
      if (offset === 0) return (code + delta) & 0xff_ff
      const glyph = font.readUInt16BE(offsets + at + offset + 2 * (code - start))
      return glyph === 0 ? 0 : (glyph + delta) & 0xff_ff
    }
    return 0
  }
}
