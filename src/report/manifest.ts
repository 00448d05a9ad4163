import { createHash } from 'node:crypto'
import type { Results } from '../experiment/results.ts'
import { firedrillVersion } from '../experiment/version.ts'

/** What is needed to get the same results again, and to see that they are the same. */
export interface Manifest {
  /** Version of the layout of a results folder. */
  readonly format: 1
  /** Wall clock; the only thing in a results folder that differs between two equal runs. */
  readonly created: string
  readonly scenario: { readonly id: string; readonly name: string; readonly sha256: string; readonly text: string }
  readonly seed: string
  readonly replications: number
  /** SHA-256 over all results. */
  readonly digest: string
  /** The digest holds for every Node at extent fidelity; at byte fidelity for the same zstd. */
  readonly versions: {
    readonly firedrill: string
    readonly node: string
    readonly v8: string
    readonly zstd: string
    readonly openssl: string
    readonly platform: string
  }
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
  readonly [extra: string]: unknown
}

/** Facts that the caller knows: the scenario's path, the command line. */
export type ManifestExtras = Readonly<Record<string, unknown>>

export function manifestOf(
  results: Results,
  scenarioText: string,
  files: Manifest['files'],
  extras: ManifestExtras = {},
): Manifest {
  const { node, v8, zstd, openssl } = process.versions as Record<string, string | undefined>
  return {
    format: 1,
    created: new Date().toISOString(),
    ...extras,
    scenario: {
      id: results.scenario.id,
      name: results.scenario.name,
      sha256: createHash('sha256').update(scenarioText).digest('hex'),
      text: scenarioText,
    },
    seed: results.seed,
    replications: results.replications,
    digest: results.digest,
    versions: {
      firedrill: firedrillVersion(),
      node: node ?? '',
      v8: v8 ?? '',
      zstd: zstd ?? '',
      openssl: openssl ?? '',
      platform: `${process.platform} ${process.arch}`,
    },
    files,
  }
}
