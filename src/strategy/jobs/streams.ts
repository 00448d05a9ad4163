import type { Job } from '../strategy.ts'

/** A job's number of concurrent transfers, as options of the engine's operations. */
export function streamsOf({ terms }: Job): { readonly uploads?: number; readonly downloads?: number } {
  const { streams } = terms ?? {}
  return streams === undefined ? {} : { uploads: streams, downloads: streams }
}
