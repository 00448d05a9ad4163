import { createHash } from 'node:crypto'
import { readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { TopLevelSpec } from 'vega-lite'
import { makeFolders } from '../adapters/real/make-folders.ts'
import type { Results } from '../experiment/results.ts'
import { CHARTS } from './charts/index.ts'
import { writeCsv } from './tables/csv.ts'
import { reportHtml } from './html/report-page.ts'
import type { DrawnChart } from './html/report-page.ts'
import { untitled } from './html/inline-chart.ts'
import { readableJson } from './tables/json.ts'
import { manifestOf } from './manifest.ts'
import type { ManifestExtras } from './manifest.ts'
import { writeParquet } from './tables/parquet.ts'
import { loadRenderer } from './render.ts'
import { summaryOf } from './tables/summary.ts'
import { tablesOf } from './tables/tables.ts'

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json'
/** Tables that grow with drills, jobs or days; the others are short. */
const IN_PARQUET: ReadonlySet<string> = new Set(['incidents', 'jobs', 'traffic', 'stores', 'points'])

/** A file of a results folder; `path` is relative to it, with forward slashes. */
export interface WrittenFile {
  readonly path: string
  readonly bytes: number
}

/**
 * Writes a run's results folder: manifest.json, summary.json, a CSV file for each kind of row (long ones as Parquet
 * too) and one that explains their columns, charts as specification, SVG and PNG, report.html. The folder appears
 * complete or not at all: it is written beside its place and then renamed to it, in exchange for an earlier one of the
 * same name.
 * @param scenarioText the scenario file as read; its hash and text go into the manifest
 * @param extras       what else the manifest should say: the scenario's path, the command line
 * @throws Error when `folder` exists and is not a results folder; it is left alone
 */
export async function writeResults(
  results: Results,
  scenarioText: string,
  folder: string,
  extras: ManifestExtras = {},
): Promise<WrittenFile[]> {
  await refuseForeignFolder(folder)
  const draft = join(dirname(folder), `.${basename(folder)}.writing-${process.pid}`)
  await rm(draft, { recursive: true, force: true })
  makeFolders(join(draft, 'charts'))
  try {
    await writeInto(draft, results, scenarioText, extras)
    const files = await listFiles(draft)
    await takePlace(draft, folder)
    return files
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

async function writeInto(
  folder: string,
  results: Results,
  scenarioText: string,
  extras: ManifestExtras,
): Promise<void> {
  for (const table of tablesOf(results)) {
    await writeCsv(table, join(folder, `${table.name}.csv`))
    if (IN_PARQUET.has(table.name)) await writeParquet(table, join(folder, `${table.name}.parquet`))
  }
  await writeJson(join(folder, 'summary.json'), summaryOf(results))
  const charts = await drawCharts(join(folder, 'charts'), results)
  const manifest = manifestOf(results, scenarioText, [], extras)
  await writeFile(join(folder, 'report.html'), reportHtml({ results, charts, scenarioText, manifest }))
  await writeJson(join(folder, 'manifest.json'), { ...manifest, files: await hashFiles(folder) })
}

/** Draws each chart that has something to show: with its title for the files, without it for the page. */
async function drawCharts(folder: string, results: Results): Promise<DrawnChart[]> {
  const renderer = await loadRenderer()
  const drawn: DrawnChart[] = []
  for (const [name, chart] of Object.entries(CHARTS)) {
    const spec = chart(results)
    if (spec === undefined) continue
    const svg = await renderer.svg(spec)
    await writeJson(join(folder, `${name}.vl.json`), {
      $schema: SCHEMA,
      ...spec,
    })
    await writeFile(join(folder, `${name}.svg`), svg)
    await writeFile(join(folder, `${name}.png`), renderer.png(svg))
    drawn.push({ name, spec, svg: await renderer.svg(untitled(spec), { described: true }) })
  }
  return drawn
}

/**
 * Writes one chart: its specification, its SVG and its PNG.
 * @param path without ending
 */
export async function writeChart(path: string, spec: TopLevelSpec): Promise<void> {
  const renderer = await loadRenderer()
  const svg = await renderer.svg(spec)
  await writeJson(`${path}.vl.json`, { $schema: SCHEMA, ...spec })
  await writeFile(`${path}.svg`, svg)
  await writeFile(`${path}.png`, renderer.png(svg))
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, readableJson(value))
}

async function listFiles(folder: string): Promise<WrittenFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  files.sort()
  return Promise.all(
    files.map(async (path) => ({
      path: path.slice(folder.length + 1).replaceAll('\\', '/'),
      bytes: (await stat(path)).size,
    })),
  )
}

async function hashFiles(folder: string): Promise<{ path: string; bytes: number; sha256: string }[]> {
  const hashed = []
  for (const file of await listFiles(folder)) {
    const content = await readFile(join(folder, file.path))
    hashed.push({ ...file, sha256: createHash('sha256').update(content).digest('hex') })
  }
  return hashed
}

/** What is replaced must be a results folder: a mistaken --out must not cost anybody their files. */
async function refuseForeignFolder(folder: string): Promise<void> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  if (names.length === 0 || names.includes('manifest.json')) return
  throw new Error(`${folder} holds other files than results; choose another folder or empty it`)
}

async function takePlace(draft: string, folder: string): Promise<void> {
  const earlier = `${draft}-earlier`
  let replaced = true
  try {
    await rename(folder, earlier)
  } catch (error) {
    if (!isMissing(error)) throw error
    replaced = false
  }
  await rename(draft, folder)
  if (replaced) await rm(earlier, { recursive: true, force: true })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
