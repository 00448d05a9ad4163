/** A strategy on a topology, as far as its name goes. */
export interface Named {
  readonly strategy: string
  readonly topology: string
}

/** What a cell is called beside the others. */
export type CellName = (cell: Named) => string

/** 'nightly-321 on wan-1g'; 'nightly-321' where all are on one topology, which then distinguishes nothing. */
export function cellNames(cells: readonly Pick<Named, 'topology'>[], joined: ' on ' | ', ' = ' on '): CellName {
  return onOneTopology(cells)
    ? ({ strategy }) => strategy
    : ({ strategy, topology }) => `${strategy}${joined}${topology}`
}

/** What stands above a column of such names. */
export function cellHeading(cells: readonly Pick<Named, 'topology'>[]): string {
  return onOneTopology(cells) ? 'Strategy' : 'Strategy on topology'
}

export function onOneTopology(cells: readonly Pick<Named, 'topology'>[]): boolean {
  return new Set(cells.map(({ topology }) => topology)).size <= 1
}
