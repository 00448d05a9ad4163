import { describe, expect, it } from 'vitest'
import { Simulation } from '../../src/kernel/index.ts'
import { Timetable, onInterval, onSchedule, onSteps } from '../../src/world/timetable.ts'

const schedule = (...occurrences: number[]) => ({ text: 'test', occurrences: Float64Array.from(occurrences) })

/** What happens from `from_s` to 100, as text. */
async function story(from_s: number): Promise<string[]> {
  const simulation = new Simulation({ seed: 'timetable', now_s: from_s })
  const told: string[] = []
  const tell = (what: string) => told.push(`${simulation.now} ${what}`)
  const timetable = new Timetable(simulation)
  timetable.add(
    onSteps({ from_s: Float64Array.of(0, 40, 60), value: Float64Array.of(1, 2, 3) }, from_s, (v) => tell(`limit ${v}`)),
  )
  timetable.add(onInterval(20, from_s, (k) => tell(`write ${k}`)))
  timetable.add(onSchedule(schedule(40, 55, 80), from_s, (s) => tell(`job of ${s}`)))
  timetable.start()
  await simulation.run(100)
  return told
}

describe('the timetable', () => {
  it('fires what is due at one instant in the order of registration', async () => {
    expect(await story(0)).toEqual([
      '0 limit 1',
      '20 write 1',
      '40 limit 2',
      '40 write 2',
      '40 job of 40',
      '55 job of 55',
      '60 limit 3',
      '60 write 3',
      '80 write 4',
      '80 job of 80',
    ])
  })

  it('goes on from the middle as if it had run from the start; what is due at that instant is still to come', async () => {
    const whole = await story(0)
    for (const from_s of [1, 40, 41, 55, 60, 61]) {
      const rest = whole.filter((line) => Number.parseFloat(line) >= from_s)
      const continued = await story(from_s)
      // The limit that holds at the start is set again; it is the one difference.
      expect(continued.filter((line) => !line.startsWith(`${from_s} limit`))).toEqual(
        rest.filter((line) => !line.startsWith(`${from_s} limit`)),
      )
    }
  })
})
