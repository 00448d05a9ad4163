import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Manifest } from '../../src/report/manifest.ts'
import { CHARTS, summaryOf, writeResults } from '../../src/report/index.ts'
import type { WrittenFile } from '../../src/report/index.ts'
import { fixtureResults } from './fixture.ts'
import { scratchFolder } from '../scratch-folder.ts'

const SCENARIO = 'firedrill: 1\nname: Small office, three copies\n'
const results = fixtureResults({ replications: 5, days: 5 })

/** The page says when it was made. */
function withoutTime(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z<\/dd>/, '')
}

const scratch = scratchFolder('write')

async function newFolder(): Promise<string> {
  return join(await mkdtemp(join(scratch, 'results-')), 'smb-321', '5ca1ab1e5ca1')
}

describe('a results folder', () => {
  let folder: string
  let files: WrittenFile[]
  let manifest: Manifest

  beforeAll(async () => {
    folder = await newFolder()
    files = await writeResults(results, SCENARIO, folder, { scenarioPath: 'scenarios/smb-321.yaml' })
    manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  })

  it('holds what DESIGN.md, section 8, says', () => {
    expect(files.map((file) => file.path)).toEqual([
      ...Object.keys(CHARTS)
        .sort()
        .flatMap((name) => [`charts/${name}.png`, `charts/${name}.svg`, `charts/${name}.vl.json`]),
      'columns.csv',
      'compliance.csv',
      'costs.csv',
      'exposures.csv',
      'incidents.csv',
      'incidents.parquet',
      'jobs.csv',
      'jobs.parquet',
      'links.csv',
      'manifest.json',
      'points.csv',
      'points.parquet',
      'report.html',
      'stores.csv',
      'stores.parquet',
      'summary.csv',
      'summary.json',
      'traffic.csv',
      'traffic.parquet',
    ])
    // A table without rows still has its header.
    for (const file of files) expect(file.bytes, file.path).toBeGreaterThan(50)
  })

  it('has the summary, without the rows, as JSON that reads back equal', async () => {
    const summary: object = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'))
    expect(summary).toEqual(JSON.parse(JSON.stringify(summaryOf(results))))
    expect(Object.keys(summary)).toEqual([
      'scenario',
      'compliance',
      'seed',
      'replications',
      'cells',
      'exposures',
      'assumptions',
      'warnings',
      'weakSpots',
      'digest',
    ])
  })

  it('has a manifest with all that is needed to repeat the run', () => {
    expect(manifest).toMatchObject({
      format: 1,
      scenarioPath: 'scenarios/smb-321.yaml',
      scenario: { id: 'smb-321', text: SCENARIO, sha256: createHash('sha256').update(SCENARIO).digest('hex') },
      seed: results.seed,
      replications: 5,
      digest: results.digest,
      versions: { node: process.versions.node, v8: process.versions.v8, openssl: process.versions.openssl },
    })
    expect(manifest.versions.firedrill).toMatch(/^\d+\.\d+\.\d+/)
    expect(manifest.versions.zstd).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('has the hash of every other file in its manifest', async () => {
    expect(manifest.files.map((file) => file.path)).toEqual(
      files.map((file) => file.path).filter((path) => path !== 'manifest.json'),
    )
    for (const { path, sha256 } of manifest.files) {
      const content = await readFile(join(folder, path))
      expect(createHash('sha256').update(content).digest('hex'), path).toBe(sha256)
    }
  })

  it('is the same for the same results, but for the time of creation', async () => {
    const again = await newFolder()
    await writeResults(results, SCENARIO, again, { scenarioPath: 'scenarios/smb-321.yaml' })
    for (const { path } of manifest.files) {
      const [first, second] = [join(folder, path), join(again, path)].map((each) => readFile(each, 'latin1'))
      expect(withoutTime((await second) ?? '') === withoutTime((await first) ?? ''), path).toBe(true)
    }
  })

  it('stays whole when it cannot be written anew, and nothing half-written stays', async () => {
    const before = await readFile(join(folder, 'manifest.json'), 'utf8')
    // A field of a row that is no scalar: writing fails after the first files are on disk.
    const broken = { ...results, costs: [Object.assign({ ...results.costs[0]! }, { unit: ['GB'] })] }
    await expect(writeResults(broken, SCENARIO, folder)).rejects.toThrow(/scalar/)
    expect(await readFile(join(folder, 'manifest.json'), 'utf8')).toBe(before)
    expect(await readdir(join(folder, '..'))).toEqual(['5ca1ab1e5ca1'])
  })

  it('takes the place of an earlier one', async () => {
    await writeFile(join(folder, 'notes.txt'), 'from the earlier run')
    await writeResults(fixtureResults({ replications: 2, days: 2 }), SCENARIO, folder)
    expect(existsSync(join(folder, 'notes.txt'))).toBe(false)
    expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ replications: 2 })
    expect(await readdir(join(folder, '..'))).toEqual(['5ca1ab1e5ca1'])
  })
})

it('a folder with other files than results is left alone', async () => {
  const folder = await newFolder()
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'thesis.txt'), 'years of work')
  await expect(writeResults(results, SCENARIO, folder)).rejects.toThrow(/holds other files than results/)
  expect(await readdir(folder)).toEqual(['thesis.txt'])
})
