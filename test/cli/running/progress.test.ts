import { describe, expect, it } from 'vitest'
import { progressLine, progressOf } from '../../../src/cli/running/progress.ts'

const WHAT = 'drills 1 to 1000 of each hazard'
const begun = { share: 0, at_ms: 0 }

describe('the progress of a run', () => {
  it('tells what is done, what is known by now, and how long it will take: 50 % in 50 s leave 50 s', () => {
    const progress = progressOf({ what: WHAT, share: 0.5, replications: 250, precision: 0.031 })
    expect(progressLine(progress, begun, 50_000)).toBe(
      '50 % of drills 1 to 1000 of each hazard; 250 complete, means known to ±3.1 %; about 50 s left',
    )
  })

  it.each([0, 1.5, Infinity])('says nothing of a precision of %d, which says nothing', (precision) => {
    expect(progressOf({ what: WHAT, share: 0.5, replications: 2, precision }).known).toBe('2 complete')
  })

  it('fits into a terminal of 80 columns, and into a narrow one', () => {
    const progress = progressOf({ what: WHAT, share: 0.5, replications: 250, precision: 0.031 })
    expect(progressLine(progress, begun, 50_000, 79)).toBe('50 % of drills 1 to 1000 of each hazard; about 50 s left')
    expect(progressLine(progress, begun, 50_000, 30)).toBe('50 % of drills 1 to 1000 of ea')
  })
})
