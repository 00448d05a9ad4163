/** A point to fit to. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** The straight line that leaves the least squares. */
export function straightLine(points: readonly Point[]): { readonly at: (x: number) => number } {
  let [xs, ys] = [0, 0]
  for (const { x, y } of points) {
    xs += x
    ys += y
  }
  const meanX = xs / points.length
  const meanY = ys / points.length
  let products = 0
  let squares = 0
  for (const { x, y } of points) {
    products += (x - meanX) * (y - meanY)
    squares += (x - meanX) ** 2
  }
  const slope = products / squares
  return { at: (x) => meanY + slope * (x - meanX) }
}

/**
 * The weights of terms whose sum leaves the least squares, by the normal equations; undefined where the points do not
 * tell them apart.
 * @param terms of a point, as many for each
 */
export function leastSquares(points: readonly Point[], terms: (x: number) => readonly number[]): number[] | undefined {
  const size = terms(points[0]!.x).length
  const rows = Array.from({ length: size }, () => new Float64Array(size + 1))
  for (const { x, y } of points) {
    const own = terms(x)
    for (const [i, row] of rows.entries()) {
      for (let j = 0; j < size; j += 1) row[j]! += own[i]! * own[j]!
      row[size]! += own[i]! * y
    }
  }
  return solve(rows)
}

/** Relative to the largest of its column: what is smaller is noise. */
const LEAST_PIVOT = 1e-9

/** By elimination with the largest pivot; each row holds its coefficients and what they add up to. */
function solve(rows: Float64Array[]): number[] | undefined {
  const size = rows.length
  const scales = rows.map((row, column) => Math.abs(row[column]!))
  for (let column = 0; column < size; column += 1) {
    let pivot = column
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row
    }
    const [chosen, other] = [rows[pivot]!, rows[column]!]
    if (Math.abs(chosen[column]!) <= LEAST_PIVOT * scales[column]!) return undefined
    rows[pivot] = other
    rows[column] = chosen
    for (const row of rows) {
      if (row === chosen) continue
      const factor = row[column]! / chosen[column]!
      for (let at = column; at <= size; at += 1) row[at]! -= factor * chosen[at]!
    }
  }
  return rows.map((row, column) => row[size]! / row[column]!)
}
