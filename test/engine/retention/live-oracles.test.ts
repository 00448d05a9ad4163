import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { selectSnapshots } from '../../../src/engine/retention/index.ts'

const isThere = (program: string, ...words: string[]): boolean => spawnSync(program, words).status === 0

/** The Python that Debian's borg runs on. */
const PYTHON = '/usr/bin/python3'

const RESTIC = process.env['FIREDRILL_RESTIC'] ?? 'restic'

/** How hard to try; CI that has the tools may ask for more. */
const EFFORT = Number(process.env['FIREDRILL_ORACLE_EFFORT'] ?? 1)

/** Irregular times over some years, close together and far apart, whole seconds. */
const calendar = (most: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.oneof(fc.integer({ min: 1, max: 7200 }), fc.integer({ min: 3600, max: 200_000 }), fc.nat(9_000_000)), {
      minLength: 1,
      maxLength: most,
      size: 'max',
    })
    .map((gaps) => {
      let time = Date.parse('2023-12-20T00:00:00Z') / 1000
      return gaps.map((gap) => (time += gap + 1))
    })

const countsOf = (rules: readonly string[]): fc.Arbitrary<Record<string, number>> =>
  fc
    .dictionary(fc.constantFrom(...rules), fc.oneof(fc.nat(8), fc.constant(-1), fc.constant(0)), { minKeys: 1 })
    .filter((counts) => Object.values(counts).some((count) => count !== 0))

const sample = <T>(arbitrary: fc.Arbitrary<T>, cases: number): T[] =>
  fc.sample(arbitrary, { numRuns: cases, seed: Number(process.env['FAST_CHECK_SEED'] ?? 20260105) })

describe.skipIf(!isThere(PYTHON, '-c', 'import borg.helpers.misc'))('borg as installed', () => {
  // prune_split is what `borg prune` calls for each rule; the loop is the one of do_prune.
  const program = `
import json, sys
from datetime import datetime, timezone
from types import SimpleNamespace
from borg.helpers.misc import prune_split, PRUNING_PATTERNS
answers = []
for case in json.load(sys.stdin):
    archives = [SimpleNamespace(id=i, ts=datetime.fromtimestamp(t, timezone.utc)) for i, t in enumerate(case['times'])]
    because = {}
    for rule in PRUNING_PATTERNS:
        if rule in case['counts']:
            prune_split(archives, rule, case['counts'][rule], because)
    answers.append(['%s #%d' % because[i] if i in because else '' for i in range(len(archives))])
json.dump(answers, sys.stdout)`

  it('keeps the same archives for the same reasons on random calendars', () => {
    const rules = ['secondly', 'minutely', 'hourly', 'daily', 'weekly', 'monthly', 'yearly']
    const cases = sample(fc.record({ times: calendar(120), counts: countsOf(rules) }), 3000 * EFFORT)
    const output = execFileSync(PYTHON, ['-c', program], {
      input: JSON.stringify(cases),
      env: { ...process.env, TZ: 'UTC' },
      maxBuffer: 1 << 30,
    })
    const answers: unknown = JSON.parse(output.toString())
    const ours = cases.map(({ times, counts }) =>
      selectSnapshots(
        times.map((time, at) => ({ id: String(at), time })),
        { dialect: 'borg', counts },
        0,
      ).map((decision) => decision.reasons.join()),
    )
    expect(ours).toEqual(answers)
  })
})

describe.skipIf(!isThere(RESTIC, 'version'))('restic as installed', () => {
  let directory: string
  const rules = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly']
  const restic = (...words: string[]): string =>
    execFileSync(RESTIC, ['--repo', join(directory, 'repository'), '--no-cache', ...words], {
      env: { ...process.env, RESTIC_PASSWORD: 'x', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    }).toString()

  /** Since 0.16 the oldest snapshot is kept while a rule has counts left. */
  let keepsOldest: boolean

  beforeAll(() => {
    keepsOldest = Number(/^restic 0\.(\d+)/.exec(execFileSync(RESTIC, ['version']).toString())?.[1]) >= 16
    directory = mkdtempSync(join(tmpdir(), 'firedrill-restic-'))
    mkdirSync(join(directory, 'empty'))
    restic('init')
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  // Each calendar is a host of its own, and a policy is applied to each host: one call answers for all calendars.
  it('keeps the same snapshots for the same reasons on random calendars', { timeout: 600_000 }, () => {
    const calendars = sample(calendar(16), 3 * EFFORT)
    for (const [host, times] of calendars.entries())
      for (const time of times) {
        const text = new Date(time * 1000).toISOString().slice(0, 19).replace('T', ' ')
        restic('backup', '--time', text, '--host', `h${host}`, join(directory, 'empty'))
      }
    for (const counts of sample(countsOf(rules), 10 * EFFORT)) {
      // Older versions know no -1; what is unlimited in ours is a large number there.
      const flags = Object.entries(counts).map(([rule, count]) => `--keep-${rule}=${count === -1 ? 100_000 : count}`)
      const groups: ForgetGroup[] = JSON.parse(restic('forget', '--dry-run', '--json', '--group-by', 'host', ...flags))
      for (const [host, times] of calendars.entries()) {
        const theirs = (groups.find((group) => group.host === `h${host}`)?.reasons ?? []).reverse()
        const ours = selectSnapshots(
          times.map((time) => ({ id: new Date(time * 1000).toISOString(), time })),
          { dialect: 'restic', counts },
          0,
        ).filter((decision) => decision.keep)
        const oldest = new Date((times[0] ?? 0) * 1000).toISOString()
        const compared = (id: string): boolean => keepsOldest || id !== oldest
        expect(
          ours.filter(({ id }) => compared(id)).map(({ id, reasons }) => `${id}: ${reasons.join()}`),
          JSON.stringify({ counts, times }),
        ).toEqual(
          theirs
            .map(({ snapshot, matches }) => ({ id: new Date(snapshot.time).toISOString(), matches }))
            .filter(({ id }) => compared(id))
            .map(({ id, matches }) => `${id}: ${matches.join()}`),
        )
      }
    }
  })
})

interface ForgetGroup {
  host: string
  reasons: Array<{ snapshot: { time: string }; matches: string[] }>
}
