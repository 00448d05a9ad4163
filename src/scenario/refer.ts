import type { Compilation } from './compilation.ts'
import type { Path } from './document/document.ts'
import { didYouMean } from './document/nearest-word.ts'

/** Whether something of this name exists; if not, that is a problem at `path`. `kind` has its article: 'a store'. */
export function refer(
  compilation: Compilation,
  path: Path,
  name: string,
  kind: string,
  among: ReadonlyMap<string, unknown>,
): boolean {
  if (among.has(name)) return true
  const names = [...among.keys()]
  const there =
    names.length === 0 ? '; there is none' : `; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`
  compilation.problem(path, `'${name}' is not the name of ${kind}${didYouMean(name, names) || there}`)
  return false
}
