/**
 * Where names stand beside marks; Vega-Lite has nothing for it. In scatter plots all in pixels from the upper left
 * corner of the plot.
 */

export interface NamedPoint {
  readonly name: string
  readonly x: number
  readonly y: number
  /** Ends of the line through the point. */
  readonly from: number
  readonly to: number
}

export interface LabelPlace {
  /** Where the text begins, or ends where it stands `before` the point. */
  readonly x: number
  readonly y: number
  readonly side: 'after' | 'before'
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Pixels of a character, and of a line, at the size of the charts' labels. */
const CHARACTER_PX = 6.6
const LINE_PX = 14
const GAP_PX = 7
const POINT_PX = 6
/** Lines up or down that a name may go from its point. */
const SHIFTS = [0, -1, 1, -2, 2, -3, 3]

/**
 * Where a text after a mark begins, in the units of the axis: behind a line that it would cover otherwise.
 * @param mark  end of the mark
 * @param line  an objective, where there is one
 * @param width_px of the axis
 */
export function behindLine(
  mark: number,
  line: number | undefined,
  text: string,
  {
    scale: { type, domain },
  }: { readonly scale: { readonly type: 'linear' | 'log'; readonly domain: readonly [number, number] } },
  width_px: number,
): number {
  if (line === undefined) return mark
  const along = (value: number): number => (type === 'log' ? Math.log(Math.max(value, Number.MIN_VALUE)) : value)
  const [low, high] = [along(domain[0]), along(domain[1])]
  const pixel = (value: number): number => ((along(value) - low) / (high - low)) * width_px
  const covered = pixel(line) > pixel(mark) && pixel(line) < pixel(mark) + 2 * GAP_PX + text.length * CHARACTER_PX
  return covered ? line : mark
}

/**
 * A place for each of the named points, in their order: next to its point, where it covers no other name, no point, and
 * as little of the lines as possible.
 * @param stretches lines to avoid, as boxes without width or height
 */
export function labelPlaces(
  named: readonly NamedPoint[],
  all: readonly NamedPoint[],
  stretches: readonly Box[],
  plot: { readonly width: number; readonly height: number },
): LabelPlace[] {
  const taken: Box[] = []
  const points = all.map(({ x, y }) => around(x, y, POINT_PX))
  const lines = [...all.map(({ from, to, y }) => ({ left: from, right: to, top: y - 1, bottom: y + 1 })), ...stretches]
  return named.map((point) => {
    const places = (['after', 'before'] as const).flatMap((side) =>
      SHIFTS.map((shift) => {
        const x = side === 'after' ? point.to : point.from
        const place = { x, y: point.y + shift * LINE_PX, side }
        const box = boxOf(place, point.name)
        const outside = box.left < 0 || box.right > plot.width || box.top < 0 || box.bottom > plot.height
        const cost =
          1000 * count(taken, box) +
          (outside ? 300 : 0) +
          100 * count(points, box) +
          10 * count(lines, box) +
          4 * Math.abs(shift) +
          (side === 'before' ? 3 : 0)
        return { place, box, cost }
      }),
    )
    const best = places.reduce((least, each) => (each.cost < least.cost ? each : least))
    taken.push(best.box)
    return best.place
  })
}

function boxOf({ x, y, side }: LabelPlace, name: string): Box {
  const width = name.length * CHARACTER_PX
  const left = side === 'after' ? x + GAP_PX : x - GAP_PX - width
  return { left, right: left + width, top: y - LINE_PX / 2, bottom: y + LINE_PX / 2 }
}

function around(x: number, y: number, radius: number): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }
}

function count(boxes: readonly Box[], { left, right, top, bottom }: Box): number {
  return boxes.filter((box) => box.left < right && box.right > left && box.top < bottom && box.bottom > top).length
}
