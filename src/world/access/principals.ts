import type { Role } from '../../engine/index.ts'
import { ALL_RIGHTS } from './rights.ts'
import type { Rights } from './rights.ts'

/** Something that opens doors: an account on a store, a password of its repositories, a way to other credentials. */
export interface CredentialSpecification {
  readonly name: string
  /** The store that it opens; absent for one that only unlocks others. */
  readonly store?: string
  /** The node whose disks it administers: it deletes the snapshots that the array keeps, if it may delete. */
  readonly array?: string
  /** What the store lets it do. */
  readonly may: Rights
  /** What the key of the repositories is for that goes with it; absent: it opens none, and all it sees is sealed. */
  readonly role?: Role
  /** Other credentials that it leads to: a domain administrator's, a password manager's. */
  readonly unlocks: readonly string[]
}

/** Somebody, or some program, that holds credentials. */
export interface PrincipalSpecification {
  readonly name: string
  /** Where it keeps what it holds: whoever takes this node holds it too. Absent: in a head, a safe, a separate vault. */
  readonly node?: string
  readonly holds: readonly string[]
  /** What it does: names of jobs, or their kinds, or 'restore'. */
  readonly does: readonly string[]
}

const NO_RIGHTS: Rights = { put: false, get: false, list: false, delete: false }
/** Strongest first. */
const BY_STRENGTH: readonly Role[] = ['administrator', 'writer', 'reader']

/** What somebody who does a piece of work may do with a store. */
export interface Access {
  readonly principal: string
  readonly may: Rights
  /** Credential whose password opens the repositories; undefined where the world has no credentials and all may all. */
  readonly credential: string | undefined
}

/** Who holds what, and what that opens. */
export class Principals {
  readonly #credentials: ReadonlyMap<string, CredentialSpecification>
  readonly #principals: ReadonlyMap<string, PrincipalSpecification>

  constructor(world: {
    readonly credentials: ReadonlyMap<string, CredentialSpecification>
    readonly principals: ReadonlyMap<string, PrincipalSpecification>
  }) {
    this.#credentials = world.credentials
    this.#principals = world.principals
  }

  /** A world in which nobody is declared knows no credentials: every job may do everything. */
  get declared(): boolean {
    return this.#principals.size > 0
  }

  /** These credentials and all that they lead to. */
  reach(held: Iterable<string>): ReadonlySet<string> {
    const reached = new Set<string>()
    const add = (name: string): void => {
      if (reached.has(name)) return
      reached.add(name)
      for (const next of this.#credentials.get(name)?.unlocks ?? []) add(next)
    }
    for (const name of held) add(name)
    return reached
  }

  /** What can be found on these nodes: all that the principals who work there hold, and what that leads to. */
  heldOn(nodes: ReadonlySet<string>): ReadonlySet<string> {
    const found = [...this.#principals.values()].filter(({ node }) => node !== undefined && nodes.has(node))
    return this.reach(found.flatMap(({ holds }) => holds))
  }

  /** What these credentials, and no others, let one do with a store. */
  rightsAt(store: string, credentials: ReadonlySet<string>): Rights {
    let rights = NO_RIGHTS
    for (const name of credentials) {
      const credential = this.#credentials.get(name)
      if (credential?.store !== store) continue
      const { may } = credential
      rights = {
        put: rights.put || may.put,
        get: rights.get || may.get,
        list: rights.list || may.list,
        delete: rights.delete || may.delete,
      }
    }
    return rights
  }

  /** Whether one of these credentials deletes the snapshots that an array keeps. */
  mayDeleteSnapshotsOf(array: string, credentials: ReadonlySet<string>): boolean {
    return [...credentials].some((name) => {
      const credential = this.#credentials.get(name)
      return credential?.array === array && credential.may.delete
    })
  }

  /** The credential among these whose key is the strongest for the repositories on a store. */
  keyAt(
    store: string,
    credentials: ReadonlySet<string>,
  ): { readonly credential: string; readonly role: Role } | undefined {
    for (const role of BY_STRENGTH) {
      for (const name of credentials) {
        const credential = this.#credentials.get(name)
        if (credential?.store === store && credential.role === role) return { credential: name, role }
      }
    }
    return undefined
  }

  /** Keys that the repositories on a store are given when they are made. */
  keysOf(store: string): ReadonlyArray<{ readonly credential: string; readonly role: Role }> {
    return [...this.#credentials.values()].flatMap(({ name, role, store: opens }) =>
      opens === store && role !== undefined ? [{ credential: name, role }] : [],
    )
  }

  /** Who does a piece of work; undefined when nobody is declared to. */
  whoDoes(work: { readonly principal: string; readonly purpose: string }): PrincipalSpecification | undefined {
    const all = [...this.#principals.values()]
    return all.find(({ does }) => does.includes(work.principal)) ?? all.find(({ does }) => does.includes(work.purpose))
  }

  /** How a piece of work reaches a store. Work that nobody is declared to do has no rights at all. */
  accessFor(work: { readonly principal: string; readonly purpose: string }, store: string): Access {
    if (!this.declared) return { principal: work.principal, may: ALL_RIGHTS, credential: undefined }
    const who = this.whoDoes(work)
    const held = this.reach(who?.holds ?? [])
    const principal = who === undefined ? work.principal : `${work.principal} as ${who.name}`
    return { principal, may: this.rightsAt(store, held), credential: this.keyAt(store, held)?.credential ?? '' }
  }
}

/** The password of a repository: the first administrator's, or that of a credential. */
export function passwordOf(place: string, credential: string | undefined): string {
  return credential === undefined ? place : `${place} by ${credential}`
}

/** Name of the repository of a dataset on a store; an empty store that replaces another has new ones. */
export function placeOf(
  store: { readonly name: string; readonly generation: number; readonly holdsFor?: string },
  dataset: string,
): string {
  const { generation, holdsFor: name = store.name } = store
  return generation === 0 ? `${name}:${dataset}` : `${name}#${generation}:${dataset}`
}
