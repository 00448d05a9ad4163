/**
 * The command as it was typed, so that it can be typed again: with quotes where a shell needs them, without passwords
 * in the URLs of queues.
 */
export function commandLine(words: readonly string[] = process.argv.slice(2)): string {
  return ['firedrill', ...words.map((word) => quoted(withoutPassword(word)))].join(' ')
}

function withoutPassword(word: string): string {
  return word.replace(/(\w:\/\/[^/@:]*):[^/\s]*@/, '$1:PASSWORD@')
}

function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
