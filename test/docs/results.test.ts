import { describe, expect, it } from 'vitest'
import { tablesOf } from '../../src/report/tables/tables.ts'
import type { Table } from '../../src/report/tables/tables.ts'
import { fixtureResults } from '../report/fixture.ts'

const ABOUT: Record<string, string> = {
  summary: 'One row a strategy, topology, hazard and service. `firedrill run --format csv` prints it.',
  incidents: 'One row a drill and service.',
  jobs: 'One row a run of a job, in the world without incidents.',
  links: 'One row a link and direction, in the world without incidents. One more column for each purpose of traffic.',
  traffic: 'One row a link, direction and day, in the world without incidents.',
  stores: 'One row a store and day, in the world without incidents.',
  points: 'One row a recovery point and store, in the world without incidents.',
  alarms:
    'One row an alarm of the monitoring, in the world without incidents and in the drills; where the scenario has no `monitoring`, no file. Of natural worlds, `natural-alarms.csv` has those since each incident, in the same columns; `replication` is the world there, as in `natural-incidents.csv`.',
  exposures:
    'One row a dataset and hazard: what would be lost, over all instants at which it could strike, or be noticed after its dwell.',
  compliance:
    'One row a rule of compliance and dataset, and one for each of its requirements, in the world without incidents.',
  costs: 'One row an item of cost.',
  columns: 'This dictionary.',
}

/** docs/results.md. Renew it with `npm test -- test/docs -u`. */
function page(tables: readonly Table[]): string {
  const dictionary = tables.find(({ name }) => name === 'columns')!
  const explained = [...dictionary.records()]
  const sections = tables.map(({ name }) => {
    const rows = explained
      .filter(([file]) => file === name)
      .map(([, ...rest]) => `| \`${rest[0]}\` | ${rest.slice(1).join(' | ')} |`)
    const body =
      rows.length === 0 ? '' : `\n\n| column | type | unit | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}`
    return `## ${name}.csv\n\n${ABOUT[name]}${body}`
  })
  return `# The files of a results folder

\`manifest.json\` says what is needed to get the same results again: the scenario and its hash, the seed, the versions, the hash
of every file. \`summary.json\` holds the statistics. \`report.html\` and \`charts/\` (Vega-Lite, SVG, PNG) are for people. The rows
stand in CSV files (RFC 4180, UTF-8; an empty field is what is not known), those that can become long in Parquet too, where
what is not known is null: \`SELECT strategy, quantile_cont(rpo_s, 0.95) FROM 'incidents.parquet' GROUP BY strategy\` in DuckDB,
\`read_parquet\` in pandas and polars. Every instant stands as seconds since the scenario's start and as UTC. \`columns.csv\` is
the following dictionary.

## What to read first

The first table of \`firedrill run\`, the Markdown and the charts of what an RPO or an RTO costs say of each strategy how it fares after the **worst**
hazard and service: those with the largest mean, of RPO and RTO each, and the largest share of losses. That is what one has to be ready for,
and the only one of the means that can be held against an objective. A mean over hazards is that of no incident that ever happens: with a deletion
each month and a fire in five hundred years it says how many hazards the file lists. How likely each is weighs where it can be added up, in money
(\`total\`: rate times penalty, of all hazards) and in what natural runs lose a year. The second table, the charts by hazard and \`summary.csv\` have
every hazard and service by itself; \`cells[].rpo\` and \`rto\` of summary.json, \`objectiveMet\` beside them, are over all drills, each alike.

${sections.join('\n\n')}
`
}

describe('docs/results.md', () => {
  it('explains every column of every file', async () => {
    await expect(page(tablesOf({ ...fixtureResults({ replications: 1, days: 1 }), alarms: [] }))).toMatchFileSnapshot(
      '../../docs/results.md',
    )
  })
})
