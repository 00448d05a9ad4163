/**
 * A table of texts: columns as wide as their widest entry, two spaces between them, the first to the left and the others to
 * the right, a rule under the headings. A row of one text stands above those that follow, across all columns.
 */
export function plainTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const entries = rows.filter((row) => !isAcross(row))
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...entries.map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]): string =>
    isAcross(row)
      ? row[0]!
      : row
          .map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
          .join('  ')
          .trimEnd()
  return `${[line(headings), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')}\n`
}

function isAcross(row: readonly string[]): boolean {
  return row.length === 1
}
