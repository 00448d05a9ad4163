import { Pool } from '../../kernel/index.ts'
import type { Resource, Simulation, Use } from '../../kernel/index.ts'

/** The machinery of a tape library. */
export interface TapeMachinery {
  readonly drives: number
  /** Rate of one drive. */
  readonly drive_bytesPerSecond: number
  /** Time of one robot move between slot and drive. */
  readonly robot_s: number
  readonly load_s: number
  /** Mean time to wind to another place on the tape. */
  readonly locate_s: number
  /** Time to rewind before a cartridge leaves its drive. */
  readonly rewind_s: number
}

export interface Cartridge {
  readonly number: number
  /** Undefined while it is scratch. */
  pool: string | undefined
  used_bytes: number
  live_bytes: number
  written_s: number
  offsite: boolean
  /** When it arrives at its destination, if it is on its way between library and vault. */
  travelsUntil_s: number
  /** When a recalled cartridge last arrived or was read; -Infinity for one that was not recalled. */
  wantedAt_s: number
}

interface Drive {
  readonly resource: Resource
  cartridge: Cartridge | undefined
  /** Position of the tape, in bytes from its beginning. */
  position: number
  busy: boolean
  usedAt_s: number
}

/** The drives of a library and the robot that serves them: mounts, winds, reads and writes cartridges. */
export class TapeDrives {
  readonly #machinery: TapeMachinery
  readonly #simulation: Simulation
  readonly #drives: readonly Drive[]
  readonly #free: Pool
  readonly #robot: Pool

  constructor(
    machinery: TapeMachinery & { readonly name: string },
    simulation: Simulation,
    cartridges: readonly Cartridge[],
    origin?: TapeDrives,
  ) {
    this.#machinery = machinery
    this.#simulation = simulation
    const { name, drives, drive_bytesPerSecond } = machinery
    this.#drives = Array.from({ length: drives }, (_, number) => {
      const before = origin === undefined ? undefined : origin.#drives[number]!
      const mounted = before?.cartridge
      return {
        resource: simulation.flows.resource({ name: `${name} drive ${number + 1}`, capacity: drive_bytesPerSecond }),
        cartridge: mounted === undefined ? undefined : cartridges[mounted.number],
        position: before?.position ?? 0,
        busy: false,
        usedAt_s: before?.usedAt_s ?? 0,
      }
    })
    this.#free = new Pool(simulation, { name: `${name} drives`, units: drives })
    this.#robot = new Pool(simulation, { name: `${name} robot`, units: 1 })
  }

  get allBusy(): boolean {
    return this.#drives.every(({ busy }) => busy)
  }

  has(cartridge: Cartridge): boolean {
    return this.#drives.some((drive) => drive.cartridge === cartridge)
  }

  /** The library is destroyed, with the mounted cartridges. */
  empty(): void {
    for (const drive of this.#drives) drive.cartridge = undefined
  }

  /** An unused cartridge leaves the library. */
  eject(cartridge: Cartridge): void {
    for (const drive of this.#drives) if (drive.cartridge === cartridge) drive.cartridge = undefined
  }

  /**
   * Transfers bytes between a cartridge and a drive: waits for a drive, mounts the cartridge and winds to the place.
   * Reading precedes writing, and continuing on a cartridge precedes changing it: a restore keeps its drives until it
   * has read everything it needs from a tape.
   */
  async use(
    cartridge: Cartridge,
    { position, bytes, reads }: { readonly position: number; readonly bytes: number; readonly reads: boolean },
    pass: (over?: readonly Use[]) => Promise<void>,
  ): Promise<void> {
    const simulation = this.#simulation
    await this.#free.acquire({ priority: reads ? (this.has(cartridge) ? 2 : 1) : 0 })
    const drive = this.#driveFor(cartridge)
    drive.busy = true
    try {
      await this.#mount(drive, cartridge)
      const locate_s = this.#locateTime_s(position - drive.position)
      if (locate_s > 0) await simulation.sleep(locate_s)
      // A transfer that breaks off leaves the tape at an unknown position.
      drive.position = Number.NaN
      await pass([{ resource: drive.resource }])
      drive.position = position + bytes
    } finally {
      drive.busy = false
      drive.usedAt_s = simulation.now
      // Lets whoever waits for the cartridge ask for the drive before it is given to another.
      simulation.after(0, () => this.#free.release())
    }
  }

  /** A drive reads over a short gap ahead rather than winding. `ahead_bytes` is NaN where the position is unknown. */
  #locateTime_s(ahead_bytes: number): number {
    const { locate_s, drive_bytesPerSecond } = this.#machinery
    return ahead_bytes >= 0 ? Math.min(locate_s, ahead_bytes / drive_bytesPerSecond) : locate_s
  }

  /** The drive that holds the cartridge, else an empty one, else the one that has been idle longest. */
  #driveFor(cartridge: Cartridge): Drive {
    const idle = this.#drives.filter(({ busy }) => !busy)
    const mounted = idle.find((drive) => drive.cartridge === cartridge)
    const empty = idle.find((drive) => drive.cartridge === undefined)
    return mounted ?? empty ?? idle.reduce((oldest, drive) => (drive.usedAt_s < oldest.usedAt_s ? drive : oldest))
  }

  async #mount(drive: Drive, cartridge: Cartridge): Promise<void> {
    if (drive.cartridge === cartridge) return
    const { robot_s, load_s, rewind_s } = this.#machinery
    const move = (): Promise<void> => this.#robot.use(() => this.#simulation.sleep(robot_s))
    const leaves = drive.cartridge
    drive.cartridge = undefined
    if (leaves !== undefined) {
      await this.#simulation.sleep(rewind_s)
      await move()
    }
    drive.cartridge = cartridge
    drive.position = 0
    await move()
    await this.#simulation.sleep(load_s)
  }
}
