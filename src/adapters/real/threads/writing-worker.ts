import { parentPort, workerData } from 'node:worker_threads'
import { FileSystemError } from '../../../engine/errors.ts'
import type { FilePart } from '../../../engine/ports.ts'
import { directoryTarget } from '../target/directory-target.ts'
import { heldBytes } from '../../../engine/bytes/held-bytes.ts'
import { END } from './writing-threads.ts'
import type { WriteAnswer, WriteRequest, WriterSettings } from './writing-threads.ts'

/** A thread that writes the files that it is sent. */

const { directory, tellsIncomplete }: WriterSettings = workerData
let incomplete: string[] = []
const target = directoryTarget(directory, {
  threads: 0,
  ...(tellsIncomplete ? { onIncomplete: (reason: string) => incomplete.push(reason) } : {}),
})

parentPort?.on('message', (request: WriteRequest | typeof END) => {
  if (request === END) parentPort?.close()
  else void carryOut(request)
})

async function carryOut({ number, parts }: WriteRequest): Promise<void> {
  const failure = await failureOf(parts)
  const answer: WriteAnswer = { number, incomplete, ...(failure === undefined ? {} : { failure }) }
  incomplete = []
  parentPort?.postMessage(answer, [])
}

/** Undefined when everything has been written. */
async function failureOf(parts: readonly FilePart[]): Promise<WriteAnswer['failure']> {
  try {
    await target.writeParts(parts)
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { isOfFileSystem: error instanceof FileSystemError, message }
  } finally {
    // It would be collected in time, but not soon.
    for (const { writes } of parts)
      for (const { content } of writes) {
        const { buffer } = heldBytes(content)
        if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
      }
  }
}
