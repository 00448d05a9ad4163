import type { Shared } from './share.ts'

/** What a tab keeps while it is loaded again. */
export interface Kept extends Shared {
  /** By the user, while the text may be an example. */
  readonly written: string
}

const KEY = 'firedrill'

/** @param hash of the address; another link that is opened in the tab comes before what was kept */
export function keep(hash: string, kept: Kept): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ hash, ...kept }))
  } catch {
    // Storage is switched off or full: then a reload costs the text, as it would without this.
  }
}

export function recall(hash: string): Kept | undefined {
  try {
    const kept: { hash: string } & Kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    return kept.hash === hash ? kept : undefined
  } catch {
    return undefined
  }
}
