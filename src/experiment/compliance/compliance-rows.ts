import type { World } from '../../world/index.ts'
import { findings } from './compliance.ts'
import type { CopyHistory, CopyPlace } from './compliance.ts'
import type { CellDefinition, OperatedWorld } from '../cell/operated-world.ts'
import type { ComplianceRow } from '../results.ts'

/** What is kept where no line leads to, or only sometimes, and where data lie on cartridges or carried disks. */
const OFFLINE: ReadonlySet<string> = new Set(['tape', 'courier'])
const DISK = 'disk'

/** How long each rule was met, for each dataset that it is about, in the undisturbed world from the warm-up to now. */
export function complianceRows(
  { scenario, strategy, topology }: CellDefinition,
  operated: OperatedWorld,
): ComplianceRow[] {
  const span = { from_s: scenario.experiment.warmUp_s, to_s: operated.simulation.now }
  return scenario.compliance.flatMap((rule) =>
    rule.datasets.flatMap((dataset) =>
      findings(rule, historyOf(operated, dataset), span).map((finding) => ({
        strategy: strategy.name,
        topology: topology.name,
        rule: rule.name,
        dataset,
        share: rule.share,
        ...finding,
      })),
    ),
  )
}

function historyOf(operated: OperatedWorld, dataset: string): CopyHistory {
  const { world } = operated
  return {
    site: world.nodeOf(dataset).specification.site,
    medium: DISK,
    places: [...storesOf(operated, dataset), ...replicasOf(operated, dataset)],
  }
}

function storesOf({ world, operations }: OperatedWorld, dataset: string): CopyPlace[] {
  const own = operations.points.all.filter((point) => point.dataset === dataset)
  return [...Map.groupBy(own, ({ store }) => store)].map(([name, points]) => {
    const { kind, site, airGap, lock_s = 0 } = world.store(name).specification
    return {
      medium: kind,
      site,
      immutable_s: airGap !== undefined || OFFLINE.has(kind) ? Infinity : lock_s,
      points,
      checks: checksOf(operations, name),
    }
  })
}

/** Ends of the jobs that read a store back. */
function checksOf({ strategy, runs }: OperatedWorld['operations'], store: string): NonNullable<CopyPlace['checks']> {
  const jobs = new Set(strategy.jobs.flatMap((job) => (job.kind === 'verify' && job.store === store ? [job.name] : [])))
  return runs.flatMap(({ job, outcome, reason, ended_s }) =>
    jobs.has(job) && ended_s !== undefined ? [{ ended_s, sound: outcome === 'succeeded' && reason === '' }] : [],
  )
}

/** Nothing reads a replica back: it is in use, or could be. */
function replicasOf({ world, operations }: OperatedWorld, dataset: string): CopyPlace[] {
  return operations.strategy.jobs.flatMap((job) => {
    if (job.kind !== 'replicate' || job.dataset !== dataset) return []
    const place = { medium: DISK, site: siteOf(world, job.to), immutable_s: 0, checks: undefined }
    if (job.synchronous) return [{ ...place, points: [{ cut_s: Infinity, since_s: 0, until_s: Infinity }] }]
    const shipped = operations.runs.flatMap(({ job: name, outcome, started_s, ended_s }) =>
      name === job.name && outcome === 'succeeded' && started_s !== undefined && ended_s !== undefined
        ? [{ cut_s: started_s, since_s: ended_s }]
        : [],
    )
    const points = shipped.map((point, at) => ({ ...point, until_s: shipped[at + 1]?.since_s ?? Infinity }))
    return [{ ...place, points }]
  })
}

function siteOf(world: World, node: string): string {
  return world.node(node).specification.site
}
