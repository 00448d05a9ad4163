import type { Job } from '../strategy.ts'

/** What a job says of transfers under way at once, as the engine's operations want to hear it. */
export function streamsOf({ terms }: Job): { readonly uploads?: number; readonly downloads?: number } {
  const { streams } = terms ?? {}
  return streams === undefined ? {} : { uploads: streams, downloads: streams }
}
