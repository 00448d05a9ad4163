/** What a principal may do with a store. */
export interface Rights {
  readonly put: boolean
  readonly get: boolean
  readonly list: boolean
  readonly delete: boolean
  /** Deletes for good what the store keeps of deleted objects. Default: not. */
  readonly purge?: boolean
}

export const ALL_RIGHTS: Rights = { put: true, get: true, list: true, delete: true, purge: true }
