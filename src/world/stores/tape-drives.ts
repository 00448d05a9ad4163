import { Pool } from '../../kernel/index.ts'
import type { Resource, Simulation, Use } from '../../kernel/index.ts'

/** What moves and reads the tapes of a library. */
export interface TapeMachinery {
  readonly drives: number
  /** Of one drive. */
  readonly drive_bytesPerSecond: number
  /** One move of the robot between slot and drive. */
  readonly robot_s: number
  readonly load_s: number
  /** To where the tape is not already; the mean over the tape. */
  readonly locate_s: number
  /** Before a cartridge leaves its drive. */
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
  /** On its way between library and vault until then. */
  travelsUntil_s: number
  /** When what was recalled last arrived or was read; -Infinity for one that was not recalled. */
  wantedAt_s: number
}

interface Drive {
  readonly resource: Resource
  cartridge: Cartridge | undefined
  /** Where the tape stands, in bytes from its beginning. */
  position: number
  busy: boolean
  usedAt_s: number
}

/** The drives of a library and the robot that serves them: cartridges are mounted, wound, read and written. */
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

  /** The library is gone, with what was mounted. */
  empty(): void {
    for (const drive of this.#drives) drive.cartridge = undefined
  }

  /** A cartridge that nobody uses leaves the library. */
  eject(cartridge: Cartridge): void {
    for (const drive of this.#drives) if (drive.cartridge === cartridge) drive.cartridge = undefined
  }

  /**
   * Lets bytes pass between a cartridge and a drive: waits for one, mounts it there and winds it to the place. Who reads goes
   * before who writes, and who reads on before who wants another cartridge: a restore keeps its drives until it has all of a tape.
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
      // A transfer that breaks off leaves the tape somewhere.
      drive.position = Number.NaN
      await pass([{ resource: drive.resource }])
      drive.position = position + bytes
    } finally {
      drive.busy = false
      drive.usedAt_s = simulation.now
      // Whoever waits for the cartridge is to ask for the drive before it is given to another.
      simulation.after(0, () => this.#free.release())
    }
  }

  /** Over a little that lies ahead a drive reads on; NaN where nobody knows where the tape stands. */
  #locateTime_s(ahead_bytes: number): number {
    const { locate_s, drive_bytesPerSecond } = this.#machinery
    return ahead_bytes >= 0 ? Math.min(locate_s, ahead_bytes / drive_bytesPerSecond) : locate_s
  }

  /** The drive that has the cartridge, or an empty one, or the one that has been idle longest. */
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
