/** Numbered items (0, 1, 2 …) in order of a key that may change: a 4-ary heap; equal keys in order of the number. */
export class IndexedHeap {
  private keys = new Float64Array(16)
  private positions = new Int32Array(16).fill(-1)
  private heap = new Int32Array(16)
  private length = 0

  /** The item of least key; -1 when empty. */
  top(): number {
    return this.length > 0 ? this.heap[0]! : -1
  }

  /** The least key; Infinity when empty. */
  topKey(): number {
    return this.length > 0 ? this.keys[this.heap[0]!]! : Infinity
  }

  /** Inserts the item, or changes its key. */
  set(item: number, key: number): void {
    this.reserve(item)
    this.keys[item] = key
    const position = this.positions[item]!
    if (position < 0) {
      this.up(this.length++, item)
    } else {
      this.up(position, item)
      if (this.positions[item] === position) this.down(position, item)
    }
  }

  delete(item: number): void {
    if (item >= this.positions.length) return
    const position = this.positions[item]!
    if (position < 0) return
    this.positions[item] = -1
    const last = this.heap[--this.length]!
    if (position === this.length) return
    this.up(position, last)
    if (this.positions[last] === position) this.down(position, last)
  }

  private reserve(item: number): void {
    if (item < this.keys.length) return
    const capacity = Math.max(item + 1, this.keys.length * 2)
    const keys = new Float64Array(capacity)
    keys.set(this.keys)
    this.keys = keys
    const positions = new Int32Array(capacity).fill(-1)
    positions.set(this.positions)
    this.positions = positions
    const heap = new Int32Array(capacity)
    heap.set(this.heap)
    this.heap = heap
  }

  private up(start: number, item: number): void {
    const { keys, positions, heap } = this
    const key = keys[item]!
    let at = start
    while (at > 0) {
      const parent = (at - 1) >> 2
      const above = heap[parent]!
      const aboveKey = keys[above]!
      if (!(key < aboveKey || (key === aboveKey && item < above))) break
      heap[at] = above
      positions[above] = at
      at = parent
    }
    heap[at] = item
    positions[item] = at
  }

  private down(start: number, item: number): void {
    const { keys, positions, heap, length } = this
    const key = keys[item]!
    let at = start
    for (;;) {
      const first = 4 * at + 1
      if (first >= length) break
      const end = first + 4 < length ? first + 4 : length
      let least = first
      let leastItem = heap[first]!
      let leastKey = keys[leastItem]!
      for (let child = first + 1; child < end; child++) {
        const childItem = heap[child]!
        const childKey = keys[childItem]!
        if (childKey < leastKey || (childKey === leastKey && childItem < leastItem)) {
          least = child
          leastItem = childItem
          leastKey = childKey
        }
      }
      if (!(leastKey < key || (leastKey === key && leastItem < item))) break
      heap[at] = leastItem
      positions[leastItem] = at
      at = least
    }
    heap[at] = item
    positions[item] = at
  }
}
