import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadScenario, run } from '../../src/index.ts'
import { commandLineIn } from './command-line.ts'
import { scratchFolder } from '../scratch-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'src/cli/firedrill.ts')
const desk = scratchFolder('long')

const miniature = join(ROOT, 'scenarios/miniature.yaml')
const options = { cwd: desk, env: { PATH: process.env['PATH'], NO_COLOR: '1' } }
const firedrill = commandLineIn(desk)

/** Until something of the kind is in the checkpoint. */
async function noted(kind: 'result' | 'finding', child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const folder = join(desk, 'results/miniature')
    const name = existsSync(folder) ? readdirSync(folder).find((each) => each.endsWith('.blocks')) : undefined
    if (name !== undefined && readFileSync(join(folder, name), 'utf8').includes(` ${kind} `)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Starts a command, presses Ctrl-C once something is in the checkpoint, and waits for its end. */
async function interrupted(words: readonly string[], once: 'result' | 'finding') {
  const child = spawn(process.execPath, [MAIN, ...words], { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (piece) => (stdout += piece))
  child.stderr.on('data', (piece) => (stderr += piece))
  const code = new Promise((resolve) => child.once('close', resolve))
  await noted(once, child)
  child.kill('SIGINT')
  return { code: await code, stdout, stderr }
}

// Something to compare with.
writeFileSync(
  join(desk, 'miniature.yaml'),
  readFileSync(miniature, 'utf8').replace(
    /^  daily-full:\n(.*)$/m,
    '$&\n  twice-daily:\n    - backup: { dataset: data, to: box, type: full, at: "every 12 h" }',
  ),
)

/** '1 MB/s,2 MB/s,…' */
function megabytes(count: number): string {
  return Array.from({ length: count }, (_, k) => `${k + 1} MB/s`).join(',')
}

describe('long runs on the command line', { timeout: 400_000 }, () => {
  it('Ctrl-C shows what is complete, and --resume gives what the whole run gives', async () => {
    const words = ['run', miniature, '--replications', '512', '--threads', '1', '--json']
    const { code, stdout, stderr } = await interrupted(words, 'result')
    expect(code).toBe(130)
    const { replications, interrupted: planned, cells } = JSON.parse(stdout)
    expect(planned.replications).toBe(512)
    expect(replications).toBe(256)
    expect(cells[0].rto.n).toBe(replications)
    expect(stderr).toMatch(/interrupted after \d+ of 512 drills of each hazard; add --resume to the same command/)
    const resumed = firedrill(...words, '--resume')
    expect(resumed.code).toBe(0)
    expect(JSON.parse(resumed.stdout).digest).toBe(
      (await run(await loadScenario(miniature), { replications: 512 })).digest,
    )
    const again = firedrill(...words, '--resume')
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(again.stderr).toMatch(/^firedrill: there is nothing to resume/)
  })

  it.each([
    ['sweep', '--vary', `links.line.bandwidth=${megabytes(6)}`, '--replications', '8', '--format', 'csv'],
    ['optimize', '--vary', `links.line.bandwidth=${megabytes(3)}`, '--replications', '29', '--json'],
    ['plan', '--what-if', `links.line.bandwidth=${megabytes(8)}`, '--json'],
    ['losses', '--precision', '1', '--max-drills', '80', '--json'],
    ['compare', '--replications', '24', '--format', 'json'],
  ])('%s is interrupted, and goes on with --resume to what it would have given', async (command, ...rest) => {
    const words = [command, command === 'compare' ? 'miniature.yaml' : miniature, ...rest, '--threads', '1']
    const { code, stdout, stderr } = await interrupted(words, command === 'losses' ? 'finding' : 'result')
    expect(code).toBe(130)
    expect(stderr).toMatch(/^firedrill: interrupted.*; add --resume to the same command to go on$/m)
    const resumed = firedrill(...words, '--resume')
    expect(resumed).toEqual({ code: 0, stderr: '', stdout: firedrill(...words).stdout })
    expect(resumed.stdout.length).toBeGreaterThan(stdout.length)
    expect(readdirSync(join(desk, 'results/miniature')).filter((name) => name.endsWith('.blocks'))).toEqual([])
  })

  it('shards are merged into what one run gives', () => {
    for (const shard of ['1/2', '2/2'])
      expect(firedrill('run', miniature, '--shard', shard, '--out', 'parts').code).toBe(0)
    const merged = firedrill('merge', 'parts/miniature', '--json')
    expect(merged.code).toBe(0)
    expect(merged.stdout).toBe(firedrill('run', miniature, '--json').stdout)
  })

  it.each([
    [['run', miniature, '--shard', '3/2'], /--shard 3\/2: expected which of how many, from 1 on, such as 2\/8/],
    [['merge', 'absent.blocks'], /there is no file absent.blocks/],
    [['merge', miniature], /miniature.yaml is not a file of blocks/],
    [['run', miniature, '--queue', 'queue:6379'], /expected the address of a server, such as redis:/],
  ])('%j says what is wrong, in one line, and exits with 2', (words, message) => {
    const { code, stdout, stderr } = firedrill(...words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})
