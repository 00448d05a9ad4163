import { describe, expect, it } from 'vitest'
import { tablesOf } from '../../src/report/tables/tables.ts'
import type { Table } from '../../src/report/tables/tables.ts'
import { fixtureResults } from '../report/fixture.ts'

const ABOUT: Record<string, string> = {
  summary: 'One row for each strategy, topology, hazard and service. `firedrill run --format csv` prints it.',
  incidents: 'One row for each drill and service.',
  jobs: 'One row for each run of a job, in the world without incidents.',
  links:
    'One row for each link and direction, in the world without incidents. There is one more column for each purpose of traffic.',
  traffic: 'One row for each link, direction and day, in the world without incidents.',
  stores: 'One row for each store and day, in the world without incidents.',
  points: 'One row for each recovery point and store, in the world without incidents.',
  alarms:
    'One row an alarm of the monitoring, in the world without incidents and in the drills; where the scenario has no `monitoring`, no file. Of natural worlds, `natural-alarms.csv` has those since each incident, in the same columns; `replication` is the world there, as in `natural-incidents.csv`.',
  exposures:
    'One row for each dataset and hazard: what would be lost, over all instants at which the hazard could strike (or, if it has a dwell time, be noticed).',
  compliance:
    'One row for each rule of compliance and dataset, and one for each of its requirements, in the world without incidents.',
  costs: 'One row for each item of cost.',
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

\`manifest.json\` holds everything needed to get the same results again: the scenario and its hash, the seed, the versions, and the hash
of every file. \`summary.json\` holds the statistics, and in \`weakSpots\` what is weak in the plans by themselves. \`report.html\` and
\`charts/\` (Vega-Lite, SVG, PNG) are for people. The rows are in CSV files (RFC 4180, UTF-8; a field is empty where the value is not
known). Files that can get long are there as Parquet, too, with null for what is not known. In DuckDB, write for example
\`SELECT strategy, quantile_cont(rpo_s, 0.95) FROM 'incidents.parquet' GROUP BY strategy\`; in pandas and polars, use \`read_parquet\`. Every
instant is given twice: in seconds since the scenario's start, and in UTC. \`columns.csv\` holds the dictionary below.

## What to read first

The first table of \`firedrill run\`, the Markdown, the first table of figures in \`report.html\`, sweeps, and the charts of what an RPO or RTO
costs show how each strategy fares after its **worst** case: the hazard and service with the largest mean RPO, the one with the largest mean RTO,
and the one with the largest share of losses. This is what you have to be ready for, and what you can compare with an objective. A mean over
different hazards describes no incident that ever happens: for a deletion every month and a fire every five hundred years, it would depend
mostly on how many hazards the file lists. How likely each hazard is counts where it can be added up: in money (\`total\`: for each hazard, its
rate times the mean penalty) and in what natural runs lose in a year. The second table, the charts by hazard and \`summary.csv\` show every hazard and service
separately. \`cells[].rpo\`, \`rto\` and \`objectiveMet\` in summary.json are over all drills, each counting the same.

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
