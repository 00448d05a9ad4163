/** The nodes and stores of a world, by site. */
interface Placed {
  readonly nodes: ReadonlyMap<string, { readonly name: string; readonly site: string }>
  readonly stores: ReadonlyMap<string, { readonly site: string }>
}

/**
 * Name of the node that carries traffic from and to stores: one at the site of the first store, else of the next, else
 * the first node of all, since some node has to. Undefined in a world without nodes.
 */
export function carrierOf({ nodes, stores }: Placed, ...carried: readonly string[]): string | undefined {
  const all = [...nodes.values()]
  for (const name of carried) {
    const beside = all.find((node) => node.site === stores.get(name)?.site)
    if (beside !== undefined) return beside.name
  }
  return all[0]?.name
}
