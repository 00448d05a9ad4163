import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/**
 * Every figure in a comment of the library, and why it is true: it is what somebody reported, it stands in the scenario itself, it
 * follows from what stands there, or a test that runs the scenario holds it.
 */
type Basis =
  | 'reported'
  | 'in the scenario'
  /** What is written, as a number, and what it has to be; equal to the digits that are written. */
  | readonly [written: number, is: number]
  /** A text that the test of that name has. */
  | { readonly file: string; readonly has: string }

const test = (file: string, has: string): Basis => ({ file: `test/scenarios/${file}.test.ts`, has })
const DAY_S = 86_400
const GIB = 2 ** 30
const growth = (years: number): number => 1.25 ** years

const FIGURES: Readonly<Record<string, Readonly<Record<string, Basis>>>> = {
  'capacity-plan-5y': {
    'A warehouse of 100 GB': 'in the scenario',
    '62.5 GB as stored': [62.5, 100 / 1.6],
    'by 25 % a year': 'in the scenario',
    'and 3.06 % of it are new every day': [3.06, 3 + (100 * Math.log(1.25)) / 365.25],
    'three hours, 135 GB at 100 Mbit/s': [135, (3 * 3600 * 12.5e6) / 1e9],
    'from June 2029 on': test('capacity-plan-5y', "'2029-06'"),
    '62.5 GB × 1.25^t = 135 GB': [135, 62.5 * growth(3.45)],
    'full in September 2029': test('capacity-plan-5y', "'2029-09'"),
    '"28 points"': 'in the scenario',
    'Six fulls and 35 increments are 6.98 times': test('capacity-plan-5y', 'toBeCloseTo(6.98'),
    '1 TB after': 'in the scenario',
    'At night 3.06 % leave': [3.06, 3 + (100 * Math.log(1.25)) / 365.25],
    '4.5 GB at 5 Mbit/s': [4.5, (2 * 3600 * 0.625e6) / 1e9],
    'in July 2027': test('capacity-plan-5y', "'2027-07'"),
    'after 1.6': [1.6, 1.57],
    // At the 300 GB of the command below it, which the warehouse has in the fifth year.
    'on the mean night 6.4 Mbit/s': [6.4, ((300 / 1.6) * 0.0306 * 8e3) / 7200],
    'always 10.4': test('capacity-plan-5y', '10.4'),
    'size="300 GB"': [300, 100 * growth(4.92)],
    'horizon="4 weeks"': 'reported',
    'warm-up="7 d"': 'reported',
    'capacity="4 TB"': 'reported',
    'segments of 1 GiB': 'in the scenario',
  },
  'five-dr-patterns': {},
  'gitlab-2017': {
    'On 31 January 2017': 'reported',
    'by chance at 17:20': 'reported',
    'six hours lost': test('library', 'loses about six hours and is back after eighteen'),
    'last good copy 17:20, deletion about 23:30 UTC, service back 18 h later': 'reported',
    'some 60 Mbit/s': [60, 7.5 * 8],
  },
  'lock90-vs-gfs': {
    'a lock of 90 days': 'in the scenario',
    'until its 90 days are over': 'in the scenario',
  },
  'mass-restore-500vm': {
    'Five hundred virtual machines': [500, 10 * 50],
    '5 TB in all': [5, (10 * 500) / 1000],
    'twenty times as wide': [20, 10_000 / 500],
  },
  'measured-churn': {},
  miniature: { 'link of 1 MB/s': 'in the scenario' },
  'nirs-2025': {
    'On 26 September 2025': 'reported',
    '647 government systems down; 96 were destroyed': 'reported',
    '858 TB': 'in the scenario',
    '62 % were backed up daily and 38 % monthly': 'reported',
    'after about ten days 115 of 647 were back': test('nirs-2025', '115 of 647'),
    'holds 96 in three': 'reported',
    'the other 551': [551, 647 - 96],
    'about 55 each': [55, 551 / 10],
    '20 days: smoke': 'in the scenario',
  },
  'ovh-sbg2-2021': { 'On 10 March 2021': 'reported', SBG2: 'reported' },
  'postgres-pitr': {
    'at 14:03 is undone to 14:03': test('postgres-pitr', 'undoes a migration to just before it'),
    'closed after 5 minutes': 'in the scenario',
    '4.4 MB a minute': [4.4, (0.08 * 80e9) / 1440 / 1e6],
    '16 MiB is full in four minutes': [4, (16 * 2 ** 20) / ((0.08 * 80e9) / 1440)],
  },
  'ransomware-dwell': { '90 days of locked fulls': 'in the scenario' },
  'real-directory': {
    'each of 200 drills': [200, 2 * 100],
    '200 in all': [200, 2 * 100],
    'a write every half hour': 'in the scenario',
  },
  'retention-poisoning': {
    '("the last 14") falls to fourteen': 'in the scenario',
    'he makes sixty': 'in the scenario',
  },
  'seed-50tb': {
    '500 Mbit/s are more than nine days': [9, Math.floor(50e12 / 62.5e6 / DAY_S)],
    '100 Mbit/s they would be a month and a half': [46, 50e12 / 12.5e6 / DAY_S],
    'done in five days': test('seed-50tb', 'toBeCloseTo(5.1, 1)'),
  },
  'smb-321': {
    '500 GB of documents': 'in the scenario',
    'a 100 Mbit/s line for seven hours': test('smb-321', 'holds up the line for seven hours'),
    'some five minutes instead of some forty': test('smb-321', 'in five minutes instead of forty'),
  },
  // Of the command for a first look.
  starter: { '--replications 3': 'reported' },
  'tape-vault': {
    'DSN 2004': 'reported',
    'every 12 hours': 'in the scenario',
    '12 hours back': test('tape-vault', '12'),
    'back 217 hours': [217, 1 + 48 + 168],
    '1429 hours, two months': [1429, 49 + 684 + 24 + 672],
    'thirty-nine more journeys': [39, 52 - 13],
    'that to 253': [253, 49 + 12 + 24 + 168],
    'tape 1 + 48 + 168 = 217 h': [217, 1 + 48 + 168],
    '49 + (672 + 12) + 24 + 672 = 1429 h': [1429, 49 + 684 + 24 + 672],
    '49 + 12 + 24 + 168 = 253 h': [253, 49 + 12 + 24 + 168],
    '1360 GiB in 48 h are 8.45 MB/s': [8.45, (1360 * GIB) / (48 * 3600) / 1e6],
    '24 h of a truck 16.9 MB/s': [16.9, (1360 * GIB) / DAY_S / 1e6],
    '1360 GiB from tape at 240 MiB/s, 1.61 h': [1.61, (1360 * 1024) / 240 / 3600],
    '512 MiB/s, 0.76 h': [0.76, (1360 * 1024) / 512 / 3600],
    '2.4 h': [2.4, (1360 * 1024) / 240 / 3600 + (1360 * 1024) / 512 / 3600],
    'truck takes 24 h before': test('tape-vault', '26.4'),
    'the four `0 s`': 'in the scenario',
    'on Mondays at 13:00': 'in the scenario',
    '317 KiB/s of unique updates': [317, (0.0192 * 1360 * 2 ** 20) / DAY_S],
    '1360 GiB at 512 MiB/s': 'in the scenario',
    '12 h after the last': 'in the scenario',
  },
  'ten-years': { 'snapshots of 2 TB': 'in the scenario' },
  'veeam-14d-gfs': { 'keep fourteen days': 'in the scenario', 'window of eight hours': 'in the scenario' },
}

const names = readdirSync('scenarios').flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -5)] : []))

/** All comments of a scenario as one text, and what is left without them. */
function partsOf(name: string): { comments: string; content: string } {
  const lines = readFileSync(`scenarios/${name}.yaml`, 'utf8').split('\n')
  const cut = (line: string): number => (line.startsWith('#') ? 0 : line.search(/\s#/))
  const comments = lines.flatMap((line) => (cut(line) < 0 ? [] : [line.slice(cut(line)).trim().replace(/^#\s*/, '')]))
  const content = lines.map((line) => (cut(line) < 0 ? line : line.slice(0, cut(line)))).join('\n')
  return { comments: comments.join(' ').replaceAll(/\s+/g, ' '), content }
}

const WORDS: Readonly<Record<string, string>> = { sixty: '60', fourteen: '14', eight: '8', half: '30 min' }

/** To as many digits as are written. */
function isWritten(written: number, is: number): boolean {
  const [, decimals = ''] = String(written).split('.')
  return Math.abs(written - is) <= 0.5 * 10 ** -decimals.length + 1e-9
}

describe.each(names)('figures in the comments of %s', (name) => {
  const { comments, content } = partsOf(name)
  const figures = Object.entries(FIGURES[name] ?? {})

  it('are all accounted for', () => {
    let rest = comments
    for (const [text] of figures) {
      expect(comments, 'no longer there').toContain(text)
      rest = rest.replaceAll(text, '')
    }
    // Sums that are written out are worked out below.
    const open = rest.replaceAll(SUM, '').match(/(?<![\w-])\d[\d.:]*(?: ?[%\w/]+)?/g) ?? []
    expect(open.filter((figure) => !/^321|^5y/.test(figure))).toEqual([])
  })

  it.each(figures)('%s', (text, basis) => {
    if (basis === 'reported') return
    if (basis === 'in the scenario') {
      const digits = text.match(/\d[\d.:]*/g) ?? []
      const words = Object.entries(WORDS).flatMap(([word, number]) => (text.includes(word) ? [number] : []))
      for (const number of [...digits, ...words]) expect(content.includes(number), `${number} stands there`).toBe(true)
    } else if ('file' in basis) expect(readFileSync(basis.file, 'utf8')).toContain(basis.has)
    else expect(isWritten(...basis), `${basis[1]} is written as ${basis[0]}`).toBe(true)
  })

  it.each([...comments.matchAll(SUM)].map(([sum]) => sum))('%s', (sum) => {
    const [left = '', right = ''] = sum.split('=')
    expect(isWritten(Number.parseFloat(right), worth(left)), `${left} is ${worth(left)}`).toBe(true)
  })
})

/** "ln (1000 / 6.98 / 62.5) / ln 1.25 = 3.71" */
const SUM = /\bln [\d.()/ ln]+ = [\d.]*\d/g

function worth(sum: string): number {
  const [over = '', under = ''] = sum.split(/\/ ln /)
  const quotient = over
    .replaceAll(/[ln()\s]/g, '')
    .split('/')
    .map(Number)
  return Math.log(quotient.reduce((value, divisor) => value / divisor)) / Math.log(Number.parseFloat(under))
}
