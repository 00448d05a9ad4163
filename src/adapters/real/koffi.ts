import { createRequire } from 'node:module'

/** The part of koffi that is used to call C functions within Node; its own types describe everything. */
interface Koffi {
  load(path: null): NodeLibrary
}

/** The C functions within the running program: those of Node and of the libraries compiled into it. */
export interface NodeLibrary {
  func(signature: string): (...values: unknown[]) => unknown
}

/** Binds functions within Node; undefined without the optional package koffi, or where Node does not export one of them. */
export function fromNode<Bound>(bind: (node: NodeLibrary) => Bound): Bound | undefined {
  try {
    const koffi: Koffi = createRequire(import.meta.url)('koffi')
    return bind(koffi.load(null))
  } catch {
    return undefined
  }
}
