/** A table before it is laid out, for a terminal or a page. A row of one text is a heading of the rows that follow. */
export interface TextTable {
  readonly title?: string
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/**
 * A table of texts: columns as wide as their widest entry, two spaces between them, the first to the left and the others to
 * the right, a rule under the headings, which may have several lines. A row of one text stands above those that follow, across
 * all columns.
 */
export function plainTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const heads = headings.map((heading) => heading.split('\n'))
  const height = Math.max(...heads.map((lines) => lines.length))
  const headLines = Array.from({ length: height }, (_, k) => heads.map((lines) => lines.at(k - height) ?? ''))
  const entries = [...headLines, ...rows.filter((row) => !isAcross(row))]
  const widths = headings.map((_, column) => Math.max(...entries.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  const body = rows.map((row) => (isAcross(row) ? row[0]! : line(row)))
  return `${[...headLines.map(line), rule, ...body].join('\n')}\n`
}

/** A heading of the rows that follow, across all columns. */
export function isAcross(row: readonly string[]): boolean {
  return row.length === 1
}

/** A table with its title above it. */
export function titledTable({ title, headings, rows }: TextTable): string {
  return `${title === undefined ? '' : `${title}\n`}${plainTable(headings, rows)}`
}
