import { writeFile } from 'node:fs/promises'
import { untitled } from './html/inline-chart.ts'
import type { DrawnChart } from './html/report-page.ts'
import { studyHtml } from './html/study-page.ts'
import { loadRenderer } from './render.ts'
import type { Study, StudyBasis } from './studies/study.ts'

/** Writes what a command found as one HTML file, which works offline. */
export async function writeStudy(path: string, study: Study, basis: StudyBasis): Promise<void> {
  const renderer = await loadRenderer()
  const charts: DrawnChart[] = []
  for (const [name, spec] of Object.entries(study.charts)) {
    if (spec === undefined) continue
    charts.push({ name, spec, svg: await renderer.svg(untitled(spec), { described: true }) })
  }
  await writeFile(path, studyHtml(study, basis, charts))
}
