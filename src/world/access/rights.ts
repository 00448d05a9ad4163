/** What a principal may do with a store. */
export interface Rights {
  readonly put: boolean
  readonly get: boolean
  readonly list: boolean
  readonly delete: boolean
  /** May remove for good the deleted objects that the store still keeps. Default: may not. */
  readonly purge?: boolean
}

export const ALL_RIGHTS: Rights = { put: true, get: true, list: true, delete: true, purge: true }
