import {
  VirtualStore,
  extentsFidelity,
  simulatedClock,
  simulatedCpu,
  simulatedRandom,
} from '../../../src/adapters/virtual/index.ts'
import { bytesFidelity, initRepository, openRepository } from '../../../src/engine/index.ts'
import type { Repository } from '../../../src/engine/index.ts'
import { Simulation } from '../../../src/kernel/index.ts'

const CREDENTIALS = { password: 'password', principal: 'backup' }

/** A repository in simulated time, and what backups and restores of it go through. */
export function simulatedRepository(fidelity: 'bytes' | 'extents', avg: number, bytesPerSecond: number, start: number) {
  const simulation = new Simulation({ seed: 'week' })
  const clock = simulatedClock(simulation, start)
  const [disk, link, cores] = ['disk', 'link', 'cpu'].map((name) =>
    simulation.flows.resource({ name, capacity: name === 'cpu' ? 8 : bytesPerSecond }),
  )
  const store = new VirtualStore({ name: 'nas', capacity_bytes: Infinity, clock })
  const blobs = store.connect({
    simulation,
    principal: 'backup',
    may: { put: true, get: true, list: true, delete: true },
    putRoute: [{ resource: link! }],
    getRoute: [{ resource: link! }],
    latency_s: 0.001,
    lock_s: 0,
    purpose: 'backup',
  })
  const rates = { chunk: 2e9, hash: 1.5e9, compress: 4e8, encrypt: 2e9, decrypt: 2e9, decompress: 1e9 }
  const ports = {
    clock,
    cpu: simulatedCpu(simulation, cores!, rates, 'backup'),
    random: simulatedRandom(simulation.random('engine', 'bytes')),
    log: { audit: () => {}, warn: () => {} },
    fidelity: fidelity === 'bytes' ? bytesFidelity : extentsFidelity,
  }
  const run = <T>(work: () => Promise<T>): Promise<T> => simulation.complete(simulation.task('work', work))
  return {
    simulation,
    clock,
    access: { simulation, clock, disk: disk!, purpose: 'backup' },
    run,
    init: (): Promise<Repository> =>
      run(() =>
        initRepository(ports, blobs, CREDENTIALS, {
          chunker: { min: avg / 4, avg, max: avg * 4, normalisation: 2 },
          pack_bytes: 16 * avg,
          compression: 'zstd',
          cipher: 'aes-256-gcm',
          kdf: { algorithm: 'scrypt', cost: 2 },
        }),
      ),
    /** As a client that knows nothing yet. */
    open: (): Promise<Repository> => run(() => openRepository(ports, blobs, CREDENTIALS)),
  }
}
