import type { WorldSpecification } from '../../world/specification.ts'
import type { Compilation } from '../compilation.ts'
import type { Path } from '../document/document.ts'

/** A dataset that a job works on, and the path where it is named. */
export interface Subject {
  readonly dataset: string
  readonly path: Path
}

/** The fields of a job that are read here. */
interface Written {
  readonly dataset?: string | undefined
  readonly datasets?: readonly string[] | undefined
}

/**
 * The datasets that a job was written for: the one that it names, or those of a list, in which a node stands for all
 * datasets on it.
 */
export function subjectsOf(
  { dataset, datasets }: Written,
  path: Path,
  world: WorldSpecification,
  compilation: Compilation,
): Subject[] {
  if (datasets === undefined) {
    if (dataset !== undefined) return [{ dataset, path: [...path, 'dataset'] }]
    compilation.problem(path, 'dataset is missing; expected the name of a dataset, or datasets: [ … ]', 'key')
    return []
  }
  if (dataset !== undefined) {
    compilation.problem([...path, 'dataset'], 'both dataset and datasets are given; expected one of them', 'key')
  }
  const found = new Map<string, Subject>()
  for (const [at, name] of datasets.entries()) {
    const place = [...path, 'datasets', at]
    for (const each of world.datasets.has(name) ? [name] : livingOn(name, world)) {
      if (!found.has(each)) found.set(each, { dataset: each, path: place })
    }
    // The checks report a dataset that does not exist.
    if (!world.datasets.has(name) && !world.nodes.has(name)) found.set(name, { dataset: name, path: place })
    else if (!world.datasets.has(name) && livingOn(name, world).length === 0) {
      compilation.problem(place, `no dataset lives on ${name}`)
    }
  }
  return [...found.values()]
}

function livingOn(node: string, world: WorldSpecification): string[] {
  return [...world.datasets.values()].filter((each) => each.node === node).map(({ name }) => name)
}
