import { writeFileSync } from 'node:fs'
import { loadRenderer } from '../src/report/render.ts'
import { runEstate } from './estate.ts'
import type { Estate } from './estate.ts'
import { MORE_BYTES, MORE_EDITS } from './virtual.ts'

/**
 * Draws what a night of a simulated estate costs, against the bytes of its dataset and against its edits, as measured now:
 * node bench/scale-chart.ts docs/images/simulated-estates.svg
 */
const [path = 'simulated-estates.svg'] = process.argv.slice(2)

interface Row {
  readonly against: 'bytes' | 'edits'
  readonly terabytes: number
  readonly edits_perNight: number
  readonly ms_perNight: number
}

/** Of the nights after the first. */
async function measured(against: Row['against'], estate: Estate): Promise<Row> {
  const nights = estate.days - 1
  const { edits, later_s } = await runEstate(estate)
  return {
    against,
    terabytes: estate.size_bytes / 1e12,
    edits_perNight: edits / nights,
    ms_perNight: (1000 * later_s) / nights,
  }
}

// The first to run would be charged with the compilation of the program.
await runEstate({ ...Object.values(MORE_BYTES)[0]!, days: 5 })
const rows: Row[] = []
for (const estate of Object.values(MORE_BYTES)) rows.push(await measured('bytes', estate))
for (const estate of Object.values(MORE_EDITS)) rows.push(await measured('edits', estate))
console.table(rows)

const y = {
  field: 'ms_perNight',
  type: 'quantitative' as const,
  title: 'processor time a night, ms',
  scale: { domain: [0, Math.ceil(Math.max(...rows.map(({ ms_perNight }) => ms_perNight)) / 10) * 10] },
}
const panel = (
  against: Row['against'],
  field: string,
  title: string,
  scale: { type: 'log' | 'linear'; base?: number },
) => ({
  data: { values: rows.filter((row) => row.against === against) },
  width: 260,
  height: 200,
  mark: { type: 'line' as const, point: true },
  encoding: {
    x: { field, type: 'quantitative' as const, title, scale: { ...scale, nice: false } },
    y,
  },
})
const renderer = await loadRenderer()
const drawn = await renderer.svg({
  title: {
    text: 'A night costs by its edits, not by the bytes',
    subtitle: [
      'Writes, backup, retention, a seventh of a prune. Left: the same edits and number of chunks. Right: 10 TB.',
    ],
  },
  hconcat: [
    panel('bytes', 'terabytes', 'size of the dataset, TB', { type: 'log', base: 2 }),
    panel('edits', 'edits_perNight', 'edits a night', { type: 'linear' }),
  ],
})
writeFileSync(path, drawn)
