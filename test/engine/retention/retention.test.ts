import { describe, expect, it } from 'vitest'
import { selectSnapshots } from '../../../src/engine/retention/index.ts'
import type { DialectName } from '../../../src/engine/retention/index.ts'
import { validated } from '../../validated.ts'

const DAY = 86_400

/** Seconds of 12:00 UTC on a date. */
const noon = (date: string): number => Date.parse(`${date}T12:00:00Z`) / 1000

/** Dates of every day from one to another, both included. */
function days(from: string, to: string, except: readonly string[] = []): string[] {
  const dates: string[] = []
  for (let time = noon(from); time <= noon(to); time += DAY) dates.push(dateOf(time))
  return dates.filter((date) => !except.includes(date))
}

/** Dates written one after another. */
const list = (dates: string): string[] => dates.split(' ')

const dateOf = (time: number): string => new Date(time * 1000).toISOString().slice(0, 10)

function kept(dates: readonly string[], dialect: DialectName, counts: Record<string, number>, now?: string): string[] {
  const snapshots = dates.map((date) => ({ id: date, time: noon(date) }))
  const decisions = selectSnapshots(snapshots, { dialect, counts }, noon(now ?? dates.at(-1) ?? '2026-01-05'))
  expect(decisions.map((decision) => decision.id)).toEqual(dates)
  for (const decision of decisions) expect(decision.reasons.length > 0).toBe(decision.keep)
  return decisions.filter((decision) => decision.keep).map((decision) => decision.id)
}

function keeps(what: string, expected: number | string, measured: number | string): void {
  validated({ group: 'Retention', what, expected, measured, within: 'exact, each by name', mark: 'seen' })
}

describe('69 daily snapshots over 75 days, 6 runs missed; keep daily 7, weekly 4, monthly 3', () => {
  const missed = ['2026-01-17', '2026-01-25', '2026-02-09', '2026-02-22', '2026-03-05', '2026-03-14']
  const dates = days('2026-01-05', '2026-03-20', missed)
  const counts = { daily: 7, weekly: 4, monthly: 3 }

  it('is that calendar', () => {
    expect(days('2026-01-05', '2026-03-20')).toHaveLength(75)
    expect(dates).toHaveLength(69)
  })

  it('keeps 11 with restic: rules look at the same snapshots and overlap', () => {
    // daily: 20 19 18 17 16 15 13 March (the 14th was missed)
    // weekly: 20 (week of the 16th), 15, 8, 1 March; two of them are dailies. monthly: 20 March, 28 February, 31 January
    expect(kept(dates, 'restic', counts)).toEqual(
      list(
        '2026-01-31 2026-02-28 2026-03-01 2026-03-08 2026-03-13 2026-03-15 2026-03-16 2026-03-17 2026-03-18 2026-03-19 2026-03-20',
      ),
    )
    keeps(
      '69 daily snapshots over 75 days, daily 7, weekly 4, monthly 3: restic',
      11,
      kept(dates, 'restic', counts).length,
    )
  })

  it('keeps 14 with borg: each rule adds its own', () => {
    // weekly: the newest of a week that no daily keeps: 8 and 1 March, 21 February (the 22nd was missed), 15 February
    // monthly: 28 February, 31 January, and the oldest of all, since there is no third month
    expect(kept(dates, 'borg', counts)).toEqual(
      list(
        '2026-01-05 2026-01-31 2026-02-15 2026-02-21 2026-02-28 2026-03-01 2026-03-08 2026-03-13 2026-03-15 2026-03-16 2026-03-17 2026-03-18 2026-03-19 2026-03-20',
      ),
    )
    keeps('the same: borg', 14, kept(dates, 'borg', counts).length)
  })
})

describe('restic', () => {
  it('keeps the oldest snapshot while a rule has counts left', () => {
    const dates = ['2026-01-01', '2026-01-02', '2026-01-03']
    expect(kept(dates, 'restic', { yearly: 1 })).toEqual(['2026-01-03'])
    expect(kept(dates, 'restic', { yearly: 2 })).toEqual(['2026-01-01', '2026-01-03'])
  })

  it('keeps a snapshot for every rule that wants it, and says which', () => {
    const snapshots = [{ id: 'only', time: noon('2026-01-01') }]
    expect(selectSnapshots(snapshots, { dialect: 'restic', counts: { last: 1, daily: 2, yearly: -1 } }, 0)).toEqual([
      { id: 'only', keep: true, reasons: ['last snapshot', 'daily snapshot', 'yearly snapshot'] },
    ])
  })

  it('counts ISO weeks: 2025-12-29 to 2026-01-04 is one', () => {
    const dates = days('2025-12-27', '2026-01-05')
    expect(kept(dates, 'restic', { weekly: 3 })).toEqual(['2025-12-28', '2026-01-04', '2026-01-05'])
  })

  it('keeps all of a rule for -1', () => {
    expect(kept(days('2026-01-01', '2026-03-31'), 'restic', { monthly: -1 })).toEqual(
      // The oldest is kept as well: the rule still has counts.
      list('2026-01-01 2026-01-31 2026-02-28 2026-03-31'),
    )
  })
})

describe('borg', () => {
  it("keeps 21 of the example in borg's documentation: daily 14, monthly 6, yearly 1", () => {
    const dates = days('2015-01-01', '2015-12-31', ['2015-12-19'])
    expect(kept(dates, 'borg', { daily: 14, monthly: 6, yearly: 1 })).toEqual([
      '2015-01-01',
      '2015-06-30',
      '2015-07-31',
      '2015-08-31',
      '2015-09-30',
      '2015-10-31',
      '2015-11-30',
      '2015-12-17',
      '2015-12-18',
      ...days('2015-12-20', '2015-12-31'),
    ])
    const found = kept(dates, 'borg', { daily: 14, monthly: 6, yearly: 1 })
    keeps("borg's documentation, daily 14, monthly 6, yearly 1: archives", 21, found.length)
  })

  it('numbers what each rule keeps', () => {
    const snapshots = ['2025-12-30', '2025-12-31', '2026-01-01'].map((id) => ({ id, time: noon(id) }))
    const decisions = selectSnapshots(snapshots, { dialect: 'borg', counts: { last: 1, yearly: 2 } }, 0)
    // 2026 is passed over: its newest is kept already. 2025's newest is the first of the rule, the oldest the second.
    expect(decisions.map((decision) => decision.reasons)).toEqual([
      ['yearly[oldest] #2'],
      ['yearly #1'],
      ['secondly #1'],
    ])
  })
})

describe('Proxmox Backup Server', () => {
  it('looks only at older, uncovered backups with each further rule', () => {
    const dates = ['2018-11-15', '2019-11-15', '2019-11-21', '2019-11-22', '2019-11-29', '2019-12-01']
    dates.push('2019-12-02', '2019-12-03', '2019-12-04')
    const found = kept(dates, 'pbs', { daily: 1, weekly: 1, monthly: 1 })
    expect(found).toEqual(['2019-11-22', '2019-12-01', '2019-12-04'])
    const what = 'Proxmox Backup Server, daily 1, weekly 1, monthly 1, of nine backups'
    keeps(what, '2019-11-22, 2019-12-01, 2019-12-04', found.join(', '))
  })

  it('keeps exactly the sum of the counts when there are enough backups', () => {
    const dates = days('2020-01-01', '2026-01-05')
    const found = kept(dates, 'pbs', { last: 3, daily: 7, weekly: 4, monthly: 12, yearly: 2 })
    expect(found).toHaveLength(28)
    keeps('Proxmox Backup Server, last 3, daily 7, weekly 4, monthly 12, yearly 2, of six years', 28, found.length)
  })

  it('keeps fewer, not the oldest, when there are not', () => {
    expect(kept(days('2026-01-01', '2026-01-20'), 'pbs', { daily: 2, yearly: 3 })).toEqual(['2026-01-19', '2026-01-20'])
  })
})

describe('grandfather, father, son', () => {
  it('keeps the newest of each of the last days, weeks, months and years', () => {
    // Friday 2026-03-20; weeks end at Sunday 15 and 8 March
    expect(kept(days('2024-06-01', '2026-03-20'), 'gfs', { daily: 3, weekly: 3, monthly: 3, yearly: 3 })).toEqual(
      list('2024-12-31 2025-12-31 2026-01-31 2026-02-28 2026-03-08 2026-03-15 2026-03-18 2026-03-19 2026-03-20'),
    )
  })

  it('does not make up for a missed run with an older snapshot', () => {
    const dates = days('2026-03-01', '2026-03-20', ['2026-03-18', '2026-03-19'])
    expect(kept(dates, 'gfs', { daily: 3 })).toEqual(['2026-03-20'])
    expect(kept(dates, 'restic', { daily: 3 })).toEqual(['2026-03-16', '2026-03-17', '2026-03-20'])
  })

  it('keeps the newest of all when backups have stopped long ago', () => {
    expect(kept(days('2026-03-01', '2026-03-20'), 'gfs', { daily: 3 }, '2027-01-01')).toEqual(['2026-03-20'])
  })
})

describe('rules of restic with a span of time', () => {
  const within = (dates: readonly string[], rules: Record<string, string>, now = '2026-04-01'): string[] =>
    selectSnapshots(
      dates.map((date) => ({ id: date, time: noon(date) })),
      { dialect: 'restic', counts: {}, within: rules },
      noon(now),
    )
      .filter(({ keep }) => keep)
      .map(({ id }) => id)

  it('look back from the newest snapshot, by the calendar', () => {
    // A month before 31 March would be 31 February: 3 March, and what is not later is not kept.
    expect(within(days('2026-02-25', '2026-03-31'), { within: '1m' })).toEqual(days('2026-03-04', '2026-03-31'))
    expect(within(days('2026-03-01', '2026-03-31'), { within: '1d', 'within-weekly': '15d' })).toEqual(
      list('2026-03-22 2026-03-29 2026-03-31'),
    )
  })

  it('are not led astray by a snapshot of the future', () => {
    expect(within(list('2026-03-30 2026-03-31 2027-01-01'), { within: '1d' })).toEqual(list('2026-03-31 2027-01-01'))
  })

  it('say what a span is, and which rules take one', () => {
    expect(() => within(['2026-01-01'], { within: '5 days' })).toThrow('such as 1y5m7d2h')
    expect(() => within(['2026-01-01'], { 'within-dayly': '5d' })).toThrow(
      "has no rule 'within-dayly' that takes a span of time; it has within, within-hourly, within-daily",
    )
    expect(() => kept(['2026-01-01'], 'restic', { within: 3 })).toThrow(
      'within takes a span of time, such as within=1y5m7d2h',
    )
  })
})

describe('every dialect', () => {
  const dialects: DialectName[] = ['restic', 'borg', 'pbs', 'gfs']

  it.each(dialects)('%s takes snapshots in any order', (dialect) => {
    const dates = days('2026-01-01', '2026-03-20')
    const counts = { daily: 5, weekly: 3, monthly: 2 }
    const shuffled = [...dates.slice(40), ...dates.slice(0, 20).reverse(), ...dates.slice(20, 40)]
    expect(kept(shuffled, dialect, counts, '2026-03-20').sort()).toEqual(kept(dates, dialect, counts))
  })

  it.each(dialects)('%s deletes nothing by an empty policy', (dialect) => {
    expect(kept(['2026-01-01', '2026-01-02'], dialect, {})).toHaveLength(2)
    expect(kept(['2026-01-01', '2026-01-02'], dialect, { daily: 0 })).toHaveLength(2)
    expect(kept([], dialect, { daily: 3 })).toEqual([])
  })

  it('says which rules there are', () => {
    expect(() => kept(['2026-01-01'], 'restic', { dayly: 3 })).toThrow(
      "retention by restic has no rule 'dayly'; it has last, hourly, daily, weekly, monthly, yearly",
    )
    expect(() => kept(['2026-01-01'], 'pbs', { daily: -1 })).toThrow('cannot keep daily: -1; write a whole number')
    expect(() => kept(['2026-01-01'], 'borg', { daily: 1.5 })).toThrow('write a whole number, or -1 to keep all')
  })
})
