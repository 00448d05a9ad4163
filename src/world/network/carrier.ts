/** What stands at which site. */
interface Placed {
  readonly nodes: ReadonlyMap<string, { readonly name: string; readonly site: string }>
  readonly stores: ReadonlyMap<string, { readonly site: string }>
}

/**
 * Name of the node that carries what goes from and to stores: one at the site of the first of them, else of the next, else the first
 * node of all, since somebody has to. Undefined in a world without nodes.
 */
export function carrierOf({ nodes, stores }: Placed, ...carried: readonly string[]): string | undefined {
  const all = [...nodes.values()]
  for (const name of carried) {
    const beside = all.find((node) => node.site === stores.get(name)?.site)
    if (beside !== undefined) return beside.name
  }
  return all[0]?.name
}
