/** A remark, and the topology that it is about. */
export interface Remark {
  readonly topology: string
  readonly text: string
}

/** Lists each remark once; one that does not hold for all topologies says for which. */
export function ofTopologies(remarks: readonly Remark[], topologies: number): string[] {
  return [...Map.groupBy(remarks, ({ text }) => text)].map(([text, own]) => {
    const names = new Set(own.map(({ topology }) => topology))
    return names.size === topologies ? text : `${text} (topology ${[...names].join(', ')})`
  })
}
