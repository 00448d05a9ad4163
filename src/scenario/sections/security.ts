import type { CredentialSpecification, PrincipalSpecification } from '../../world/index.ts'
import type { SecurityDocument } from '../schema/security.ts'

/** Credentials and principals of a document that matches the schema. */
export function securityOf(written: SecurityDocument | undefined): {
  readonly credentials: Map<string, CredentialSpecification>
  readonly principals: Map<string, PrincipalSpecification>
} {
  const credentials = new Map<string, CredentialSpecification>()
  for (const [name, { store, array, may, key, unlocks }] of Object.entries(written?.credentials ?? {})) {
    const reads = may.includes('read')
    credentials.set(name, {
      name,
      ...(store === undefined ? {} : { store }),
      ...(array === undefined ? {} : { array }),
      // Writing requires seeing what is there.
      may: {
        get: reads,
        list: reads || may.includes('write'),
        put: may.includes('write'),
        delete: may.includes('delete'),
      },
      ...(key === undefined ? {} : { role: key }),
      unlocks,
    })
  }
  const principals = new Map<string, PrincipalSpecification>()
  for (const [name, { node, holds, does }] of Object.entries(written?.principals ?? {})) {
    principals.set(name, { name, ...(node === undefined ? {} : { node }), holds, does })
  }
  return { credentials, principals }
}
