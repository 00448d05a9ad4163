/** Progress of an operation, for people who wait: nothing depends on it. */
export interface Progress {
  readonly bytes: number
  /** All that there is to do, where known. */
  readonly total_bytes?: number
  readonly files?: number
  /** For work counted in blobs rather than bytes: how many are done, and how many there are. */
  readonly blobs?: { readonly done: number; readonly total: number }
}

export type OnProgress = (progress: Progress) => void
