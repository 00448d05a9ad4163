const RECOUNT_BELOW = 1e-3

/**
 * Weighted max-min fair sharing, solved again only where something changed.
 *
 * Links have capacities. A variable stands for `multiplicity` flows that are alike: each runs at `rate`, uses every link
 * of its path by `coefficient` units per unit of rate, and never exceeds its cap. Filling raises the level
 * (rate / weight) of all variables together; a variable stops at its cap, or when a link of its path is full. The
 * result is the one allocation in which no rate can grow without taking from one of an equal or smaller level.
 *
 * Variables of a higher priority fill first; lower ones share what those leave.
 *
 * Only the connected component that a change touches is solved again: links pass a change on through the variables that
 * share them. Links of infinite capacity pass nothing on.
 * Source: Bertsekas and Gallager, Data Networks, section 6.5.2; priority by repeated filling.
 */
export class MaxMinSharing {
  /** Numbers of the variables whose rate the last solve changed, `changedCount` of them. */
  changed = new Int32Array(16)
  changedCount = 0

  private linkCount = 0
  private capacity = new Float64Array(16)
  private linkElements: Int32Array[] = []
  private linkElementCount = new Int32Array(16)
  private linkDirty = new Uint8Array(16)
  private linkMark = new Uint32Array(16)
  /** While solving: capacity left over by the variables fixed so far. */
  private left = new Float64Array(16)
  /** While solving: use of the link by the variables not yet fixed, per unit of level. */
  private demand = new Float64Array(16)
  /** While solving: the demand below which it is counted afresh. */
  private demandFloor = new Float64Array(16)
  /** While solving: elements of variables not yet fixed. */
  private unfixed = new Int32Array(16)
  /** While solving: the level at which the link would be full. */
  private fullAt = new Float64Array(16)

  private variableCount = 0
  private readonly freeVariables: number[] = []
  private weight = new Float64Array(16)
  private multiplicity = new Float64Array(16)
  private cap = new Float64Array(16)
  private priority = new Int32Array(16)
  private rate = new Float64Array(16)
  private variableMark = new Uint32Array(16)
  private variableFixed = new Uint32Array(16)
  private variableElementCount = new Int32Array(16)

  /** Elements of variable v are v << strideBits and following. */
  private strideBits = 3
  private elementLink = new Int32Array(16 << 3)
  private elementCoefficient = new Float64Array(16 << 3)
  /** Where the element stands in its link's list. */
  private elementPosition = new Int32Array(16 << 3)

  private readonly dirtyLinks: number[] = []
  private readonly dirtyVariables: number[] = []
  private epoch = 0
  private fillingPriority = 0
  private componentLinks = new Int32Array(16)
  private componentVariables = new Int32Array(16)
  private heapKeys = new Float64Array(16)
  private heapLinks = new Int32Array(16)
  private heapLength = 0

  addLink(capacity: number): number {
    const link = this.linkCount++
    if (link === this.capacity.length) this.growLinks()
    this.capacity[link] = capacity
    this.linkElements.push(new Int32Array(4))
    return link
  }

  setCapacity(link: number, capacity: number): void {
    // A link that becomes finite joins components, one that becomes infinite parts them: its variables are seeds.
    this.capacity[link] = capacity
    this.soil(link)
  }

  /** Adds a variable of multiplicity 1 and returns its number, which is reused after `removeVariable`. */
  addVariable(
    links: readonly number[],
    coefficients: readonly number[],
    weight: number,
    cap: number,
    priority: number,
  ): number {
    const variable = this.freeVariables.pop() ?? this.newVariable()
    while (links.length > 1 << this.strideBits) this.widen()
    this.weight[variable] = weight
    this.multiplicity[variable] = 1
    this.cap[variable] = cap
    this.priority[variable] = priority
    this.rate[variable] = 0
    this.variableElementCount[variable] = links.length
    const first = variable << this.strideBits
    for (let k = 0; k < links.length; k++) {
      const link = links[k]!
      const element = first + k
      this.elementLink[element] = link
      this.elementCoefficient[element] = coefficients[k]!
      this.append(link, element)
      this.soil(link)
    }
    this.dirtyVariables.push(variable)
    return variable
  }

  setMultiplicity(variable: number, multiplicity: number): void {
    this.multiplicity[variable] = multiplicity
    this.soilPath(variable)
  }

  removeVariable(variable: number): void {
    this.soilPath(variable)
    const first = variable << this.strideBits
    for (let element = first; element < first + this.variableElementCount[variable]!; element++) {
      const link = this.elementLink[element]!
      const list = this.linkElements[link]!
      const last = list[--this.linkElementCount[link]!]!
      const position = this.elementPosition[element]!
      list[position] = last
      this.elementPosition[last] = position
    }
    this.variableElementCount[variable] = 0
    this.multiplicity[variable] = 0
    this.rate[variable] = 0
    this.freeVariables.push(variable)
  }

  /** Rate of one of the flows that the variable stands for. Infinite when nothing limits it. */
  rateOf(variable: number): number {
    return this.rate[variable]!
  }

  /** Brings all rates up to date and lists the variables whose rate changed. */
  solve(): void {
    this.changedCount = 0
    if (this.dirtyLinks.length === 0 && this.dirtyVariables.length === 0) return
    if (++this.epoch === 2 ** 32) {
      this.epoch = 1
      for (const marks of [this.linkMark, this.variableMark, this.variableFixed]) marks.fill(0)
    }
    const variableCount = this.collectComponent()
    let priority = this.highestPriority(variableCount, Infinity)
    while (priority !== -Infinity) {
      this.fill(variableCount, priority)
      priority = this.highestPriority(variableCount, priority)
    }
  }

  /** Gathers what the dirty links and variables are connected with, and resets it. Returns the number of variables. */
  private collectComponent(): number {
    const { epoch, linkMark, variableMark, componentLinks, componentVariables, elementLink, strideBits } = this
    let linkCount = 0
    let variableCount = 0
    let variablesDone = 0
    for (const link of this.dirtyLinks) {
      this.linkDirty[link] = 0
      linkMark[link] = epoch
      componentLinks[linkCount++] = link
    }
    this.dirtyLinks.length = 0
    for (const variable of this.dirtyVariables) {
      if (variableMark[variable] === epoch || this.multiplicity[variable] === 0) continue
      variableMark[variable] = epoch
      componentVariables[variableCount++] = variable
    }
    this.dirtyVariables.length = 0
    for (let linksDone = 0; linksDone < linkCount || variablesDone < variableCount;) {
      while (variablesDone < variableCount) {
        const variable = componentVariables[variablesDone++]!
        const first = variable << strideBits
        const end = first + this.variableElementCount[variable]!
        for (let element = first; element < end; element++) {
          const link = elementLink[element]!
          if (linkMark[link] === epoch || this.capacity[link] === Infinity) continue
          linkMark[link] = epoch
          componentLinks[linkCount++] = link
        }
      }
      if (linksDone < linkCount) {
        const link = componentLinks[linksDone++]!
        this.left[link] = this.capacity[link]!
        const list = this.linkElements[link]!
        for (let k = 0; k < this.linkElementCount[link]!; k++) {
          const variable = list[k]! >> strideBits
          if (variableMark[variable] === epoch) continue
          variableMark[variable] = epoch
          componentVariables[variableCount++] = variable
        }
      }
    }
    return variableCount
  }

  /** The highest priority below the given one among the component's variables; -Infinity when there is none. */
  private highestPriority(variableCount: number, below: number): number {
    let highest = -Infinity
    for (let k = 0; k < variableCount; k++) {
      const priority = this.priority[this.componentVariables[k]!]!
      if (priority < below && priority > highest) highest = priority
    }
    return highest
  }

  /** Raises the level of the component's variables of one priority until each is stopped. */
  private fill(variableCount: number, priority: number): void {
    const { epoch, componentVariables, capacity, demand, unfixed, fullAt, left, cap, weight } = this
    const { elementLink, elementCoefficient, strideBits, variableFixed } = this
    const links: number[] = []
    const capped: number[] = []
    this.fillingPriority = priority
    let waiting = 0
    for (let k = 0; k < variableCount; k++) {
      const variable = componentVariables[k]!
      if (this.priority[variable] !== priority) continue
      waiting++
      if (cap[variable]! < Infinity) capped.push(variable)
      const perLevel = weight[variable]! * this.multiplicity[variable]!
      const first = variable << strideBits
      const end = first + this.variableElementCount[variable]!
      for (let element = first; element < end; element++) {
        const link = elementLink[element]!
        if (capacity[link] === Infinity) continue
        if (unfixed[link]!++ === 0) {
          links.push(link)
          demand[link] = 0
        }
        demand[link]! += perLevel * elementCoefficient[element]!
      }
    }
    this.heapLength = 0
    for (const link of links) {
      const full = left[link]! > 0 ? left[link]! / demand[link]! : 0
      fullAt[link] = full
      this.demandFloor[link] = demand[link]! * RECOUNT_BELOW
      this.heapKeys[this.heapLength] = full
      this.heapLinks[this.heapLength++] = link
    }
    for (let at = (this.heapLength >> 1) - 1; at >= 0; at--) this.siftDown(at)
    if (capped.length > 1) capped.sort((a, b) => cap[a]! / weight[a]! - cap[b]! / weight[b]! || a - b)

    let nextCapped = 0
    while (waiting > 0) {
      const link = this.leastFull()
      const level = link < 0 ? Infinity : fullAt[link]!
      while (nextCapped < capped.length && variableFixed[capped[nextCapped]!] === epoch) nextCapped++
      if (nextCapped < capped.length) {
        const variable = capped[nextCapped]!
        if (cap[variable]! / weight[variable]! <= level) {
          nextCapped++
          this.fix(variable, cap[variable]!)
          waiting--
          continue
        }
      }
      if (link < 0) break
      const list = this.linkElements[link]!
      const count = this.linkElementCount[link]!
      for (let k = 0; k < count; k++) {
        const variable = list[k]! >> strideBits
        if (variableFixed[variable] === epoch || this.priority[variable] !== priority) continue
        this.fix(variable, level * weight[variable]!)
        waiting--
      }
    }
    if (waiting === 0) return
    // Neither a link nor a cap stops the rest.
    for (let k = 0; k < variableCount; k++) {
      const variable = componentVariables[k]!
      if (variableFixed[variable] !== epoch && this.priority[variable] === priority) this.fix(variable, Infinity)
    }
  }

  /** The link that fills next; -1 when none is left. Keys of the heap may be too small, never too large. */
  private leastFull(): number {
    const { heapKeys, heapLinks, fullAt } = this
    while (this.heapLength > 0) {
      const link = heapLinks[0]!
      const full = fullAt[link]!
      if (full === heapKeys[0]!) return link
      if (full === Infinity) {
        this.heapLength--
        heapKeys[0] = heapKeys[this.heapLength]!
        heapLinks[0] = heapLinks[this.heapLength]!
      } else {
        heapKeys[0] = full
      }
      this.siftDown(0)
    }
    return -1
  }

  private fix(variable: number, rate: number): void {
    const { elementLink, elementCoefficient, left, demand, unfixed, fullAt, capacity } = this
    this.variableFixed[variable] = this.epoch
    if (this.rate[variable] !== rate) {
      this.rate[variable] = rate
      this.changed[this.changedCount++] = variable
    }
    const multiplicity = this.multiplicity[variable]!
    const perLevel = this.weight[variable]! * multiplicity
    const total = rate * multiplicity
    const first = variable << this.strideBits
    const end = first + this.variableElementCount[variable]!
    for (let element = first; element < end; element++) {
      const link = elementLink[element]!
      if (capacity[link] === Infinity) continue
      const coefficient = elementCoefficient[element]!
      left[link]! -= total * coefficient
      demand[link]! -= perLevel * coefficient
      unfixed[link]!--
    }
    // A variable may use a link more than once; only when all its uses are off can a link be summed afresh.
    for (let element = first; element < end; element++) {
      const link = elementLink[element]!
      if (capacity[link] === Infinity) continue
      let full = Infinity
      if (unfixed[link]! > 0) {
        if (demand[link]! < this.demandFloor[link]!) this.recount(link)
        full = left[link]! > 0 ? left[link]! / demand[link]! : 0
      }
      // Differences round: the level at which a link is full must not seem to sink while levels rise.
      if (full > fullAt[link]!) fullAt[link] = full
    }
  }

  /** Sums the demand on a link afresh once most of it is gone: what is left of a difference is mostly rounding. */
  private recount(link: number): void {
    const list = this.linkElements[link]!
    let left = this.capacity[link]!
    let demand = 0
    for (let k = 0; k < this.linkElementCount[link]!; k++) {
      const element = list[k]!
      const variable = element >> this.strideBits
      const coefficient = this.elementCoefficient[element]! * this.multiplicity[variable]!
      if (this.variableFixed[variable] === this.epoch) left -= this.rate[variable]! * coefficient
      else if (this.priority[variable] === this.fillingPriority) demand += this.weight[variable]! * coefficient
    }
    this.left[link] = left
    this.demand[link] = demand
    this.demandFloor[link] = demand * RECOUNT_BELOW
  }

  private siftDown(start: number): void {
    const { heapKeys, heapLinks, heapLength } = this
    const key = heapKeys[start]!
    const link = heapLinks[start]!
    let at = start
    for (;;) {
      let child = 2 * at + 1
      if (child >= heapLength) break
      if (child + 1 < heapLength && heapKeys[child + 1]! < heapKeys[child]!) child++
      if (!(heapKeys[child]! < key)) break
      heapKeys[at] = heapKeys[child]!
      heapLinks[at] = heapLinks[child]!
      at = child
    }
    heapKeys[at] = key
    heapLinks[at] = link
  }

  private soil(link: number): void {
    if (this.linkDirty[link] === 1) return
    this.linkDirty[link] = 1
    this.dirtyLinks.push(link)
  }

  private soilPath(variable: number): void {
    const first = variable << this.strideBits
    const end = first + this.variableElementCount[variable]!
    for (let element = first; element < end; element++) {
      const link = this.elementLink[element]!
      if (this.capacity[link] !== Infinity) this.soil(link)
    }
  }

  private append(link: number, element: number): void {
    let list = this.linkElements[link]!
    const count = this.linkElementCount[link]!++
    if (count === list.length) {
      const longer = new Int32Array(count * 2)
      longer.set(list)
      list = this.linkElements[link] = longer
    }
    list[count] = element
    this.elementPosition[element] = count
  }

  private newVariable(): number {
    const variable = this.variableCount++
    if (variable === this.weight.length) this.growVariables()
    return variable
  }

  private growLinks(): void {
    this.capacity = doubled(this.capacity)
    this.linkElementCount = doubled(this.linkElementCount)
    this.linkDirty = doubled(this.linkDirty)
    this.linkMark = doubled(this.linkMark)
    this.left = doubled(this.left)
    this.demand = doubled(this.demand)
    this.demandFloor = doubled(this.demandFloor)
    this.unfixed = doubled(this.unfixed)
    this.fullAt = doubled(this.fullAt)
    this.componentLinks = doubled(this.componentLinks)
    this.heapKeys = doubled(this.heapKeys)
    this.heapLinks = doubled(this.heapLinks)
  }

  private growVariables(): void {
    this.weight = doubled(this.weight)
    this.multiplicity = doubled(this.multiplicity)
    this.cap = doubled(this.cap)
    this.priority = doubled(this.priority)
    this.rate = doubled(this.rate)
    this.variableMark = doubled(this.variableMark)
    this.variableFixed = doubled(this.variableFixed)
    this.variableElementCount = doubled(this.variableElementCount)
    this.componentVariables = doubled(this.componentVariables)
    this.changed = doubled(this.changed)
    this.elementLink = doubled(this.elementLink)
    this.elementCoefficient = doubled(this.elementCoefficient)
    this.elementPosition = doubled(this.elementPosition)
  }

  /** Doubles the room for elements of each variable, which renumbers them. */
  private widen(): void {
    const bits = this.strideBits
    const renumbered = (element: number): number => ((element >> bits) << (bits + 1)) + (element & ((1 << bits) - 1))
    const links = doubled(this.elementLink).fill(0)
    const coefficients = doubled(this.elementCoefficient).fill(0)
    const positions = doubled(this.elementPosition).fill(0)
    for (let element = 0; element < this.elementLink.length; element++) {
      links[renumbered(element)] = this.elementLink[element]!
      coefficients[renumbered(element)] = this.elementCoefficient[element]!
      positions[renumbered(element)] = this.elementPosition[element]!
    }
    this.elementLink = links
    this.elementCoefficient = coefficients
    this.elementPosition = positions
    for (const list of this.linkElements) {
      for (let k = 0; k < list.length; k++) list[k] = renumbered(list[k]!)
    }
    this.strideBits = bits + 1
  }
}

function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer>
function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer>
function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer>
function doubled(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
function doubled(
  array: Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
): typeof array {
  const length = array.length * 2
  const larger =
    array instanceof Float64Array
      ? new Float64Array(length)
      : array instanceof Int32Array
        ? new Int32Array(length)
        : array instanceof Uint32Array
          ? new Uint32Array(length)
          : new Uint8Array(length)
  larger.set(array)
  return larger
}
