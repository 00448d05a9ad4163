/** No line of what is read on a terminal is longer. */
export const LINE_WIDTH = 80

/** Breaks a text into lines of at most LINE_WIDTH columns; the first begins with `lead`, the others with as many spaces. */
export function wrap(lead: string, text: string): string {
  const lines: string[] = []
  let line = lead
  let empty = true
  for (const word of text.split(/\s+/).flatMap((each) => pieces(each, LINE_WIDTH - lead.length))) {
    if (!empty && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line)
      line = ' '.repeat(lead.length)
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  lines.push(line)
  return lines.join('\n')
}

/** A word that is longer than a line, in pieces; at hyphens where it has them. */
function pieces(word: string, width: number): string[] {
  if (word.length <= width) return [word]
  const hyphen = word.lastIndexOf('-', width - 1)
  const cut = hyphen > 0 ? hyphen + 1 : width
  return [word.slice(0, cut), ...pieces(word.slice(cut), width)]
}
