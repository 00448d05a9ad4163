import type { Content } from '../../../engine/ports.ts'
import { materialiseStream } from './extent-stream.ts'
import type { ExtentStream } from './extent-stream.ts'
import { Extents } from './extents.ts'

/** The two ways in which a dataset holds its data. */
export type DatasetFidelity = 'bytes' | 'extents'

/** The bytes [offset, offset + length) of a stream, either real or only described. Both are the same data. */
export function freshContent(fidelity: DatasetFidelity, stream: ExtentStream, offset: number, length: number): Content {
  return fidelity === 'bytes' ? materialiseStream(stream, offset, length) : Extents.of(stream, offset, length)
}
