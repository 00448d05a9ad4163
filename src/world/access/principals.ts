import type { Role } from '../../engine/index.ts'
import { ALL_RIGHTS } from './rights.ts'
import type { Rights } from './rights.ts'

/** A secret that grants access: an account on a store, the password of its repositories, or a way to other credentials. */
export interface CredentialSpecification {
  readonly name: string
  /** The store that it opens; absent for one that only leads to others. */
  readonly store?: string
  /** The node whose disk array it administers: with the right to delete it can delete the array's snapshots. */
  readonly array?: string
  /** Its rights on the store. */
  readonly may: Rights
  /** Role of the repository key that goes with it. Absent: it opens no repository and sees encrypted blobs only. */
  readonly role?: Role
  /** Other credentials that it leads to, such as those in a domain or a password manager. */
  readonly unlocks: readonly string[]
}

/** A person or program that holds credentials. */
export interface PrincipalSpecification {
  readonly name: string
  /**
   * Node on which it keeps its credentials: whoever takes over the node has them too. Absent: they are in no reachable
   * place, such as a safe or a separate vault.
   */
  readonly node?: string
  readonly holds: readonly string[]
  /** The work it does: names of jobs, kinds of jobs, or 'restore'. */
  readonly does: readonly string[]
}

const NO_RIGHTS: Rights = { put: false, get: false, list: false, delete: false }
/** Strongest first. */
const BY_STRENGTH: readonly Role[] = ['administrator', 'writer', 'reader']

/** What the principal of a piece of work may do with a store. */
export interface Access {
  readonly principal: string
  readonly may: Rights
  /**
   * Credential whose password opens the repositories. Undefined in a world without credentials, where everyone may do
   * everything.
   */
  readonly credential: string | undefined
}

/** Which principals hold which credentials, and what those open. */
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

  /** False for a world that declares no principals: it has no credentials, and every job may do everything. */
  get declared(): boolean {
    return this.#principals.size > 0
  }

  /** The given credentials with all that they lead to. */
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

  /** The credentials that can be found on these nodes: those of the principals who work there, and all that these lead to. */
  heldOn(nodes: ReadonlySet<string>): ReadonlySet<string> {
    const found = [...this.#principals.values()].filter(({ node }) => node !== undefined && nodes.has(node))
    return this.reach(found.flatMap(({ holds }) => holds))
  }

  /** The rights at a store that these credentials together grant. */
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

  /** Whether one of these credentials allows deleting the snapshots of an array. */
  mayDeleteSnapshotsOf(array: string, credentials: ReadonlySet<string>): boolean {
    return [...credentials].some((name) => {
      const credential = this.#credentials.get(name)
      return credential?.array === array && credential.may.delete
    })
  }

  /** The credential among these that has the strongest key to the repositories on a store. */
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

  /** Keys that the repositories on a store get when they are created. */
  keysOf(store: string): ReadonlyArray<{ readonly credential: string; readonly role: Role }> {
    return [...this.#credentials.values()].flatMap(({ name, role, store: opens }) =>
      opens === store && role !== undefined ? [{ credential: name, role }] : [],
    )
  }

  /** The principal of a piece of work; undefined when none is declared for it. */
  whoDoes(work: { readonly principal: string; readonly purpose: string }): PrincipalSpecification | undefined {
    const all = [...this.#principals.values()]
    return all.find(({ does }) => does.includes(work.principal)) ?? all.find(({ does }) => does.includes(work.purpose))
  }

  /** How a piece of work accesses a store. Work without a declared principal has no rights at all. */
  accessFor(work: { readonly principal: string; readonly purpose: string }, store: string): Access {
    if (!this.declared) return { principal: work.principal, may: ALL_RIGHTS, credential: undefined }
    const who = this.whoDoes(work)
    const held = this.reach(who?.holds ?? [])
    const principal = who === undefined ? work.principal : `${work.principal} as ${who.name}`
    return { principal, may: this.rightsAt(store, held), credential: this.keyAt(store, held)?.credential ?? '' }
  }
}

/** The password of a repository for a credential; without one, that of the first administrator. */
export function passwordOf(place: string, credential: string | undefined): string {
  return credential === undefined ? place : `${place} by ${credential}`
}

/** Name of a dataset's repository on a store. An empty store that replaced another gets new repositories. */
export function placeOf(
  store: { readonly name: string; readonly generation: number; readonly holdsFor?: string },
  dataset: string,
): string {
  const { generation, holdsFor: name = store.name } = store
  return generation === 0 ? `${name}:${dataset}` : `${name}#${generation}:${dataset}`
}
