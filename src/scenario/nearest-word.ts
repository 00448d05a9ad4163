/**
 * The word that was probably meant: equal but for case, or the one with the fewest typing mistakes, when they are few for
 * the word's length. Undefined when nothing is near.
 */
export function nearestWord(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase()
  let nearest: string | undefined
  // One mistake in three letters is a slip; more is another word.
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    if (candidate.toLowerCase() === lower) return candidate
    const mistakes = typingMistakes(lower, candidate.toLowerCase())
    if (mistakes < fewest) {
      fewest = mistakes
      nearest = candidate
    }
  }
  return nearest
}

/** "; did you mean 'x'?", or nothing when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const nearest = nearestWord(word, candidates)
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`
}

/**
 * Fewest letters to add, leave out, change, or swap with the next, to make one word from the other.
 * Source: Damerau, CACM 7 (1964) 171-176, in the form of optimal string alignment.
 */
function typingMistakes(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let mistakes = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + same)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) mistakes = Math.min(mistakes, at(before, j - 2) + 1)
      row.push(mistakes)
    }
    before = above
    above = row
  }
  return at(above, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
