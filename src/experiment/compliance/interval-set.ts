/** Stretches of time, seconds since start: ascending, apart from each other, each from its first end up to its second. */
export type IntervalSet = ReadonlyArray<readonly [from_s: number, to_s: number]>

/** The times within any of these stretches, which may overlap. */
export function union(stretches: ReadonlyArray<readonly [number, number]>): IntervalSet {
  return atLeast(1, [stretches])
}

/** The times within at least `count` of these sets of stretches; stretches of one set may overlap, and count once. */
export function atLeast(count: number, sets: ReadonlyArray<ReadonlyArray<readonly [number, number]>>): IntervalSet {
  const ends = sets.flatMap((set, which) =>
    set
      .filter(([from_s, to_s]) => from_s < to_s)
      .flatMap(([from_s, to_s]) => [
        { time_s: from_s, change: 1, which },
        { time_s: to_s, change: -1, which },
      ]),
  )
  ends.sort((a, b) => a.time_s - b.time_s)
  const depth = sets.map(() => 0)
  const result: Array<readonly [number, number]> = []
  let inside = 0
  let since_s: number | undefined = count <= 0 ? -Infinity : undefined
  for (let at = 0; at < ends.length;) {
    const { time_s } = ends[at]!
    // What ends and begins at one instant has not been interrupted.
    for (; at < ends.length && ends[at]!.time_s === time_s; at += 1) {
      const { change, which } = ends[at]!
      const before = depth[which]!
      depth[which] = before + change
      inside += Math.sign(before + change) - Math.sign(before)
    }
    if (inside >= count && since_s === undefined) since_s = time_s
    else if (inside < count && since_s !== undefined) {
      result.push([since_s, time_s])
      since_s = undefined
    }
  }
  if (since_s !== undefined) result.push([since_s, Infinity])
  return result
}

/** The times in one set that are not in another. */
export function without(set: IntervalSet, other: IntervalSet): IntervalSet {
  const result: Array<readonly [number, number]> = []
  let at = 0
  for (const [from_s, to_s] of set) {
    let begin_s = from_s
    while (at < other.length && other[at]![1] <= begin_s) at += 1
    for (let next = at; next < other.length && other[next]![0] < to_s; next += 1) {
      const [gapFrom_s, gapTo_s] = other[next]!
      if (gapFrom_s > begin_s) result.push([begin_s, gapFrom_s])
      begin_s = Math.max(begin_s, gapTo_s)
    }
    if (begin_s < to_s) result.push([begin_s, to_s])
  }
  return result
}

export function length_s(set: IntervalSet): number {
  return set.reduce((sum, [from_s, to_s]) => sum + (to_s - from_s), 0)
}
