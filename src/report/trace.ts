/** What `firedrill trace` makes of a trace: a story and a timeline. */

export { storyTimeline } from './charts/story-timeline.ts'
export { Narrator } from './text/narrative.ts'
export { TraceReader } from './trace-events.ts'
export type { Happening } from './trace-events.ts'
export { writeChart } from './write.ts'
