import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { openBytes, sealBytes } from '../../engine/bytes/bytes-fidelity.ts'
import { GearCutter } from '../../engine/bytes/gear-cutter.ts'
import { bytesFidelity } from '../../engine/index.ts'
import { fastScan } from './gear-scan/gear-scan.ts'
import { heldBytes } from '../../engine/bytes/held-bytes.ts'
import { linuxCalls, shareMemoryAmongThreads } from './linux-calls.ts'
import { makeFolders } from './make-folders.ts'
import { fastKeyedHash } from './native-hmac.ts'
import { fastCodec } from './native-zstd.ts'
import { sealingThreads } from './threads/sealing-threads.ts'
import { threadsByDefault } from './threads/thread-pool.ts'
import type { Clock, Cpu, EnginePorts, Fidelity, Log, RandomSource } from '../../engine/ports.ts'

/** The machine's own clock. */
const systemClock: Clock = {
  now: () => Date.now() / 1000,
  sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
}

/** The work has already taken its time when it is charged. */
const systemCpu: Cpu = { charge: () => Promise.resolve() }

/** The operating system's generator for keys. */
const systemRandom: RandomSource = { bytes: (length) => new Uint8Array(randomBytes(length)) }

export interface SystemLogOptions {
  /** Shown to the user. */
  readonly warn: (message: string) => void
  /** File that receives one line of JSON for each operation, created where missing; none by default. */
  readonly auditFile?: string
}

/** Warnings for the user, audit records for a file. */
function systemLog({ warn, auditFile }: SystemLogOptions): Log {
  return {
    warn(message, detail) {
      const more = Object.entries(detail ?? {}).map(([name, value]) => `${name} ${value}`)
      warn(more.length === 0 ? message : `${message} (${more.join(', ')})`)
    },
    audit(record) {
      if (auditFile === undefined) return
      try {
        makeFolders(dirname(auditFile), 0o700)
        // Each line is one write, so that lines of concurrent programs do not mix.
        appendFileSync(auditFile, `${JSON.stringify(record)}\n`, { mode: 0o600 })
      } catch (error) {
        // The operation is done, and a full disk is no reason to call it failed.
        warn(
          `the audit record of '${record.operation}' was not written: ${error instanceof Error ? error.message : ''}`,
        )
      }
    },
  }
}

/** Real bytes, with the fastest chunking and compression that this machine has. */
const fastFidelity: Fidelity = {
  ...bytesFidelity,
  cutter: (parameters, keys) => new GearCutter(parameters, keys, fastScan),
  identify: (content, keys, into, at) => fastKeyedHash()(keys.id, heldBytes(content), into, at),
  seal: (plain, context) => sealBytes(heldBytes(plain), context, fastCodec()),
  open: (sealed, plainLength, context) => openBytes(heldBytes(sealed), plainLength, context, fastCodec()),
  get metadata() {
    return fastFidelity
  },
}

/**
 * Everything that the engine needs from this machine except a store: real bytes, sealed on all cores, and real time.
 * @param options.threads number of worker threads that seal and open segments, on a machine with more than one core; by
 *   default one per core, up to eight. All ports that ask for the same number share the threads.
 */
export function systemPorts(log: SystemLogOptions, options: { readonly threads?: number } = {}): EnginePorts {
  const cores = threadsByDefault()
  const { threads = cores } = options
  if (cores > 1) shareMemoryAmongThreads()
  const fidelity: Fidelity = {
    ...fastFidelity,
    ...(cores === 1 ? {} : { threads: sealingThreads(threads) }),
  }
  const memory = linuxCalls()
  return {
    clock: systemClock,
    cpu: systemCpu,
    random: systemRandom,
    log: systemLog(log),
    fidelity,
    ...(memory === undefined ? {} : { memory }),
  }
}
