import { PassThrough } from 'node:stream'
import { WriteStream } from 'node:tty'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { terminalSummary } from '../../src/report/text/terminal.ts'
import { fixtureResults } from './fixture.ts'

/** A stream that says it is a terminal, and asks the environment for its colours as a real one does. */
function terminal(): NodeJS.WritableStream {
  const getColorDepth = Object.getOwnPropertyDescriptor(WriteStream.prototype, 'getColorDepth')?.value
  return Object.assign(new PassThrough(), { isTTY: true, getColorDepth })
}

const pipe = new PassThrough()

describe('the summary on the terminal', () => {
  it('when no strategy meets everything', async () => {
    await expect(terminalSummary(fixtureResults(), pipe)).toMatchFileSnapshot('golden/terminal-none-meets.txt')
  })

  it('when one does', async () => {
    const results = fixtureResults({ hazards: ['office-fire'] })
    await expect(terminalSummary(results, pipe)).toMatchFileSnapshot('golden/terminal-one-meets.txt')
  })

  it('when everything was lost', async () => {
    const results = fixtureResults({
      hazards: ['ransomware'],
      lossShare: 1,
      strategies: ['none'],
      topologies: ['base'],
    })
    await expect(terminalSummary(results, pipe)).toMatchFileSnapshot('golden/terminal-all-lost.txt')
  })

  it('fits 80 columns, whatever the names', () => {
    const results = fixtureResults({
      name: 'A scenario with a name that goes on and on until it does not fit on any line of any terminal at all',
      strategies: ['s', 'weekly-full-daily-incremental-with-copies-to-two-clouds-and-a-tape-vault-in-the-mountains'],
      topologies: ['t', 'wan-of-10-gigabit-with-a-second-line-as-reserve-over-another-carrier-and-another-street'],
      hazards: ['h', 'ransomware-with-stolen-administrator-credentials-and-a-dwell-time-of-several-months-or-more'],
    })
    for (const line of terminalSummary(results, pipe).split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })
})

describe('colour', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('is for terminals', () => {
    vi.stubEnv('NO_COLOR', undefined)
    vi.stubEnv('FORCE_COLOR', undefined)
    vi.stubEnv('CI', undefined)
    vi.stubEnv('TERM', 'xterm-256color')
    expect(terminalSummary(fixtureResults(), terminal())).toContain('\u001B[')
    expect(terminalSummary(fixtureResults(), pipe)).not.toContain('\u001B[')
  })

  it('is left out with NO_COLOR', () => {
    vi.stubEnv('FORCE_COLOR', undefined)
    vi.stubEnv('NO_COLOR', '1')
    expect(terminalSummary(fixtureResults(), terminal())).not.toContain('\u001B[')
  })

  it('changes nothing but colour', () => {
    vi.stubEnv('FORCE_COLOR', '1')
    const coloured = terminalSummary(fixtureResults(), terminal())
    vi.stubEnv('FORCE_COLOR', '0')
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replace(/\u001B\[\d+m/g, '')).toBe(terminalSummary(fixtureResults(), pipe))
  })
})
