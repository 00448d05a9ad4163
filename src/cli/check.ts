import type { CommandModule } from 'yargs'
import type { Scenario } from '../scenario/scenario.ts'
import { bytes, duration, instant } from '../report/text/human.ts'
import { wrap } from '../report/text/wrap.ts'
import { takesLong } from './running/workload.ts'

/** How many drills are enough to see whether a scenario does what was meant. */
const FEW = 3

/** `firedrill check SCENARIO` */
export const checkCommand: CommandModule<object, { scenario: string }> = {
  command: 'check <scenario>',
  describe: 'Check a scenario: what is in it, what is wrong and what is weak; nothing is simulated',
  builder: (yargs) =>
    yargs
      .positional('scenario', { type: 'string', demandOption: true, describe: 'Scenario file (YAML)' })
      .example('$0 check plan.yaml', 'mistakes with line, column, and what was expected; exit code 2'),
  async handler({ scenario: path }) {
    const { loadScenario } = await import('../scenario/load.ts')
    const scenario = await loadScenario(path)
    process.stdout.write(`${contentsOf(scenario)}\n`)
    const { weakSpots } = await import('../scenario/checks/weak-spots.ts')
    const { warnings } = scenario
    const remarks = [...warnings, ...weakSpots(scenario), takesLong(scenario)].filter((remark) => remark !== undefined)
    for (const remark of remarks) process.stdout.write(`${wrap('! ', remark)}\n`)
    const few = scenario.experiment.replications > FEW ? ` --replications ${FEW}` : ''
    process.stdout.write(`\nNo mistakes. A first look: firedrill run ${path}${few}\n`)
  },
}

/** Summarises a scenario, with one line for each of its parts. */
export function contentsOf({ name, start, horizon_s, topologies, strategies, experiment }: Scenario): string {
  const [base] = topologies
  const { datasets, services } = base!.world
  const lines = [
    `${name}: ${duration(horizon_s)} from ${instant(start).slice(0, 10)}`,
    ...[...datasets.values()].map((each) => `dataset ${each.name}: ${bytes(each.size_bytes)} on ${each.node}`),
    ...[...services.values()].map(
      ({ name: service, needs, objectives: { rpo_s, rto_s } }) =>
        `service ${service}: RPO ≤ ${duration(rpo_s)}, RTO ≤ ${duration(rto_s)}; needs ${needs.join(', ') || 'no dataset'}`,
    ),
    ...strategies.map((each) => `strategy ${each.name}: ${each.jobs.map((job) => job.name).join(', ')}`),
    ...(topologies.length === 1 ? [] : [`topologies: ${topologies.map((each) => each.name).join(', ')}`]),
    `drills of each hazard: ${experiment.replications}; ${experiment.drills.join(', ')}`,
  ]
  return lines.map((line) => wrap('', line)).join('\n')
}
