/**
 * The points that no other beats: of none is there another that is at least as good in both measures and better in one.
 * Less is better in both. In ascending order of the first measure, hence descending in the second.
 */
export function paretoFront<Point>(
  points: readonly Point[],
  first: (point: Point) => number,
  second: (point: Point) => number,
): Point[] {
  const sorted = points.toSorted((a, b) => first(a) - first(b) || second(a) - second(b))
  const front: Point[] = []
  let least = Infinity
  for (const point of sorted) {
    if (second(point) >= least) continue
    least = second(point)
    front.push(point)
  }
  return front
}
