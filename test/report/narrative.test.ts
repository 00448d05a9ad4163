import { describe, expect, it } from 'vitest'
import { storyTimeline } from '../../src/report/charts/story-timeline.ts'
import { Narrator, TraceReader } from '../../src/report/trace.ts'
import type { Happening } from '../../src/report/trace.ts'
import { Trace } from '../../src/kernel/index.ts'

const HOUR = 3600
const START = Date.parse('2026-01-05T00:00:00Z') / 1000

/** The trace of a night in which the line goes down, the copy comes late and then fails. */
function troubledNight(write: (piece: string) => void): void {
  const trace = new Trace(write)
  const clock = { now: 27 * HOUR + 12 * 60 }
  const outage = trace.begin('outage', 'wan', clock, { reason: 'the excavator' })
  clock.now = 28 * HOUR
  outage.end()
  const copy = trace.begin('job', 'copy', clock, { kind: 'copy', node: 'files', scheduled_s: 28 * HOUR - 41 * 60 })
  clock.now = 29 * HOUR
  copy.end({ outcome: 'failed', reason: 'the store is full', read_bytes: 0, written_bytes: 0 })
  const hidden = trace.begin('transfer', 'copy', clock)
  hidden.end()
  trace.close()
}

describe('the story of a trace', () => {
  it('says what went down, what was late and what failed, and nothing of transfers', () => {
    const lines: string[] = []
    const narrator = new Narrator(START, (line) => lines.push(line))
    const reader = new TraceReader((happening) => narrator.hear(happening))
    troubledNight((piece) => reader.hear(piece))
    expect(lines.join('')).toBe(`Tue 2026-01-06 03:12  wan down: the excavator
Tue 2026-01-06 04:00  wan up again after 48 min
Tue 2026-01-06 04:00  copy job delayed 41 min
Tue 2026-01-06 05:00  copy failed after 1 h, read 0 B, wrote 0 B: the store is full
`)
  })

  it('does not depend on how the trace is cut into pieces', () => {
    let text = ''
    troubledNight((piece) => (text += piece))
    const heard = (length: number): Happening[] => {
      const happenings: Happening[] = []
      const reader = new TraceReader((happening) => happenings.push(happening))
      for (let at = 0; at < text.length; at += length) reader.hear(text.slice(at, at + length))
      return happenings
    }
    expect(heard(7)).toEqual(heard(text.length))
    expect(heard(7)).toHaveLength(4)
  })

  it('has a lane in the timeline for each job and each thing that was down', () => {
    const happenings: Happening[] = []
    const reader = new TraceReader((happening) => happenings.push(happening))
    troubledNight((piece) => reader.hear(piece))
    const spec = storyTimeline({ title: 'a night', start: START, happenings, incidents: [] })
    expect(spec?.description).toBe('Timeline of a night. wan down. job copy.')
  })
})
