import { doubled } from '../typed-arrays.ts'
import { PendingRows } from './pending-rows.ts'
import { UsageMatrix } from './usage-matrix.ts'

/**
 * Levels that differ by less than this share are the same: it covers the rounding of long sums, and is far below what
 * anyone measures.
 */
const SAME_LEVEL = 2 ** -40

/** Its filling is that of the last solve. */
const CLEAN = 0
/** It was not full and has only lost load since, so it is still not full. */
const LIGHTER = 1
/** Its filling may differ from that of the last solve; it waits to be visited. */
const PENDING = 2
/** The level at which it is full is known, or that it never is. */
const SETTLED = 3

/**
 * Weighted max-min fair sharing, solved again only where something changed.
 *
 * Links have capacities. A variable stands for `multiplicity` flows that are alike: each runs at `rate`, uses every link
 * of its path by `coefficient` units per unit of rate, and never exceeds its cap. Filling raises the level
 * (rate / weight) of all variables together; a variable stops at its cap, or when a link of its path is full. The
 * result is the one allocation in which no rate can grow without taking from one of an equal or smaller level.
 * Variables of a higher priority fill first; lower ones share what those leave.
 * Source: Bertsekas and Gallager, Data Networks, section 6.5.2; priority by repeated filling.
 *
 * After a change the filling is replayed, but only on links where it takes another course. Every link remembers the
 * level at which it was full, every variable the level at which it stopped. A link is *pending* when a variable on it was
 * added, removed or changed, or stops at another level than before; what all others did below the present level stands.
 * Pending links are visited in order of the level at which they can be full at the earliest:
 *
 * - A link's earliest level counts variables that stop below the present level at where they stop, and all others as if
 *   they never stopped. So it only rises from visit to visit; when it no longer does, the link is full there, and its
 *   variables stop. The other links of those that stopped lower before are then pending too.
 * - A link that is not full at the level at which it was before releases the variables that stopped there: they go on,
 *   and the other links of their paths are pending.
 *
 * A link has one row for each priority that uses it; the row's capacity is what the rows of higher priorities leave.
 */
export class MaxMinSharing {
  /** Numbers of the variables whose rate the last solve changed, `changedCount` of them. */
  changed = new Int32Array(16)
  changedCount = 0

  private readonly linkCapacity: number[] = []
  /** Rows of each link, highest priority first. */
  private readonly rowsOfLink: number[][] = []

  private readonly rowLink: number[] = []
  private readonly rowPriority: number[] = []
  private rowCapacity = new Float64Array(16)
  /** The level at which the row is full; Infinity when it is not. */
  private rowLevel = new Float64Array(16)
  private rowState = new Uint8Array(16)
  private rowDirty = new Uint8Array(16)
  // Lists that are emptied at each solve are kept as numbers with a count: a list of JavaScript gives its memory back
  // when it is emptied.
  private dirtyRows = new Int32Array(16)
  private dirtyCount = 0
  /** The dirty rows that are being replayed. */
  private taken = new Int32Array(16)
  private takenCount = 0
  /** Rows that are not clean in the present replay. */
  private visited = new Int32Array(16)
  private visitedCount = 0
  /** Links that were visited in the last solve, `visitedLinkCount` of them, and whether each was. */
  visitedLinks = new Int32Array(16)
  visitedLinkCount = 0
  private linkVisited = new Uint8Array(16)

  private weight = new Float64Array(16)
  private multiplicity = new Float64Array(16)
  private cap = new Float64Array(16)
  private rate = new Float64Array(16)
  /** The level at which the variable stops, by its cap or its bottleneck. */
  private level = new Float64Array(16)
  /** The row that stops the variable; −1 when its cap does, or nothing. */
  private bottleneck = new Int32Array(16)
  private variableMark = new Uint32Array(16)
  private touched = new Int32Array(16)
  private touchedCount = 0
  private fresh = new Int32Array(16)
  private freshCount = 0
  /** Rows of the variable that is being added. */
  private readonly rows: number[] = []
  private epoch = 1

  /** Which variables use which rows, and how much. */
  private readonly uses = new UsageMatrix()
  /** Rows by the level at which each is to be visited. */
  private readonly pending = new PendingRows()

  addLink(capacity: number): number {
    this.rowsOfLink.push([])
    const link = this.linkCapacity.push(capacity) - 1
    if (link === this.linkVisited.length) {
      this.linkVisited = doubled(this.linkVisited)
      this.visitedLinks = doubled(this.visitedLinks)
    }
    return link
  }

  setCapacity(link: number, capacity: number): void {
    this.linkCapacity[link] = capacity
    const first = this.rowsOfLink[link]![0]
    if (first !== undefined) this.setRowCapacity(first, capacity)
  }

  /** Adds a variable of multiplicity 1 and returns its number, which is reused after `removeVariable`. */
  addVariable(
    links: readonly number[],
    coefficients: readonly number[],
    weight: number,
    cap: number,
    priority: number,
  ): number {
    const { rows } = this
    rows.length = links.length
    for (let k = 0; k < links.length; k++) rows[k] = this.rowOf(links[k]!, priority)
    const variable = this.uses.add(rows, coefficients, weight)
    if (variable === this.weight.length) this.growVariables()
    this.weight[variable] = weight
    this.multiplicity[variable] = 1
    this.cap[variable] = cap
    this.rate[variable] = 0
    this.level[variable] = cap / weight
    this.bottleneck[variable] = -1
    for (let k = 0; k < rows.length; k++) this.markDirty(rows[k]!)
    if (this.freshCount === this.fresh.length) this.fresh = doubled(this.fresh)
    this.fresh[this.freshCount++] = variable
    return variable
  }

  setMultiplicity(variable: number, multiplicity: number): void {
    this.multiplicity[variable] = multiplicity
    this.uses.setScale(variable, this.weight[variable]! * multiplicity)
    this.markPathDirty(variable)
  }

  removeVariable(variable: number): void {
    this.markPathDirty(variable)
    this.uses.remove(variable)
    this.multiplicity[variable] = 0
    this.rate[variable] = 0
  }

  /** Rate of one of the flows that the variable stands for. Infinite when nothing limits it. */
  rateOf(variable: number): number {
    return this.rate[variable]!
  }

  /** What the flows over a link take of its capacity, without those of infinite rate. */
  loadOf(link: number): number {
    const { rowElements, rowElementCount, elementDemand, strideBits } = this.uses
    let load = 0
    for (const row of this.rowsOfLink[link]!) {
      if (this.rowLevel[row]! < Infinity) return this.linkCapacity[link]!
      const list = rowElements[row]!
      const count = rowElementCount[row]!
      for (let k = 0; k < count; k++) {
        const element = list[k]!
        const level = this.level[element >> strideBits]!
        if (level < Infinity) load += elementDemand[element]! * level
      }
    }
    return Math.min(load, this.linkCapacity[link]!)
  }

  /** Brings all rates up to date and lists the variables whose rate changed. */
  solve(): void {
    this.changedCount = 0
    this.touchedCount = 0
    for (let k = 0; k < this.visitedLinkCount; k++) this.linkVisited[this.visitedLinks[k]!] = 0
    this.visitedLinkCount = 0
    if (++this.epoch === 2 ** 32) {
      this.epoch = 1
      this.variableMark.fill(0)
    }
    for (let k = 0; k < this.freshCount; k++) if (this.multiplicity[this.fresh[k]!]! > 0) this.touch(this.fresh[k]!)
    this.freshCount = 0
    while (this.dirtyCount > 0) {
      this.takeHighestPriority()
      this.replay()
    }
    for (let k = 0; k < this.touchedCount; k++) {
      const variable = this.touched[k]!
      const rate = this.bottleneck[variable]! < 0 ? this.cap[variable]! : this.level[variable]! * this.weight[variable]!
      if (rate === this.rate[variable]) continue
      this.rate[variable] = rate
      this.changed[this.changedCount++] = variable
    }
  }

  /** Takes the dirty rows of the highest priority among them. */
  private takeHighestPriority(): void {
    const { dirtyRows, dirtyCount, rowPriority, taken } = this
    let highest = -Infinity
    for (let at = 0; at < dirtyCount; at++) highest = Math.max(highest, rowPriority[dirtyRows[at]!]!)
    let left = 0
    this.takenCount = 0
    for (let at = 0; at < dirtyCount; at++) {
      const row = dirtyRows[at]!
      if (rowPriority[row] === highest) taken[this.takenCount++] = row
      else dirtyRows[left++] = row
    }
    this.dirtyCount = left
  }

  /** Replays the filling of the rows that were taken, all of one priority, and hands what they leave to those of the next. */
  private replay(): void {
    for (let at = 0; at < this.takenCount; at++) {
      const row = this.taken[at]!
      this.rowDirty[row] = 0
      this.suspend(row, 0)
    }
    const { pending } = this
    while (pending.length > 0) {
      const row = pending.firstRow()
      const level = pending.firstLevel()
      const before = this.rowLevel[row]!
      const full = Math.max(level, this.fullAt(row, level))
      if (full <= level * (1 + SAME_LEVEL)) {
        pending.drop()
        this.settle(row, isSameLevel(full, before) ? before : full)
      } else {
        const isReleased = before <= level * (1 + SAME_LEVEL)
        if (isReleased) this.rowLevel[row] = Infinity
        const next = isReleased ? full : Math.min(full, before)
        if (next < Infinity) {
          pending.putOffFirst(next)
        } else {
          pending.drop()
          this.rowState[row] = SETTLED
        }
        if (isReleased) this.releaseFrom(row, level)
      }
    }
    for (let at = 0; at < this.visitedCount; at++) {
      const row = this.visited[at]!
      this.rowState[row] = CLEAN
      this.handDown(row)
      const link = this.rowLink[row]!
      if (this.linkVisited[link] === 1) continue
      this.linkVisited[link] = 1
      this.visitedLinks[this.visitedLinkCount++] = link
    }
    this.visitedCount = 0
  }

  /** From this level on the filling of a clean row may differ from that of the last solve. */
  private suspend(row: number, level: number): void {
    const state = this.rowState[row]!
    if (state > LIGHTER) return
    if (state === CLEAN) this.visited[this.visitedCount++] = row
    const before = this.rowLevel[row]!
    const full = this.rowCapacity[row] === Infinity ? Infinity : Math.max(level, this.fullAt(row, level))
    const visit = Math.min(before, full)
    this.rowState[row] = visit < Infinity ? PENDING : SETTLED
    if (visit < Infinity) this.pending.push(visit, row)
  }

  /** The level at which a row is full if nothing stops from this level on; Infinity when everything stops before. */
  private fullAt(row: number, from: number): number {
    const { level } = this
    const { rowElements, rowElementCount, elementDemand, strideBits } = this.uses
    const list = rowElements[row]!
    const count = rowElementCount[row]!
    let left = this.rowCapacity[row]!
    let demand = 0
    for (let k = 0; k < count; k++) {
      const element = list[k]!
      const stop = level[element >> strideBits]!
      if (stop < from) left -= elementDemand[element]! * stop
      else demand += elementDemand[element]!
    }
    if (demand === 0) return Infinity
    return left > 0 ? left / demand : 0
  }

  /** The row is full at this level: what has not stopped on it before stops there. */
  private settle(row: number, level: number): void {
    this.rowState[row] = SETTLED
    this.rowLevel[row] = level
    const { bottleneck } = this
    const { rowElements, rowElementCount, strideBits } = this.uses
    const list = rowElements[row]!
    const count = rowElementCount[row]!
    for (let k = 0; k < count; k++) {
      const variable = list[k]! >> strideBits
      const before = this.level[variable]!
      if (before < level) continue
      if (before > level) {
        this.touch(variable)
        this.level[variable] = level
        this.lightenPath(variable, level)
      } else if (bottleneck[variable]! < 0) {
        // Its cap and the row stop it at the same level: the cap is exact.
        continue
      }
      bottleneck[variable] = row
    }
  }

  /** The row is not full at the level at which it was: what it stopped goes on. */
  private releaseFrom(row: number, level: number): void {
    const { bottleneck } = this
    const { rowElements, rowElementCount, strideBits } = this.uses
    const list = rowElements[row]!
    const count = rowElementCount[row]!
    for (let k = 0; k < count; k++) {
      const variable = list[k]! >> strideBits
      if (bottleneck[variable] !== row) continue
      this.touch(variable)
      bottleneck[variable] = -1
      this.level[variable] = this.cap[variable]! / this.weight[variable]!
      this.suspendPath(variable, level)
    }
  }

  /** A variable goes on from this level. */
  private suspendPath(variable: number, level: number): void {
    const { elementRow, strideBits, elementCount } = this.uses
    const first = variable << strideBits
    const end = first + elementCount[variable]!
    for (let element = first; element < end; element++) {
      const row = elementRow[element]!
      if (this.rowState[row]! <= LIGHTER) this.suspend(row, level)
    }
  }

  /** A variable stops at this level, lower than before. */
  private lightenPath(variable: number, level: number): void {
    const { rowState, rowLevel } = this
    const { elementRow, strideBits, elementCount } = this.uses
    const first = variable << strideBits
    const end = first + elementCount[variable]!
    for (let element = first; element < end; element++) {
      const row = elementRow[element]!
      if (rowState[row]! > LIGHTER) continue
      if (rowLevel[row]! < Infinity) {
        this.suspend(row, level)
      } else if (rowState[row] === CLEAN) {
        rowState[row] = LIGHTER
        this.visited[this.visitedCount++] = row
      }
    }
  }

  private touch(variable: number): void {
    if (this.variableMark[variable] === this.epoch) return
    this.variableMark[variable] = this.epoch
    this.touched[this.touchedCount++] = variable
  }

  /** Gives the next lower priority on the same link what a row leaves. */
  private handDown(row: number): void {
    const rows = this.rowsOfLink[this.rowLink[row]!]!
    if (rows.length === 1) return
    const below = rows[rows.indexOf(row) + 1]
    if (below !== undefined) this.setRowCapacity(below, this.leftBy(row))
  }

  private leftBy(row: number): number {
    const capacity = this.rowCapacity[row]!
    if (capacity === Infinity) return capacity
    // Differences round: of a full link nothing is left.
    if (this.rowLevel[row]! < Infinity) return 0
    const { rowElements, rowElementCount, elementDemand, strideBits } = this.uses
    const list = rowElements[row]!
    let left = capacity
    for (let k = 0; k < rowElementCount[row]!; k++) {
      const element = list[k]!
      left -= elementDemand[element]! * this.level[element >> strideBits]!
    }
    return Math.max(0, left)
  }

  private setRowCapacity(row: number, capacity: number): void {
    if (capacity === this.rowCapacity[row]) return
    this.rowCapacity[row] = capacity
    this.markDirty(row)
  }

  private markDirty(row: number): void {
    if (this.rowDirty[row] === 1) return
    this.rowDirty[row] = 1
    this.dirtyRows[this.dirtyCount++] = row
  }

  private markPathDirty(variable: number): void {
    const { elementRow, strideBits, elementCount } = this.uses
    const first = variable << strideBits
    for (let element = first; element < first + elementCount[variable]!; element++) this.markDirty(elementRow[element]!)
  }

  /** The row of a link and a priority, made when first asked for. */
  private rowOf(link: number, priority: number): number {
    const rows = this.rowsOfLink[link]!
    let at = 0
    while (at < rows.length && this.rowPriority[rows[at]!]! > priority) at++
    if (at < rows.length && this.rowPriority[rows[at]!] === priority) return rows[at]!
    const row = this.uses.addRow()
    if (row === this.rowCapacity.length) this.growRows()
    this.rowLink.push(link)
    this.rowPriority.push(priority)
    this.rowLevel[row] = Infinity
    // What a row above leaves is handed down when that is solved next; until then it has all that there is.
    this.rowCapacity[row] = at === 0 ? this.linkCapacity[link]! : this.leftBy(rows[at - 1]!)
    rows.splice(at, 0, row)
    return row
  }

  private growRows(): void {
    this.rowCapacity = doubled(this.rowCapacity)
    this.rowLevel = doubled(this.rowLevel)
    this.rowState = doubled(this.rowState)
    this.rowDirty = doubled(this.rowDirty)
    this.dirtyRows = doubled(this.dirtyRows)
    this.taken = doubled(this.taken)
    this.visited = doubled(this.visited)
  }

  private growVariables(): void {
    this.weight = doubled(this.weight)
    this.multiplicity = doubled(this.multiplicity)
    this.cap = doubled(this.cap)
    this.rate = doubled(this.rate)
    this.level = doubled(this.level)
    this.bottleneck = doubled(this.bottleneck)
    this.variableMark = doubled(this.variableMark)
    this.touched = doubled(this.touched)
    this.changed = doubled(this.changed)
  }
}

function isSameLevel(level: number, before: number): boolean {
  return before < Infinity && Math.abs(level - before) <= before * SAME_LEVEL
}
