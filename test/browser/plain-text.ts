/** A scenario as text: JSON, and what JSON does not know (maps, arrays of numbers, infinity) under a mark of its own. */
export function toText(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) => {
    if (field instanceof Map) return { [MARK]: 'map', of: [...field] }
    if (field instanceof Float64Array) return { [MARK]: 'float64', of: [...field] }
    if (typeof field === 'number' && !Number.isFinite(field)) return { [MARK]: 'number', of: String(field) }
    return field
  })
}

export function fromText(text: string): unknown {
  return JSON.parse(text, (_key, field: Marked | null) => {
    if (field?.[MARK] === 'map') return new Map(field.of as [unknown, unknown][])
    if (field?.[MARK] === 'float64') return Float64Array.from(field.of as number[])
    if (field?.[MARK] === 'number') return Number(field.of)
    return field
  })
}

const MARK = '§'

interface Marked {
  readonly [MARK]?: 'map' | 'float64' | 'number'
  readonly of: unknown
}
