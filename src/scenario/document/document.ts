import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument, visit } from 'yaml'
import type { Document, Node } from 'yaml'
import { explained } from './syntax-faults.ts'

export type Path = readonly (string | number)[]

/** A place in the text; lines and columns count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
  /** Number of characters to underline. */
  readonly length: number
}

/** An error in the YAML itself. */
export interface SyntaxFault {
  readonly message: string
  readonly place: Place
}

/** A YAML file that knows the place of everything in it. */
export class ScenarioFile {
  readonly path: string
  readonly text: string
  readonly faults: readonly SyntaxFault[]
  readonly #document: Document.Parsed
  readonly #lines = new LineCounter()

  constructor(text: string, path: string) {
    this.path = path
    this.text = text
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      merge: true,
      prettyErrors: false,
      stringKeys: true,
    })
    // After the first syntax error the rest of the file is misread, so later errors are not the user's.
    const { errors } = this.#document
    const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY')
    const faults = errors
      .filter((error) => error === first || error.code === 'DUPLICATE_KEY')
      .map(({ code, message, pos: [from, to] }): SyntaxFault => {
        if (code === 'DUPLICATE_KEY') {
          return { message: this.#twice(from), place: this.#place(from, from + this.#word(from).length) }
        }
        const fault = explained({ code, message, text, from, to })
        return { message: fault.message, place: this.#place(fault.from, fault.to) }
      })
    this.faults = faults.length > 0 ? faults : this.#faultsOfContent()
  }

  /** Finds what is valid YAML but has no meaning here, or would silently be lost. */
  #faultsOfContent(): SyntaxFault[] {
    const faults: SyntaxFault[] = []
    visit(this.#document, {
      Alias: (_, node) => {
        if (node.resolve(this.#document) !== undefined) return
        const message = `nothing above is called &${node.source}; a text that begins with * stands in quotes`
        faults.push({ message, place: this.#placeOf(node) })
      },
      Scalar: (_, node) => {
        if (typeof node.value !== 'string' || node.type !== 'PLAIN' || !CUT_IN_CURLY_QUOTES.test(node.value)) return
        const message = `${node.value[0]} is a letter to YAML, and what it opens ends at the next comma; write ' or " instead`
        faults.push({ message, place: this.#placeOf(node) })
      },
      Pair: (_, { key }) => {
        if (!isScalar(key) || key.value !== '__proto__') return
        faults.push({ message: "'__proto__' cannot be a name; choose another", place: this.#placeOf(key) })
      },
    })
    return faults
  }

  /** The file's content as plain objects, lists and scalars. */
  get content(): unknown {
    return this.#document.toJS({ maxAliasCount: 1000 }) as unknown
  }

  /** The first *alias in the file. */
  get firstAlias(): Place {
    let place = this.#place(0, 0)
    visit(this.#document, {
      Alias: (_, node) => {
        place = this.#placeOf(node)
        return visit.BREAK
      },
    })
    return place
  }

  /** The place of the value at a path, or of its key. For a path that leads nowhere: the key of the last part that exists. */
  locate(path: Path, part: 'key' | 'value' = 'value'): Place {
    let node: Node | null | undefined = this.#resolve(this.#document.contents)
    let key: Node | undefined
    for (const [depth, step] of path.entries()) {
      const entry = this.#child(node, step)
      if (entry === undefined) return this.#placeOf(key ?? node)
      key = entry.key
      node = this.#resolve(entry.value)
      const last = depth === path.length - 1
      if (last && (part === 'key' || isNothing(node))) return this.#placeOf(key ?? node)
    }
    return this.#placeOf(node)
  }

  /** Tells where a repeated key was first written, at the same indentation. */
  #twice(from: number): string {
    const key = this.#word(from)
    const { column } = this.#place(from, from)
    const before = this.text.slice(0, from).split('\n')
    const first = before.findLastIndex((line) => line.slice(column - 1).startsWith(`${key}:`))
    const where = first === -1 ? '' : ` in line ${first + 1}`
    return `'${key}' is there already${where}, in the same mapping; keep one of them, with what both hold`
  }

  /** The word that begins at an offset. */
  #word(from: number): string {
    return /^[^\s:]+/.exec(this.text.slice(from))?.[0] ?? ''
  }

  line(number: number): string {
    return this.text.split('\n')[number - 1]?.replace(/\r$/, '') ?? ''
  }

  #child(
    node: Node | null | undefined,
    step: string | number,
  ): { key: Node | undefined; value: Node | null } | undefined {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      return pair === undefined ? undefined : { key: nodeOf(pair.key) ?? undefined, value: nodeOf(pair.value) }
    }
    if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      return { key: undefined, value: nodeOf(node.items[step]) }
    }
    return undefined
  }

  #resolve(node: Node | null | undefined): Node | null | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node
  }

  #placeOf(node: Node | null | undefined): Place {
    const [from, to] = node?.range ?? [0, 0]
    return this.#place(from, isMap(node) || isSeq(node) ? from + 1 : to)
  }

  #place(from: number, to: number): Place {
    const { line, col } = this.#lines.linePos(Math.min(from, this.text.length))
    const rest = this.line(line).length - (col - 1)
    return { line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, Math.min(to - from, rest)) }
  }
}

/** As word processors write them, with the rest of what they hold lost to the next entry. */
const CUT_IN_CURLY_QUOTES = /^[“„‘«][^”“’»]*$/

function nodeOf(value: unknown): Node | null {
  return isNode(value) ? value : null
}

/** No value was written, not even null. */
function isNothing(node: Node | null | undefined): boolean {
  if (node === null || node === undefined) return true
  return isScalar(node) && node.range !== undefined && node.range !== null && node.range[0] === node.range[1]
}

/** The value at a path of plain content; undefined where the path leads nowhere. */
export function valueAt(content: unknown, path: Path): unknown {
  let value = content
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)]
    else if (isMapping(value) && Object.hasOwn(value, step)) value = value[step]
    else return undefined
  }
  return value
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
