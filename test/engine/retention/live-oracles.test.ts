import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeResticRepository } from './restic-repository.ts'
import { skipsWithout } from '../../real-parts.ts'
import { selectSnapshots } from '../../../src/engine/retention/index.ts'

const isThere = (program: string, ...words: string[]): boolean => spawnSync(program, words).status === 0

/** The Python that Debian's borg runs on. */
const PYTHON = '/usr/bin/python3'

const RESTIC = process.env['FIREDRILL_RESTIC'] ?? 'restic'

/** How hard to try: 1 takes some 20 s and looks at 3000 calendars with their policies for each tool. */
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

const noBorg = skipsWithout(isThere(PYTHON, '-c', 'import borg.helpers.misc'), 'no borg (apt-get install borgbackup)')
describe.skipIf(noBorg)('borg as installed', () => {
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

  // Archives are entered in the manifest without any content, which a dry run does not look at but to fill its cache; then
  // `borg prune` itself runs, again and again in one process.
  const pruning = `
import json, os, sys, tempfile
from datetime import datetime
import borg.cache
from borg.archiver import Archiver
from borg.helpers import Manifest
from borg.repository import Repository
cases = json.load(sys.stdin)
# Its tests of itself would be three quarters of the time.
os.environ.update(BORG_BASE_DIR=sys.argv[1], BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK='yes', BORG_SELFTEST='disabled')
path = os.path.join(sys.argv[1], 'repository')
borg.cache.LocalCache.sync = lambda self: None
archiver = Archiver()
parser = archiver.build_parser()
archiver.build_parser = lambda prog=None: parser
def run(*words):
    if archiver.run(archiver.parse_args(list(words))) != 0: sys.exit('borg ' + ' '.join(words) + ' failed')
run('init', '--encryption', 'none', path)
with Repository(path, exclusive=True) as repository:
    manifest, key = Manifest.load(repository, (Manifest.Operation.WRITE,))
    for number, case in enumerate(cases):
        for i, time in enumerate(case['times']):
            manifest.archives['%d-%d.' % (number, i)] = (os.urandom(32), datetime.utcfromtimestamp(time))
    manifest.write()
    repository.commit(compact=False)
for number, case in enumerate(cases):
    print('case', number, file=sys.stderr, flush=True)
    flags = ['--keep-%s=%d' % (rule, count) for rule, count in case['counts'].items()]
    run('prune', '--dry-run', '--list', '--glob-archives', '%d-*' % number, *flags, path)`

  it('says the same by its own command, of archives in a repository', { timeout: 600_000 }, () => {
    const directory = mkdtempSync(join(tmpdir(), 'firedrill-borg-'))
    try {
      const rules = ['secondly', 'minutely', 'hourly', 'daily', 'weekly', 'monthly', 'yearly']
      const cases = sample(fc.record({ times: calendar(12), counts: countsOf(rules) }), 60 * EFFORT)
      const { status, stderr } = spawnSync(PYTHON, ['-c', pruning, directory], {
        input: JSON.stringify(cases),
        env: { ...process.env, TZ: 'UTC' },
        maxBuffer: 1 << 30,
        encoding: 'utf8',
      })
      expect(status, stderr.slice(-2000)).toBe(0)
      const said = stderr
        .split(/^case \d+\n/m)
        .slice(1)
        .map((lines) =>
          lines
            .split('\n')
            .flatMap((line) => {
              const [, rule, name] = /^(?:Keeping archive \(rule: (.*?)\)|Would prune): +(\d+-\d+)\./.exec(line) ?? []
              return name === undefined ? [] : [`${name.slice(name.indexOf('-') + 1)}: ${rule ?? ''}`]
            })
            .sort(),
        )
      const ours = cases.map(({ times, counts }) =>
        selectSnapshots(
          times.map((time, at) => ({ id: String(at), time })),
          { dialect: 'borg', counts },
          0,
        )
          .map(({ id, reasons }) => `${id}: ${reasons.join()}`)
          .sort(),
      )
      expect(ours).toEqual(said)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})

describe.skipIf(skipsWithout(isThere(RESTIC, 'version'), 'no restic (apt-get install restic)'))(
  'restic as installed',
  () => {
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

    const calendars = sample(calendar(24), 100)

    const withinRules = ['within', ...rules.slice(1).map((rule) => `within-${rule}`)]
    const span = fc
      .record({ y: fc.nat(1), m: fc.nat(14), d: fc.nat(40), h: fc.nat(30) })
      .map((parts) =>
        Object.entries(parts)
          .map(([unit, count]) => (count === 0 ? '' : `${count}${unit}`))
          .join(''),
      )
      .filter((text) => text !== '')
    /** Half of them without a span, as they have always been. */
    const policies: Array<{ counts: Record<string, number>; within: Record<string, string> }> = [
      ...sample(countsOf(rules), 15 * EFFORT).map((counts) => ({ counts, within: {} })),
      ...sample(
        fc.record({
          counts: fc.oneof(fc.constant({}), countsOf(rules)),
          within: fc.dictionary(fc.constantFrom(...withinRules), span, { minKeys: 1 }),
        }),
        15 * EFFORT,
      ),
    ]

    beforeAll(() => {
      keepsOldest = Number(/^restic 0\.(\d+)/.exec(execFileSync(RESTIC, ['version']).toString())?.[1]) >= 16
      directory = mkdtempSync(join(tmpdir(), 'firedrill-restic-'))
      const snapshots = calendars.flatMap((times, host) => times.map((time) => ({ host: `h${host}`, time })))
      writeResticRepository(join(directory, 'repository'), 'x', snapshots)
    })
    afterAll(() => rmSync(directory, { recursive: true }))

    // Each calendar is a host of its own, and a policy is applied to each host: one call answers for all calendars.
    it('keeps the same snapshots for the same reasons on random calendars', { timeout: 600_000 }, () => {
      for (const { counts, within } of policies) {
        // Older versions know no -1; what is unlimited in ours is a large number there.
        const flags = [
          ...Object.entries(counts).map(([rule, count]) => `--keep-${rule}=${count === -1 ? 100_000 : count}`),
          ...Object.entries(within).map(([rule, text]) => `--keep-${rule}=${text}`),
        ]
        const groups: ForgetGroup[] = JSON.parse(
          restic('forget', '--dry-run', '--json', '--group-by', 'host', ...flags),
        )
        for (const [host, times] of calendars.entries()) {
          const theirs = (groups.find((group) => group.host === `h${host}`)?.reasons ?? []).reverse()
          const ours = selectSnapshots(
            times.map((time) => ({ id: new Date(time * 1000).toISOString(), time })),
            { dialect: 'restic', counts, within },
            Date.now() / 1000,
          ).filter((decision) => decision.keep)
          const oldest = new Date((times[0] ?? 0) * 1000).toISOString()
          const compared = (id: string): boolean => keepsOldest || id !== oldest
          expect(
            ours.filter(({ id }) => compared(id)).map(({ id, reasons }) => `${id}: ${reasons.join()}`),
            JSON.stringify({ counts, within, times }),
          ).toEqual(
            theirs
              .map(({ snapshot, matches }) => ({ id: new Date(snapshot.time).toISOString(), matches }))
              .filter(({ id }) => compared(id))
              .map(({ id, matches }) => `${id}: ${matches.join()}`),
          )
        }
      }
    })
  },
)

interface ForgetGroup {
  host: string
  reasons: Array<{ snapshot: { time: string }; matches: string[] }>
}
