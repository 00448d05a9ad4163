/** What a YAML parser says of a file, in the words of whoever wrote it. */

/** A fault of the YAML, at an offset of the text. */
export interface TextFault {
  readonly message: string
  readonly from: number
  readonly to: number
}

interface ParserFault extends TextFault {
  readonly code: string
  readonly text: string
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab indents this line; YAML is indented by spaces',
  MULTIPLE_DOCS: 'a second document begins here; a file holds one scenario',
}

/** Explains what the parser found, and shows where it began rather than where it was noticed. */
export function explained(fault: ParserFault): TextFault {
  const { code, message, text, from, to } = fault
  const said = (words: string): TextFault => ({ message: words, from, to })
  const line = lineAt(text, from)
  const known = EXPLANATIONS[code]
  if (known !== undefined) return said(known)
  if (/\{\{|\$\{/.test(line)) return said('templates and variables are not filled in here; write the value itself')
  if (message.startsWith('Missing closing')) return unclosedQuote(fault)
  const [, reserved] = /(?:reserved|indicator) character (.)/.exec(message) ?? []
  if (reserved !== undefined) return said(`a text that begins with ${reserved} stands in quotes`)
  if (code === 'BAD_ALIAS') return said('a text that begins with * stands in quotes')
  const [, key, value] = /^\s*(?:- )?([\w.-]+)\s*=\s*(\S.*)$/.exec(line) ?? []
  if (key !== undefined) return said(`expected a colon between key and value; did you mean '${key}: ${value}'?`)
  if (/^Flow (map|sequence)/.test(message)) return said(unclosedBracket(text, from))
  if (message.startsWith('Unexpected scalar')) return unexpectedScalar(fault)
  if (/^Nested mappings|^Block collections/.test(message)) {
    return said('a text that holds a colon and a space stands in quotes')
  }
  if (code === 'BLOCK_AS_IMPLICIT_KEY') {
    return said('an entry of a list stands among keys here; what holds keys holds no entries beginning with -')
  }
  if (code === 'MULTILINE_IMPLICIT_KEY') return said('expected key: value; after the colon stands a space')
  if (/must start at the same column/.test(message)) {
    const indent = line.length - line.trimStart().length
    return said(
      `this line is indented by ${indent}, as no other of its mapping or list above; all of one begin in the same column`,
    )
  }
  if (message.startsWith('Maximum call stack')) return said('nested too deeply; a scenario has some ten levels')
  return said(`not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`)
}

function lineAt(text: string, offset: number): string {
  const begin = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', begin)
  return text.slice(begin, end === -1 ? undefined : end)
}

/** Something follows in a line what was complete: a text after its closing quote, or more after a closing bracket. */
function unexpectedScalar({ text, from, to, message }: ParserFault): TextFault {
  const before = text.slice(0, from).trimEnd()
  const last = before.at(-1)
  if (last === "'" || last === '"') {
    const remedy =
      last === "'" ? `write '' for an apostrophe, or put the text in "…"` : String.raw`write \" for a quote within`
    return { message: `the text in quotes ends before this; ${remedy}`, from: before.length - 1, to }
  }
  if (last === '}' || last === ']') {
    return {
      message: `'${last}' before this closes what was opened; is it one too many, or too early?`,
      from: before.length - 1,
      to,
    }
  }
  return { message: `not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`, from, to }
}

/** A quote is missed only at the end of the file: it was opened in the first line with an odd number of them. */
function unclosedQuote({ message, text, from, to }: ParserFault): TextFault {
  const [quote = "'"] = /['"]/.exec(message) ?? []
  let offset = 0
  for (const line of text.split('\n')) {
    const places = [
      ...line.replace(/(^|\s)#.*$/, '').matchAll(quote === "'" ? /(?<=[\s[{,:])'|'(?=\s*(?:[,\]}]|$))/g : /(?<!\\)"/g),
    ]
    if (places.length % 2 === 1) {
      const at = offset + places.at(-1)!.index
      return { message: `${quote} opens a text that is not closed`, from: at, to: offset + line.length }
    }
    offset += line.length + 1
  }
  return { message: `${quote} opens a text that is not closed`, from, to }
}

function unclosedBracket(text: string, from: number): string {
  const opened = lastOpened(text, from)
  return `a bracket that was opened ${opened === undefined ? 'before' : `in line ${opened}`} is not closed by here`
}

/** The line of the last bracket before an offset that is still open there. */
function lastOpened(text: string, from: number): number | undefined {
  const open: number[] = []
  for (const [index, line] of text.slice(0, from).split('\n').entries()) {
    // Brackets in quoted text and comments do not count.
    for (const letter of line.replaceAll(/"[^"]*"|'[^']*'|(^|\s)#.*$/g, '')) {
      if (letter === '{' || letter === '[') open.push(index + 1)
      else if (letter === '}' || letter === ']') open.pop()
    }
  }
  return open.at(-1)
}
