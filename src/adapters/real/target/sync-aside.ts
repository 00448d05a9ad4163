import { spawn } from 'node:child_process'

/** Bytes of small files after which a sync is started. */
const STRETCH_BYTES = 64 * 1024 * 1024

/**
 * Makes the system write small files to the disk while more are coming. By itself it would wait many seconds, and the
 * sync at the end of a restore would do most of the writing while nothing else happens. (Large files are written
 * behind: see `WriteBehind`.)
 */
export class SyncAside {
  readonly #directory: string
  #unsent_bytes = 0
  #running: Promise<void> | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Called with the size of each completed small file. */
  wrote(bytes: number): void {
    this.#unsent_bytes += bytes
    if (this.#unsent_bytes < STRETCH_BYTES || this.#running !== undefined) return
    this.#unsent_bytes = 0
    this.#running = synced(this.#directory).then(() => void (this.#running = undefined))
  }

  /** Waits for syncs under way. The rest, and failures, are left to the sync at the end. */
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
