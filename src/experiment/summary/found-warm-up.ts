import type { Assumption, Scenario } from '../../scenario/scenario.ts'
import { formatQuantity } from '../../scenario/quantities/units.ts'
import type { JobRow } from '../results.ts'
import { settlingOf } from '../statistics/warm-up.ts'

const MINUTE_S = 60
/** Later there would be too little time for drills. */
const LATEST_SHARE = 0.5
const SUBJECT = 'experiment.warm-up'

/**
 * The scenario with the warm-up found in its undisturbed worlds: the same for all cells, so that they still see the
 * same incidents, and recorded as if the user had written it, so that a part of the run elsewhere has it too.
 * @param jobs of the undisturbed worlds of all cells
 */
export function withFoundWarmUp(scenario: Scenario, jobs: readonly JobRow[]): Scenario {
  const settling = settlingOf(jobs)
  const latest_s = Math.max(0, ...settling.map(({ settled_s }) => settled_s ?? 0))
  const warmUp_s = Math.min(Math.ceil(latest_s / MINUTE_S) * MINUTE_S, scenario.horizon_s * LATEST_SHARE)
  const last = settling.find(({ settled_s }) => settled_s === latest_s)
  const { findsWarmUp: _, ...experiment } = scenario.experiment
  const found = formatQuantity(warmUp_s, 'seconds')
  const finding: Assumption = {
    subject: SUBJECT,
    value:
      last === undefined
        ? `${found}: no job has run often enough to tell when its runs have settled`
        : `${found}, found: the last to settle are the runs of ${last.job} of ${last.strategy} on ${last.topology}`,
    source: 'MSER (White, Simulation 69, 1997) on how long the runs of each job take in the undisturbed worlds',
    mark: 'scenario',
    date: '',
  }
  return {
    ...scenario,
    experiment: { ...experiment, warmUp_s },
    settings: { ...scenario.settings, [SUBJECT]: `${warmUp_s} s` },
    assumptions: [...scenario.assumptions.filter(({ subject }) => subject !== SUBJECT), finding],
    warnings: [...scenario.warnings, ...warningsOf(settling, latest_s, scenario)],
  }
}

function warningsOf(settling: ReturnType<typeof settlingOf>, latest_s: number, { horizon_s }: Scenario): string[] {
  const warnings: string[] = []
  const unsettled = settling.filter(({ settled_s }) => settled_s === undefined)
  const names = [...new Set(unsettled.map(({ strategy, job }) => `${job} of ${strategy}`))]
  if (names.length > 0) {
    warnings.push(
      `warm-up: auto says nothing of ${names.join(', ')}: too few runs, or not settled in the first half of them; ` +
        'a longer horizon may tell',
    )
  }
  if (latest_s > horizon_s * LATEST_SHARE) {
    warnings.push(
      'warm-up: auto found that jobs settle only in the second half of the time; drills begin at its middle',
    )
  }
  return warnings
}
