/** A line of a JSON file is not longer than this, unless one value is. */
const WIDTH = 120

/**
 * JSON for people and for diffs: what fits on a line stands on a line, so a row of data is a line. Numbers that are not
 * finite become null, as in JSON.stringify.
 */
export function readableJson(value: unknown): string {
  return `${written(JSON.parse(JSON.stringify(value)), '')}\n`
}

function written(value: unknown, indent: string): string {
  const line = onOneLine(value)
  if (typeof value !== 'object' || value === null || indent.length + line.length <= WIDTH) return line
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + written(item, inner)).join(',\n')}\n${indent}]`
  }
  const entries = Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${written(item, inner)}`)
  return `{\n${entries.join(',\n')}\n${indent}}`
}

function onOneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${onOneLine(item)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}
