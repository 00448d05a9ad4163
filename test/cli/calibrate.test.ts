import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/firedrill.ts')
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'firedrill-calibrate-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

function calibrate(...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'calibrate', directory, '--seconds', '0.05', ...words],
    { encoding: 'utf8' },
  )
  return { code: status, stdout, stderr }
}

describe('calibrate', { timeout: 120_000 }, () => {
  it('writes what a node of a scenario may be made of, and leaves nothing behind', async () => {
    const { code, stdout } = calibrate()
    expect(code).toBe(0)
    expect(readdirSync(directory)).toEqual([])
    const node = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(node.map((line) => line.split(':', 1)[0])).toEqual(['cpu', 'disk'])
    const path = join(directory, 'measured.yaml')
    writeFileSync(
      path,
      [
        'firedrill: 1',
        'name: Measured',
        'start: 2026-01-05T00:00:00Z',
        'horizon: 30 d',
        'topology:',
        '  sites: { office: { region: eu-west } }',
        '  nodes:',
        '    files:',
        '      site: office',
        ...node.map((line) => `      ${line}`),
        '  stores: { nas: { site: office, kind: disk, read: 200 MB/s, write: 150 MB/s, capacity: 8 TB } }',
        '  links: { lan: { between: [files, nas], bandwidth: 1 Gbit/s } }',
        'datasets: { documents: { node: files, size: 1 GB, files: 100, change: 1 %/day } }',
        'services: { share: { needs: [documents], objectives: { rpo: 24 h, rto: 8 h } } }',
        'strategies: { nightly: [backup: { dataset: documents, to: nas, at: "daily 22:00" }] }',
        'hazards: { fire: { kind: node, target: files, rate: 0.1/year } }',
        'experiment: { drills: [fire], replications: 1 }',
      ].join('\n'),
    )
    const [topology] = (await loadScenario(path)).topologies
    rmSync(path)
    const { cpu, disk } = topology!.world.nodes.get('files')!
    const { stages_bytesPerSecond: stages, cores } = JSON.parse(calibrate('--json').stdout)
    expect(cpu.cores).toBe(cores)
    // Of two measurements on a busy machine no more can be said.
    for (const [stage, rate] of Object.entries(cpu.rates_bytesPerSecond)) {
      expect(rate / stages[stage], stage).toBeGreaterThan(0.1)
      expect(rate / stages[stage], stage).toBeLessThan(10)
    }
    expect(disk.write_bytesPerSecond).toBeGreaterThan(1e6)
    expect(disk.scan_entriesPerSecond).toBeGreaterThan(1000)
  })

  it('finds that text is compressed faster than what is random, and by another measure than hashing', () => {
    const sample = join(directory, 'text')
    writeFileSync(sample, 'the quick brown fox jumps over the lazy dog\n'.repeat(30_000))
    const text = JSON.parse(calibrate('--sample', sample, '--json').stdout).stages_bytesPerSecond
    const program = JSON.parse(calibrate('--json').stdout).stages_bytesPerSecond
    rmSync(sample)
    expect(text.compress).toBeGreaterThan(2 * program.compress)
  })

  it('tells mistakes in one line', () => {
    expect(calibrate('--seconds', '0')).toMatchObject({ code: 2, stdout: '' })
    expect(calibrate('--sample', 'nowhere').stderr).toMatch(/^firedrill: cannot read the sample nowhere: ENOENT/)
    expect(calibrate('--sample', MAIN).stderr).toMatch(/expected a MiB or more/)
  })
})
