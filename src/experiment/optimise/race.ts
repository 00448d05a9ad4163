import { parseScenario } from '../../scenario/load.ts'
import type { Settings } from '../../scenario/document/set-values.ts'
import type { DirectoryReader } from '../../world/index.ts'
import { blocksOfSome, cellsOf } from '../blocks.ts'
import { byHazardAndReplication } from '../cell-run.ts'
import type { CellRun } from '../cell-run.ts'
import { inThisThread } from '../execution/executor.ts'
import type { Executor } from '../execution/executor.ts'
import { leastProportion } from '../statistics/intervals.ts'
import { BlockRun } from '../block-run.ts'
import type { Candidate, Standard } from './candidate.ts'
import {
  byCost,
  cheapestOf,
  drillsOf,
  identityOf,
  isCostlier,
  isHopeful,
  isKnown,
  knowledgeOf,
  meetsAll,
  namesOf,
} from './entrant.ts'
import type { Entrant, KnownEntrant } from './entrant.ts'

export interface RaceOptions {
  readonly seed: string
  /** Drills of each hazard that a cell gets at most. */
  readonly replications: number
  /** Share of the incidents of each hazard that has to meet each objective of each service. */
  readonly share: number
  /** Confidence at which that must be known. */
  readonly confidence: number
  /** Hazards after which no objective has to be met; what they cost counts. */
  readonly except?: readonly string[] | undefined
  /** Set in all variants, and not shown. */
  readonly base?: Settings | undefined
  /** Needed when a dataset comes from a real directory. */
  readonly readDirectory?: DirectoryReader | undefined
  readonly execute?: Executor | undefined
  /** Once it is aborted, nothing more is staged. */
  readonly signal?: AbortSignal | undefined
  /** Drills that may be staged in all; no limit by default. */
  readonly drills?: number | undefined
  readonly onProgress?: ((progress: RaceProgress) => void) | undefined
}

export type RaceStage = 'search' | 'race' | 'another seed' | 'what binds'

export interface RaceProgress {
  readonly stage: RaceStage
  /** How much of what is under way is done, from 0 to 1. */
  readonly share: number
  /** Cells under way, and the drills of each hazard that they come to. */
  readonly underWay: number
  readonly upTo: number
  /** Cells that may still be the best, and all. */
  readonly left: number
  readonly cells: number
  /** So far in all. */
  readonly drills: number
  /** The cheapest that meets everything, or else that is not known to miss anything, by what was known when this began. */
  readonly leader:
    | (Pick<Candidate, 'strategy' | 'topology' | 'settings' | 'verdict'> & { usdPerYear: number })
    | undefined
}

/** So few drills of each hazard show what misses an objective nearly always; the world itself costs as much. */
const FIRST_LOOK = 4
const SECOND_LOOK = 12
/** As many of the cheapest go through the long stretches at a time: what one of them shows spares others theirs. */
const WAVE = 4

/** Cells that get more and more drills, as long as each may be the cheapest that meets all objectives. */
export class Race {
  /** Drills of each hazard after which it is looked who goes on. */
  readonly looks: readonly number[]
  readonly #text: string
  readonly #path: string
  readonly #options: RaceOptions
  readonly #standard: Standard
  readonly #entrants = new Map<string, Entrant>()
  readonly #refuted = new Set<Entrant>()
  #staged = 0
  #stoppedAt: RaceStage | undefined

  constructor(text: string, path: string, options: RaceOptions) {
    this.#text = text
    this.#path = path
    this.#options = options
    const { share, confidence, replications, except = [] } = options
    this.looks = looksOf(replications, leastDrills(share, confidence))
    // With more looks, one of them is wrong more often.
    this.#standard = { share, confidence, except, confidenceToDrop: 1 - (1 - confidence) / this.looks.length }
  }

  /**
   * Brings variants into the race. Cells that do not differ in anything that matters to them are one.
   * @returns the cells of each variant
   * @throws ScenarioError before any is brought in, when one of them is not a scenario
   */
  enter(points: readonly Settings[]): Entrant[][] {
    const { base = {}, seed, readDirectory } = this.#options
    const scenarios = points.map((settings) => parseScenario(this.#text, this.#path, { ...base, ...settings }))
    return scenarios.map((scenario, point) =>
      cellsOf(scenario, { seed, ...(readDirectory === undefined ? {} : { readDirectory }) }).map((definition) => {
        const identity = identityOf(definition)
        const entrant = this.#entrants.get(identity) ?? { definition, variants: [] }
        this.#entrants.set(identity, entrant)
        if (!entrant.variants.includes(points[point]!)) entrant.variants.push(points[point]!)
        return entrant
      }),
    )
  }

  get cells(): number {
    return this.#entrants.size
  }

  /** Drills staged in all. */
  get drills(): number {
    return this.#staged
  }

  /** The stage at which it ended before its time: it was interrupted, or the budget was spent. */
  get stoppedAt(): RaceStage | undefined {
    return this.#stoppedAt
  }

  /** Those of which something is known, the cheapest first. */
  known(): KnownEntrant[] {
    return [...this.#entrants.values()].filter(isKnown).sort(byCost)
  }

  /** Those that meet everything and were not refuted. */
  meeting(): KnownEntrant[] {
    return this.known().filter((each) => meetsAll(each) && !this.#refuted.has(each))
  }

  /** Goes on until each cell misses an objective, or is dearer than one that meets all, or has had all drills. */
  async run(): Promise<void> {
    for (;;) {
      const left = this.#left()
      if (left.length === 0) return
      const drills = Math.min(...left.map(drillsOf))
      const due = left.filter((each) => drillsOf(each) === drills).sort(byCost)
      const upTo = this.looks.find((look) => look > drills)!
      // Before there are as many drills as can show that everything is met, one cell's result cannot spare another any
      // drills.
      const wave = upTo < leastDrills(this.#options.share, this.#options.confidence) ? due : due.slice(0, WAVE)
      if (!(await this.#play('race', wave, upTo))) return
    }
  }

  /** Brings cells to a number of drills, look by look, as long as they are not known to miss anything. */
  async lookAt(some: Iterable<Entrant>, upTo: number): Promise<void> {
    const cells = [...new Set(some)]
    for (const look of this.looks.filter((each) => each <= upTo)) {
      const due = cells.filter((each) => drillsOf(each) < look && isHopeful(each))
      if (due.length > 0 && !(await this.#play('search', due, look))) return
    }
  }

  /** Brings a cell to the next look, whatever it misses. */
  async goOn(stage: RaceStage, entrant: Entrant): Promise<void> {
    const upTo = this.looks.find((look) => look > drillsOf(entrant))
    if (upTo !== undefined) await this.#play(stage, [entrant], upTo)
  }

  hasAll(entrant: Entrant): boolean {
    return drillsOf(entrant) >= this.#options.replications
  }

  /** Whether a cell meets everything again with another seed and all drills; undefined when that was not completed. */
  async confirm(entrant: KnownEntrant): Promise<boolean | undefined> {
    const { seed, replications } = this.#options
    const again: Entrant = { definition: { ...entrant.definition, seed: `${seed} again` }, variants: entrant.variants }
    if (!(await this.#play('another seed', [again], replications))) return undefined
    if (!meetsAll(again)) this.#refuted.add(entrant)
    return meetsAll(again)
  }

  /** Whether it may still be the cheapest that meets everything, and has not had all drills. */
  goesOn(entrant: Entrant, meeting = this.meeting()): boolean {
    if (this.hasAll(entrant) || this.#refuted.has(entrant) || !isHopeful(entrant)) return false
    return !(isKnown(entrant) && meeting.some((other) => isCostlier(entrant, other)))
  }

  #left(): Entrant[] {
    const meeting = this.meeting()
    return [...this.#entrants.values()].filter((each) => this.goesOn(each, meeting))
  }

  /**
   * Stages drills of cells that have had equally many so far.
   * @returns false when it is the last that is done
   */
  async #play(stage: RaceStage, some: readonly Entrant[], upTo: number): Promise<boolean> {
    const { execute = inThisThread, signal, replications, drills: budget = Infinity } = this.#options
    const from = drillsOf(some[0]!)
    const only = evenlySpread(replications).slice(from, upTo)
    const drillsEach = only.length * some[0]!.definition.scenario.experiment.drills.length
    const underWay = some.slice(0, Math.floor((budget - this.#staged) / drillsEach))
    if (underWay.length > 0 && signal?.aborted !== true) {
      const definitions = underWay.map(({ definition }) => definition)
      const drills = { batch: { from: 0, count: replications }, only }
      const running = new BlockRun(blocksOfSome(definitions, drills, execute.workers, from === 0))
      const tell = this.#teller(stage, underWay.length, upTo, drillsEach)
      tell(0)
      await running.run(execute, { signal, onProgress: tell })
      for (const entrant of underWay) {
        const run = withAll(entrant, running)
        if (run !== undefined) entrant.known = knowledgeOf(run, upTo, this.#standard)
      }
      this.#staged += drillsEach * underWay.length
    }
    if (underWay.length === some.length && signal?.aborted !== true) return true
    this.#stoppedAt ??= stage
    return false
  }

  #teller(stage: RaceStage, underWay: number, upTo: number, drillsEach: number): (share: number) => void {
    const { onProgress = () => {} } = this.#options
    const leader = cheapestOf(this.meeting()) ?? cheapestOf(this.known().filter(isHopeful))
    const told = {
      stage,
      underWay,
      upTo,
      left: this.#left().length,
      cells: this.cells,
      leader:
        leader === undefined
          ? undefined
          : {
              ...namesOf(leader),
              verdict: leader.known.judgement.verdict,
              usdPerYear: leader.known.figures.total_usdPerYear,
            },
    }
    return (share) => onProgress({ ...told, share, drills: this.#staged + Math.floor(share * drillsEach * underWay) })
  }
}

/** What was known of a cell and all that was staged; undefined where some of it is missing. */
function withAll({ definition, known }: Entrant, staged: BlockRun): CellRun | undefined {
  if (staged.done([definition]).get(0) !== 1) return undefined
  const undisturbed = known?.run.undisturbed ?? staged.undisturbedOf(definition)
  const incidents = staged.resultsOf(definition, [0]).flatMap((result) => result.incidents)
  return {
    definition,
    incidents: [...(known?.run.incidents ?? []), ...incidents].sort(byHazardAndReplication),
    traceDigests: [],
    ...(undisturbed === undefined ? {} : { undisturbed }),
  }
}

/**
 * All drills by number, such that the first of them, however many, are spread evenly over the time: by steps of the golden
 * ratio. Who has had all has had the very drills that `run` stages.
 */
export function evenlySpread(replications: number): number[] {
  const order = new Set<number>()
  for (let place = 0.5; order.size < replications; place = (place + GOLDEN) % 1) {
    order.add(Math.floor(place * replications))
  }
  return [...order]
}

const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The least number of drills that can show that an objective is met. */
export function leastDrills(share: number, confidence: number): number {
  let drills = 1
  while (leastProportion(drills, drills, confidence) < share) drills += 1
  return drills
}

/** Few drills for all; from the first decisive number on, twice as many each time for those that remain. */
function looksOf(replications: number, decisive: number): number[] {
  const looks = [FIRST_LOOK, SECOND_LOOK].filter((look) => look < Math.min(decisive, replications))
  // Each look repeats the undisturbed world: a last stretch of few drills is not worth one.
  for (let look = decisive; look <= 0.75 * replications; look *= 2) looks.push(look)
  return [...looks, replications]
}
