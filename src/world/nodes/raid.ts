import type { Flow, Resource, Simulation } from '../../kernel/index.ts'

/** Disks that hold data together and survive the failure of some of them. */
export interface RaidSpecification {
  readonly disks: number
  /** Number of disks that may be missing: 1 for RAID 5, 2 for RAID 6, disks − 1 for mirrors. */
  readonly tolerates: number
  /** Size of one disk: what a rebuild has to write. */
  readonly disk_bytes: number
  readonly rebuild_bytesPerSecond: number
  /** Time until a failed disk is replaced; 0 with a hot spare. */
  readonly replacement_s: number
}

/**
 * The disks behind one read and one write rate. A missing disk slows both, because its contents are computed from the
 * others; its rebuild reads all remaining disks and competes for the rates like other work.
 */
export class RaidGroup {
  readonly specification: RaidSpecification
  readonly #simulation: Simulation
  readonly #read: Resource
  readonly #write: Resource
  /** Rates with all disks in place. */
  readonly #full: { readonly read: number; readonly write: number }
  #missing: number
  /** How many of the missing disks have been replaced and are being rebuilt, one after the other. */
  #replaced: number
  /** When each of the others will be replaced, seconds since start. */
  #replacedAt_s: number[]
  #rebuild: Flow | undefined

  /** @param read rate of the whole group, bytes a second; likewise `write` */
  constructor(
    specification: RaidSpecification,
    simulation: Simulation,
    { read, write }: { readonly read: Resource; readonly write: Resource },
    origin?: RaidGroup,
  ) {
    this.specification = specification
    this.#simulation = simulation
    this.#read = read
    this.#write = write
    this.#full = { read: read.capacity, write: write.capacity }
    this.#missing = origin === undefined ? 0 : origin.#missing
    this.#replaced = origin === undefined ? 0 : origin.#replaced
    this.#replacedAt_s = origin === undefined ? [] : [...origin.#replacedAt_s]
    if (origin === undefined) return
    this.#settle()
    for (const at_s of this.#replacedAt_s) this.#expectReplacement(at_s)
    const rebuild = origin.#rebuild
    if (rebuild !== undefined && !rebuild.ended) this.#startRebuild(rebuild.remaining())
    else this.resume()
  }

  /** Number of disks that do not hold what they should. */
  get missing(): number {
    return this.#missing
  }

  /** Fails one disk. Returns true when that is one too many and everything is lost. */
  failOne(): boolean {
    this.#missing += 1
    if (this.#missing > this.specification.tolerates) return true
    this.#settle()
    this.#replaceLater()
    return false
  }

  /** Starts a rebuild that is due. One that an outage interrupted starts over. */
  resume(): void {
    if (this.#replaced === 0 || (this.#rebuild !== undefined && !this.#rebuild.ended)) return
    if (this.#read.failed || this.#write.failed) return
    this.#startRebuild(this.specification.disk_bytes)
  }

  #startRebuild(amount: number): void {
    const { disks, rebuild_bytesPerSecond: cap } = this.specification
    this.#rebuild = this.#simulation.flows.transfer({
      amount,
      over: [{ resource: this.#read, coefficient: disks - this.#missing }, { resource: this.#write }],
      ...(cap < Infinity ? { cap } : {}),
      purpose: 'rebuild',
      finished: () => {
        this.#missing -= 1
        this.#replaced -= 1
        this.#settle()
        this.resume()
      },
    })
  }

  /** Replaces all disks with empty ones. */
  replaceAll(): void {
    this.#missing = 0
    this.#replaced = 0
    this.#replacedAt_s = []
    this.#rebuild?.cancel(new Error('the disks have been replaced'))
    this.#settle()
  }

  #replaceLater(): void {
    const at_s = this.#simulation.now + this.specification.replacement_s
    this.#replacedAt_s.push(at_s)
    this.#expectReplacement(at_s)
  }

  #expectReplacement(at_s: number): void {
    this.#simulation.at(at_s, () => {
      const index = this.#replacedAt_s.indexOf(at_s)
      if (index < 0) return
      this.#replacedAt_s.splice(index, 1)
      this.#replaced += 1
      this.resume()
    })
  }

  #settle(): void {
    const { disks, tolerates } = this.specification
    const share = (disks - this.#missing) / disks
    // Reading from a missing disk reads all the data disks of the stripe instead.
    const reads = 1 + (this.#missing / disks) * (disks - tolerates - 1)
    this.#read.setCapacity((this.#full.read * share) / reads)
    this.#write.setCapacity(this.#full.write * share)
  }
}
