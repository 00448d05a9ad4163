import { createRequire } from 'node:module'

/** What is used of koffi where C functions are called that Node has within; its own types describe all that it can do. */
interface Koffi {
  load(path: null): NodeLibrary
}

/** The functions of C that the running program has within: those of Node and of what is compiled into it. */
export interface NodeLibrary {
  func(signature: string): (...values: unknown[]) => unknown
}

/** What can be made of functions within Node; undefined without the optional package koffi, and where Node keeps one of them to itself. */
export function fromNode<Bound>(bind: (node: NodeLibrary) => Bound): Bound | undefined {
  try {
    const koffi: Koffi = createRequire(import.meta.url)('koffi')
    return bind(koffi.load(null))
  } catch {
    return undefined
  }
}
