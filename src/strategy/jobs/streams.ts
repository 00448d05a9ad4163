import type { Job } from '../strategy.ts'

/** What a job says of transfers under way at once, as the engine's operations want to hear it. */
export function streamsOf({ terms }: Job): { readonly uploads?: number; readonly downloads?: number } {
  const { streams } = terms ?? {}
  // A writer waits only when there are more packs under way than it was told.
  return streams === undefined ? {} : { uploads: streams - 1, downloads: streams }
}
