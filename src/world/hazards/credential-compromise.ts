import { harmless } from './hazard.ts'
import type { HazardCommon } from '../estate.ts'
import type { HazardKind } from './hazard.ts'
import { Intruder } from './intruder.ts'

/**
 * Somebody steals a credential and deletes the backups that it allows to delete. Datasets are not touched; what is
 * locked, or beyond the credential's rights, survives.
 */
export interface CredentialCompromiseHazard extends HazardCommon {
  readonly kind: 'credential-compromise'
  /** A credential; where none are declared, a store or a node that keeps snapshots, meaning its administrator's credential. */
  readonly target: string
  /** Node from which it is used. */
  readonly from: string
}

export const credentialCompromise: HazardKind<CredentialCompromiseHazard> = {
  kind: 'credential-compromise',
  hits: () => 'protection',
  strike(world, hazard) {
    if (world.node(hazard.from).alive) new Intruder(world, hazard.name, hazard.from, [hazard.target]).deleteBackups()
    return harmless(world, hazard)
  },
}
