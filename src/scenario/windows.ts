import type { StepFunction } from '../world/specification.ts'
import type { Compilation } from './compilation.ts'
import type { Path } from './document/document.ts'
import { readThrottle } from './quantities/calendar.ts'

/** A step function that is 1 outside the windows and 0 in them. Mistakes go to the compilation, with their place. */
export function outsideWindows(windows: readonly string[], path: Path, compilation: Compilation): StepFunction {
  const gap = (chosen: readonly string[]): StepFunction =>
    readThrottle(Object.fromEntries(chosen.map((window) => [window, 0])), 1, compilation.frame)
  const never = { from_s: Float64Array.of(0), value: Float64Array.of(1) }
  for (const [index, window] of windows.entries()) compilation.calendar([...path, index], () => gap([window]), never)
  return compilation.problems.length > 0 ? never : gap(windows)
}
