import { doubled } from '../typed-arrays.ts'

/**
 * Which variables use which rows, and how much: a sparse matrix in typed arrays, read by row and by variable. Its entries are
 * called elements; those of variable v are numbered from v << strideBits on, and every row lists the numbers of its own.
 */
export class UsageMatrix {
  /** Elements of each row, of which the first `rowElementCount` count. */
  readonly rowElements: Int32Array[] = []
  rowElementCount = new Int32Array(16)

  /** Number of elements of each variable; 0 for one that has been removed. */
  elementCount = new Int32Array(16)
  strideBits = 3
  elementRow = new Int32Array(16 << 3)
  /** Use of the row by all flows of the variable, per unit of level. */
  elementDemand = new Float64Array(16 << 3)
  /** Use of the row by one flow, per unit of rate. */
  private elementCoefficient = new Float64Array(16 << 3)
  /** Index of the element in its row's list. */
  private elementPosition = new Int32Array(16 << 3)

  private rowCount = 0
  private variableCount = 0
  private readonly freeVariables: number[] = []

  addRow(): number {
    const row = this.rowCount++
    if (row === this.rowElementCount.length) this.rowElementCount = doubled(this.rowElementCount)
    this.rowElements.push(new Int32Array(4))
    return row
  }

  /** Adds a variable and returns its number, which is reused after `remove`. */
  add(rows: readonly number[], coefficients: readonly number[], scale: number): number {
    const variable = this.freeVariables.pop() ?? this.variableCount++
    if (variable === this.elementCount.length) this.grow()
    while (rows.length > 1 << this.strideBits) this.widen()
    this.elementCount[variable] = rows.length
    const first = variable << this.strideBits
    for (let k = 0; k < rows.length; k++) {
      const element = first + k
      this.elementRow[element] = rows[k]!
      this.elementCoefficient[element] = coefficients[k]!
      this.elementDemand[element] = coefficients[k]! * scale
      this.append(rows[k]!, element)
    }
    return variable
  }

  /** @param scale rate of all flows of the variable, per unit of level */
  setScale(variable: number, scale: number): void {
    const first = variable << this.strideBits
    for (let element = first; element < first + this.elementCount[variable]!; element++) {
      this.elementDemand[element] = this.elementCoefficient[element]! * scale
    }
  }

  remove(variable: number): void {
    const first = variable << this.strideBits
    for (let element = first; element < first + this.elementCount[variable]!; element++) {
      const row = this.elementRow[element]!
      const list = this.rowElements[row]!
      const last = list[--this.rowElementCount[row]!]!
      const position = this.elementPosition[element]!
      list[position] = last
      this.elementPosition[last] = position
    }
    this.elementCount[variable] = 0
    this.freeVariables.push(variable)
  }

  private append(row: number, element: number): void {
    let list = this.rowElements[row]!
    const count = this.rowElementCount[row]!++
    if (count === list.length) {
      const longer = new Int32Array(count * 2)
      longer.set(list)
      list = this.rowElements[row] = longer
    }
    list[count] = element
    this.elementPosition[element] = count
  }

  private grow(): void {
    this.elementCount = doubled(this.elementCount)
    this.elementRow = doubled(this.elementRow)
    this.elementCoefficient = doubled(this.elementCoefficient)
    this.elementDemand = doubled(this.elementDemand)
    this.elementPosition = doubled(this.elementPosition)
  }

  /** Doubles the room for elements of each variable, which renumbers them. */
  private widen(): void {
    const bits = this.strideBits
    const renumbered = (element: number): number => ((element >> bits) << (bits + 1)) + (element & ((1 << bits) - 1))
    const rows = doubled(this.elementRow).fill(0)
    const coefficients = doubled(this.elementCoefficient).fill(0)
    const demands = doubled(this.elementDemand).fill(0)
    const positions = doubled(this.elementPosition).fill(0)
    for (let element = 0; element < this.elementRow.length; element++) {
      rows[renumbered(element)] = this.elementRow[element]!
      coefficients[renumbered(element)] = this.elementCoefficient[element]!
      demands[renumbered(element)] = this.elementDemand[element]!
      positions[renumbered(element)] = this.elementPosition[element]!
    }
    this.elementRow = rows
    this.elementCoefficient = coefficients
    this.elementDemand = demands
    this.elementPosition = positions
    for (const list of this.rowElements) {
      for (let k = 0; k < list.length; k++) list[k] = renumbered(list[k]!)
    }
    this.strideBits = bits + 1
  }
}
