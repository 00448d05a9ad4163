/** How far an operation has come: for people who wait, nothing depends on it. */
export interface Progress {
  readonly bytes: number
  /** All that there is to do, where that is known. */
  readonly total_bytes?: number
  readonly files?: number
  /** Of work that goes by blobs and not by bytes: how many are done, and how many there are. */
  readonly blobs?: { readonly done: number; readonly total: number }
}

export type OnProgress = (progress: Progress) => void
