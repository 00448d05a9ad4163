import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { changeDataset, createDataset } from './engine-dataset.ts'
import type { BenchResult, Spread } from './interleave.ts'

const PROJECT = join(import.meta.dirname, '..')
const PASSWORD = 'bench'

/** In the order in which they are done; each needs those before it. */
const OPERATIONS = ['backup', 'unchanged', 'changed', 'restore', 'check', 'prune'] as const
type Operation = (typeof OPERATIONS)[number]
const READ_SOURCE: ReadonlySet<Operation> = new Set(['backup', 'unchanged', 'changed'])

/** How a program does each operation, as shell commands; `$REPO`, `$SRC` and `$OUT` are directories. */
interface Program {
  readonly init: string
  /** Done before the operation, not timed. */
  readonly before?: Partial<Record<Operation, string>>
  readonly operations: Readonly<Record<Operation, string>>
}

const restic: Program = {
  init: 'restic -q init',
  before: { prune: 'restic -q forget --keep-last 1 --group-by ""' },
  operations: {
    backup: 'cd $SRC && restic -q backup .',
    unchanged: 'cd $SRC && restic -q backup .',
    changed: 'cd $SRC && restic -q backup .',
    restore: 'restic -q restore latest --target $OUT',
    check: 'restic -q check --read-data',
    prune: 'restic -q prune',
  },
}

/**
 * borg takes what is in a directory in the order of the numbers that the file system gave it, other each time; and compacts whole
 * segments of 500 MB, those of which a tenth is not needed. By where the changed database came to lie among them, a prune moved a third
 * of the repository, or two. So it is told the order: that of names, in which the others go.
 */
const IN_ORDER = '.complete *'

const borg: Program = {
  init: 'borg init -e repokey-blake2',
  before: { prune: 'borg prune --keep-last 1' },
  operations: {
    backup: `cd $SRC && borg create -C zstd,3 ::one ${IN_ORDER}`,
    unchanged: `cd $SRC && borg create -C zstd,3 ::two ${IN_ORDER}`,
    changed: `cd $SRC && borg create -C zstd,3 ::three ${IN_ORDER}`,
    restore: 'mkdir -p $OUT && cd $OUT && borg extract ::three',
    check: 'borg check --verify-data',
    prune: 'borg compact',
  },
}

const firedrill: Program = {
  init: '$FIREDRILL repo init $REPO',
  before: { prune: '$FIREDRILL repo forget $REPO --keep last=1' },
  operations: {
    backup: '$FIREDRILL repo backup $REPO $SRC',
    unchanged: '$FIREDRILL repo backup $REPO $SRC',
    changed: '$FIREDRILL repo backup $REPO $SRC',
    restore: '$FIREDRILL repo restore $REPO latest $OUT',
    check: '$FIREDRILL repo check $REPO --read-data',
    prune: '$FIREDRILL repo prune $REPO --grace 0',
  },
}

const PROGRAMS = { firedrill, restic, borg }

export interface EngineBenchOptions {
  /** Of the tree that is backed up. */
  readonly size_bytes: number
  readonly rounds: number
  /** Cores that each program may use; with one, processor time is measured, with more, time that passes. */
  readonly cores: number
}

export interface EngineBenchResult extends BenchResult {
  /** Most that was resident at once, by program and operation. */
  readonly memory_bytes: Readonly<Record<string, number>>
  /** After the first backup, after the changed one, and after the prune, by program. */
  readonly repository_bytes: Readonly<Record<string, readonly number[]>>
}

/**
 * The engine against restic and borg (Debian packages): the same tree, encrypted and compressed by each (restic's default,
 * zstd level 3), in turn, operation by operation. Each first verifies that it gives back what it was given.
 */
export async function engine(name: string, options: EngineBenchOptions): Promise<EngineBenchResult> {
  const work = join(tmpdir(), `firedrill-bench-${options.size_bytes}`)
  mkdirSync(work, { recursive: true })
  const command = buildCommand(work)
  createDataset(join(work, 'v1'), options.size_bytes)
  const times = new Map<string, number[]>()
  const ratios = new Map<string, number[]>()
  const memory_bytes: Record<string, number> = {}
  const repository_bytes: Record<string, number[]> = {}
  for (let round = 0; round < options.rounds; round++) {
    const source = join(work, 'src')
    rmSync(source, { recursive: true, force: true })
    cpSync(join(work, 'v1'), source, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
    // Times of change that are too recent vouch for nothing.
    await new Promise((resolve) => setTimeout(resolve, 3000))
    for (const who of Object.keys(PROGRAMS)) rmSync(join(work, who), { recursive: true, force: true })
    const run = (who: keyof typeof PROGRAMS, script: string): Usage => {
      const place = join(work, who)
      mkdirSync(join(place, 'cache'), { recursive: true })
      return measure(script, options.cores, {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        HOME: place,
        SRC: source,
        REPO: join(place, 'repository'),
        OUT: join(place, 'restored'),
        RESTIC_REPOSITORY: join(place, 'repository'),
        RESTIC_PASSWORD: PASSWORD,
        RESTIC_CACHE_DIR: join(place, 'cache'),
        BORG_REPO: join(place, 'repository'),
        BORG_PASSPHRASE: PASSWORD,
        BORG_BASE_DIR: join(place, 'cache'),
        FIREDRILL: command,
        FIREDRILL_PASSWORD: PASSWORD,
      })
    }
    const names = ['firedrill', 'restic', 'borg'] as const
    for (const who of names) run(who, PROGRAMS[who].init)
    for (const operation of OPERATIONS) {
      if (operation === 'changed') {
        changeDataset(source)
        await new Promise((resolve) => setTimeout(resolve, 3000))
      }
      const took = new Map<string, number>()
      const usages: string[] = []
      // Another begins each round.
      for (let turn = 0; turn < names.length; turn++) {
        const who = names[(turn + round) % names.length]!
        const before = PROGRAMS[who].before?.[operation]
        if (before !== undefined) run(who, before)
        // borg has the system forget what it has read: whoever came after it would wait for the disk.
        if (READ_SOURCE.has(operation)) run(who, 'find $SRC -type f -exec cat {} + >/dev/null')
        const usage = run(who, PROGRAMS[who].operations[operation])
        const seconds = options.cores === 1 ? usage.processor_s : usage.elapsed_s
        took.set(who, seconds)
        usages.push(shown(who, usage))
        append(times, `${who}-${operation}`, seconds)
        memory_bytes[`${who}-${operation}`] = Math.max(memory_bytes[`${who}-${operation}`] ?? 0, usage.memory_bytes)
        if (operation === 'backup') repository_bytes[who] = [sizeOf(join(work, who, 'repository'))]
        if (operation === 'changed' || operation === 'prune')
          repository_bytes[who]?.push(sizeOf(join(work, who, 'repository')))
        if (operation === 'restore' && round === 0) requireEqual(source, join(work, who, 'restored'))
      }
      // Only now: ext4 gives no inode away again within minutes and looks at each that was freed when it makes a file, which would
      // cost who comes after a restore that was deleted up to half of its time.
      for (const who of names) rmSync(join(work, who, 'restored'), { recursive: true, force: true })
      for (const who of names) {
        if (who !== 'firedrill') append(ratios, `${who}-${operation}`, took.get(who)! / took.get('firedrill')!)
      }
      process.stderr.write(`round ${round + 1}: ${operation}: ${usages.join('; ')}\n`)
    }
  }
  return { name, ratios: spreads(ratios), seconds: spreads(times), memory_bytes, repository_bytes }
}

/** Builds the command as it is published. */
function buildCommand(work: string): string {
  const place = join(work, 'build')
  execFileSync(process.execPath, [join(PROJECT, 'tools/bundle.ts'), join(place, 'dist/command')])
  // One of an earlier run may lead to a checkout that is gone.
  rmSync(join(place, 'node_modules'), { force: true })
  symlinkSync(join(PROJECT, 'node_modules'), join(place, 'node_modules'))
  cpSync(join(PROJECT, 'package.json'), join(place, 'package.json'))
  return `${process.execPath} ${join(place, 'dist/command/firedrill.js')}`
}

interface Usage {
  readonly processor_s: number
  readonly elapsed_s: number
  readonly memory_bytes: number
}

function measure(script: string, cores: number, environment: Record<string, string>): Usage {
  const pinned = Array.from({ length: cores }, (_, core) => core).join(',')
  const { status, stdout, stderr } = spawnSync(
    'taskset',
    ['-c', pinned, '/usr/bin/time', '-f', '%U %S %e %M', '/bin/sh', '-c', script],
    { env: environment, encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  if (status !== 0) throw new Error(`'${script}' failed:\n${stdout}${stderr}`)
  const [user_s = 0, system_s = 0, elapsed_s = 0, kibibytes = 0] = (stderr.trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number)
  return { processor_s: user_s + system_s, elapsed_s, memory_bytes: kibibytes * 1024 }
}

function shown(who: string, { processor_s, elapsed_s, memory_bytes }: Usage): string {
  const memory = `${Math.round(memory_bytes / 2 ** 20)} MiB`
  return `${who} ${processor_s.toFixed(2)} s of processors, ${elapsed_s.toFixed(2)} s, ${memory}`
}

function requireEqual(source: string, restored: string): void {
  const { status, stdout } = spawnSync('diff', ['-r', '--no-dereference', source, restored], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${restored} is not what was backed up:\n${stdout.slice(0, 1000)}`)
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

function append(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

function spreads(lists: ReadonlyMap<string, readonly number[]>): Record<string, Spread> {
  return Object.fromEntries(
    [...lists].map(([key, values]) => {
      const sorted = values.toSorted((a, b) => a - b)
      return [key, { min: sorted[0]!, median: sorted[sorted.length >> 1]!, max: sorted.at(-1)! }]
    }),
  )
}
