import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { EngineError } from '../../../engine/errors.ts'
import type { Content, FileSystem, NameBytes, SourceEntry, SourceTree } from '../../../engine/ports.ts'
import { heldBytes } from '../../../engine/bytes/held-bytes.ts'

/** A stream presented as the only file of a tree. */
export interface StreamSourceOptions {
  /** Name of the file. */
  readonly name: NameBytes
  readonly stream: Readable
  /** Rejects when the stream's content is incomplete; called once it has ended. */
  readonly whole?: () => Promise<void>
}

/**
 * A stream to back up, read once from beginning to end. Its size is not known in advance; if it breaks off with an
 * error the backup fails, so that there is no snapshot of half a dump.
 */
export function streamSource({ name, stream, whole }: StreamSourceOptions): FileSystem {
  return {
    async snapshot(): Promise<SourceTree> {
      const time = Date.now() / 1000
      const owner = {
        uid: process.getuid?.() ?? 0,
        gid: process.getgid?.() ?? 0,
        mtime_ns: BigInt(Date.now()) * 1_000_000n,
      }
      const file: SourceEntry = {
        name,
        kind: 'file',
        metadata: { ...owner, mode: 0o600 },
        size: Number.MAX_SAFE_INTEGER,
        handle: undefined,
      }
      const parts = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
      let ahead: Uint8Array = new Uint8Array(0)
      /** The next bytes; fewer only at the end. */
      async function take(into: Uint8Array): Promise<number> {
        let filled = 0
        while (filled < into.length) {
          if (ahead.length === 0) {
            const { value, done } = await next(parts)
            if (done === true) {
              await whole?.()
              break
            }
            ahead = value
          }
          const taken = ahead.subarray(0, into.length - filled)
          into.set(taken, filled)
          filled += taken.length
          ahead = ahead.subarray(taken.length)
        }
        return filled
      }
      async function readAfter(
        rest: Content | undefined,
        _file: SourceEntry,
        _offset: number,
        length: number,
      ): Promise<Content> {
        const before = rest?.length ?? 0
        const bytes = new Uint8Array(before + length)
        if (rest !== undefined) bytes.set(heldBytes(rest))
        return bytes.subarray(0, before + (await take(bytes.subarray(before))))
      }
      return {
        time,
        root: { name: '', kind: 'directory', metadata: { ...owner, mode: 0o700 }, handle: undefined },
        list: async () => [file],
        read: async (entry, offset, length) => readAfter(undefined, entry, offset, length),
        readAfter,
        unchanged: async () => true,
        release: async () => void stream.destroy(),
      }
    },
  }
}

/** The output of a shell command. With an exit code other than 0 the output counts as incomplete. */
export function commandSource(command: string, name: NameBytes): FileSystem {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('error', ({ message }) => resolve(message))
    child.on('close', (code, signal) =>
      resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : signal),
    )
  })
  return streamSource({
    name,
    stream: child.stdout,
    async whole() {
      const reason = await ended
      if (reason !== undefined)
        throw new EngineError(`no snapshot was made: the command failed (${reason}): ${command}`)
    },
  })
}

async function next(parts: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array, undefined>> {
  try {
    return await parts.next()
  } catch (error) {
    throw new EngineError(`no snapshot was made: the input broke off: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    })
  }
}
