/** What may stand at a place of a scenario, from its JSON Schema and the names that it has so far. */

/** JSON Schema, as far as completion needs it. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema | false
  readonly enum?: ReadonlyArray<string | number>
  readonly const?: string | number | boolean
  readonly examples?: ReadonlyArray<string | number>
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

export interface Completion {
  /** What has been written of the word. */
  readonly word: string
  readonly candidates: readonly string[]
}

/** Which names a key refers to. */
const NAMES_OF: Readonly<Record<string, string>> = {
  site: 'topology.sites',
  node: 'topology.nodes',
  dataset: 'datasets',
  to: 'topology.stores',
  from: 'topology.stores',
  store: 'topology.stores',
  offsite: 'topology.stores',
}
const ITEM = '[]'

/** A mapping that is being written: its keys so far, with those values that are plain words. */
type Siblings = Map<string, string>

interface Place {
  readonly path: readonly string[]
  readonly siblings: Siblings
  /** The key whose value is being written; undefined where a key is. */
  readonly key: string | undefined
  readonly word: string
}

interface Frame {
  readonly indent: number
  key: string
  readonly siblings: Siblings
}

/**
 * @param before the text up to the caret; mappings and lists in blocks (by indentation) and in braces
 * @returns undefined where nothing is known, as in comments
 */
export function complete(before: string, schema: Schema): Completion | undefined {
  const lines = before.split('\n')
  const line = lines.pop() ?? ''
  const frames: Frame[] = []
  const names = new Map<string, Set<string>>()
  for (const each of lines) enter(each, frames, names)
  const place = placeIn(line, frames)
  if (place === undefined) return undefined
  const here = [...place.path].reduce<Schema[]>(
    (schemas, key) => schemas.flatMap((each) => below(each, key, schema)),
    [schema],
  )
  const objects = here
    .flatMap((each) => alternatives(each, schema))
    .filter(({ properties = {} }) =>
      [...place.siblings].every(
        ([key, value]) => properties[key]?.const === undefined || String(properties[key].const) === value,
      ),
    )
  const all =
    place.key === undefined
      ? objects.flatMap(({ properties = {} }) => Object.keys(properties)).filter((key) => !place.siblings.has(key))
      : [...valuesOf(place.key, objects, schema), ...(names.get(NAMES_OF[place.key] ?? '') ?? [])]
  const candidates = [...new Set(all)].filter((each) => each.startsWith(place.word) && each !== place.word)
  return { word: place.word, candidates }
}

/** Takes a line that is complete into account: the keys above the caret, and the names that are declared. */
function enter(line: string, frames: Frame[], names: Map<string, Set<string>>): void {
  const [, spaces = '', dash = '', key, value = ''] =
    /^(\s*)((?:- )*)([\w-]+):(?:\s+(.*))?$/.exec(line.replace(/\s+#.*$/, '')) ?? []
  if (key === undefined) return
  const frame = frameAt(frames, spaces.length + dash.length, dash !== '')
  frame.key = key
  frame.siblings.set(key, value)
  const path = frames.slice(0, -1).map((each) => each.key)
  const parent = path.join('.')
  const known = names.get(parent) ?? new Set()
  names.set(parent, known.add(key))
}

/** The mapping that a line of this indentation belongs to; one further in begins a new one. */
function frameAt(frames: Frame[], indent: number, item: boolean): Frame {
  while (frames.length > 0 && (frames.at(-1)?.indent ?? 0) > indent) frames.pop()
  // Each item of a list begins a mapping of its own.
  if (item && frames.at(-1)?.indent === indent) frames.pop()
  let frame = frames.at(-1)
  if (frame === undefined || frame.indent < indent) {
    if (item && frame?.key !== ITEM) frames.push({ indent: indent - 1, key: ITEM, siblings: new Map() })
    frame = { indent, key: '', siblings: new Map() }
    frames.push(frame)
  }
  return frame
}

/** Where the caret is, at the end of the line. */
function placeIn(line: string, frames: Frame[]): Place | undefined {
  if (/(^|\s)#/.test(line)) return undefined
  const [start = '', spaces = '', dash = ''] = /^(\s*)((?:- )*)/.exec(line) ?? []
  const frame = frameAt(frames, spaces.length + dash.length, dash !== '')
  const path = frames.slice(0, -1).map((each) => each.key)
  const nested: { key: string | undefined; siblings: Siblings; list: boolean }[] = [
    { key: undefined, siblings: frame.siblings, list: false },
  ]
  let word = ''
  for (const letter of line.slice(start.length)) {
    const inner = nested.at(-1)
    if (inner === undefined) return undefined
    if (letter === '{' || letter === '[') {
      nested.push({ key: undefined, siblings: new Map(), list: letter === '[' })
      word = ''
    } else if (letter === '}' || letter === ']' || letter === ',') {
      if (inner.key !== undefined) inner.siblings.set(inner.key, word.trim())
      if (letter === ',') inner.key = undefined
      else nested.pop()
      word = ''
    } else if (letter === ' ' && word.endsWith(':')) {
      inner.key = word.slice(0, -1).trim()
      word = ''
    } else word += letter
  }
  const inner = nested.at(-1)
  if (inner === undefined) return undefined
  for (const outer of nested.slice(0, -1))
    path.push(...(outer.list ? [ITEM] : outer.key === undefined ? [] : [outer.key]))
  return { path, siblings: inner.siblings, key: inner.list ? ITEM : inner.key, word: word.trimStart() }
}

function valuesOf(key: string, objects: readonly Schema[], root: Schema): string[] {
  return objects
    .flatMap((each) => below(each, key, root))
    .flatMap((each) => alternatives(each, root))
    .flatMap(
      (each): ReadonlyArray<string | number | boolean> =>
        each.enum ?? (each.const === undefined ? (each.examples ?? []) : [each.const]),
    )
    .map(String)
}

/** The schema with its references and alternatives spelt out. */
function alternatives(schema: Schema, root: Schema): Schema[] {
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')]
    return target === undefined ? [] : alternatives(target, root)
  }
  const several = schema.anyOf ?? schema.oneOf
  return several === undefined ? [schema] : several.flatMap((each) => alternatives(each, root))
}

function below(schema: Schema, key: string, root: Schema): Schema[] {
  return alternatives(schema, root).flatMap(({ properties, additionalProperties, items }) => {
    if (key === ITEM) return items === undefined || items === false ? [] : [items]
    const own = properties?.[key]
    if (own !== undefined) return [own]
    return typeof additionalProperties === 'object' ? [additionalProperties] : []
  })
}
