import { spawn } from 'node:child_process'

/** Bytes of small files after which a sync begins. */
const STRETCH_BYTES = 64 * 1024 * 1024

/**
 * Has the system send small files to the disk while more are coming. It would begin with that after many seconds, and the sync at the
 * end of a restore had most of it to do, while nothing else happened. (Large ones are written behind: see `WriteBehind`.)
 */
export class SyncAside {
  readonly #directory: string
  #unsent_bytes = 0
  #running: Promise<void> | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Told of small files as they are complete. */
  wrote(bytes: number): void {
    this.#unsent_bytes += bytes
    if (this.#unsent_bytes < STRETCH_BYTES || this.#running !== undefined) return
    this.#unsent_bytes = 0
    this.#running = synced(this.#directory).then(() => void (this.#running = undefined))
  }

  /** Waits for what is on its way. What is not, and what could not be sent, is for the sync at the end. */
  async end(): Promise<void> {
    await this.#running
  }
}

function synced(directory: string): Promise<void> {
  const sync = spawn('sync', ['-f', directory], { stdio: 'ignore' })
  return new Promise((done) => {
    sync.on('exit', () => done())
    sync.on('error', () => done())
  })
}
