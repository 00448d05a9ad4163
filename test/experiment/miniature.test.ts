import { describe, expect, it } from 'vitest'
import { run } from '../../src/experiment/run.ts'
import { parseScenario } from '../../src/scenario/load.ts'

/**
 * One file, one link, one backup, one fire; every time is worked out on paper. Nothing takes time but the link: each
 * request waits 1 s for its first byte, then its bytes pass at 1 MB/s, so that a byte is a microsecond. Nothing is
 * compressed. Sizes follow from docs/repository-format.md.
 */
const MINIATURE = `
firedrill: 1
name: Miniature
start: 2026-01-05T00:00:00Z
horizon: 1 d
topology:
  sites:
    here: { region: nowhere }
    there: { region: nowhere }
  nodes:
    computer: { site: here, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
  stores:
    box: { site: there, kind: disk, read: unlimited, write: unlimited, capacity: unlimited, cost: $365.25/year }
  links:
    line: { between: [here, there], bandwidth: 1 MB/s, latency: 1 s, cost: $10/month }
datasets:
  data: { node: computer, size: 8 MB, files: 1, change: 0 %/day, write-interval: never }
services:
  service:
    needs: [data]
    objectives: { rpo: 24 h, rto: 4 h }
    penalty: { downtime: $100/h, loss: $10/h }
recovery: { declare: 10 min, provision: 1 h, verify: 5 min, cut-over: 5 min }
# A chunk is no shorter than 16 MiB, so that the file is one.
repository: { chunk: 64 MiB, pack: 256 MiB, compression: none }
strategies:
  one-full:
    - backup: { dataset: data, to: box, type: full, at: daily 12:00 }
hazards:
  fire: { kind: site, target: here, rate: 0.1/year, source: a round number, detection: 5 min }
experiment:
  drills: [fire]
  replications: 1
  warm-up: 18 h
  seed: "1"
`

const HOUR_S = 3600
const FILE_BYTES = 8_000_000

// CBOR: a text or byte string of n has 1 byte before it below 24, 2 below 256, 3 above; a map or array here 1; a number 1
// below 24, 3 below 2^16, 5 below 2^32, 9 as a fraction or above.
const text = (n: number): number => n + (n < 24 ? 1 : n < 256 ? 2 : 3)
const key = text

/** Nonce 12, tag 16, length 4: what sealing adds to metadata. */
const SEALED = 32
const HEX_ID = text(64)

/** Seconds of a request that moves so many bytes. */
const request = (bytes: number): number => 1 + bytes / 1e6

describe('the miniature, worked out on paper', async () => {
  const results = await run(parseScenario(MINIATURE, 'miniature.yaml'))
  const [incident] = results.incidents
  const [job] = results.jobs

  // Sizes of what is stored ---------------------------------------------------------------------------------------------

  // Name 'file-0' (6), kind, mode 0o644, uid and gid 1000, time in ns, size, version of 16 characters, one address of 32.
  const tree =
    1 + 1 + (2 + text(6)) + (2 + 1) + (2 + 3) + (2 + 3) + (2 + 3) + (2 + 9) + (2 + 5) + (2 + text(16)) + (2 + text(32))
  // Two counts, three numbers for the segment, one for the chunk; its address.
  const directory = 4 * (2 + 3 + 1) + 32
  // Header 40, the segment and its tag, the directory and its tag, its length.
  const pack = (plain: number): number => 40 + (plain + 16) + (directory + 16) + 4
  const keyFile =
    1 +
    (key(3) + 1 + (key(9) + text(6)) + (key(4) + 1) + (key(4) + text(32))) + // kdf: scrypt, cost 2, salt
    (key(6) + text('aes-256-gcm'.length)) +
    (key(9) + text('backup'.length)) + // principal
    (key(7) + 5) + // created at 12:00:00, a whole number
    (key(6) + text(48)) // the master key and its tag
  const chunker = 1 + (key(3) + 5) + (key(3) + 5) + (key(3) + 5) + (key(13) + 1)
  const settings =
    1 +
    (key(7) + chunker) +
    (key(10) + 5) + // pack_bytes
    (key(11) + text('none'.length)) + // compression
    (key(19) + text('none'.length)) + // metadataCompression
    (key(6) + text('aes-256-gcm'.length)) +
    (key(3) + 1 + (key(9) + text(6)) + (key(4) + 1)) + // kdf
    (key(15) + 1) + // verifyAfterSeal
    (key(8) + text('extents'.length))
  const config =
    1 +
    (key(5) + text('firedrill repository'.length)) +
    (key(7) + 1) + // version
    (key(2) + text(32)) + // id
    (key(6) + text('aes-256-gcm'.length)) +
    (key(6) + text(settings + SEALED))
  // Name 32, salt 32, kind 1, size 4, length 4 and the directory, for each of the two packs.
  const records = 2 * (32 + 32 + 1 + 4 + 4 + directory)
  const indexFile = SEALED + 1 + (key(5) + text(records)) + (key(5) + 1) + (key(7) + 1)
  const snapshot =
    SEALED +
    1 +
    (key(4) + 9) + // time
    (key(4) + text('full'.length)) +
    (key(4) + text('computer'.length)) + // host
    (key(7) + text('data'.length)) + // dataset
    (key(7) + 1 + HEX_ID) + // lineage
    (key(4) + HEX_ID) + // tree
    (key(4) + 1 + (key(3) + 3) + (key(3) + 3) + (key(4) + 3) + (key(8) + 9)) + // root: uid, gid, mode, mtime_ns
    (key(5) + 1) + // files
    (key(12) + 5) + // source_bytes
    (key(9) + 5) + // new_bytes
    (key(12) + 5) + // stored_bytes
    (key(9) + 9) // completed

  // The backup ----------------------------------------------------------------------------------------------------------

  const scheduled_s = 12 * HOUR_S
  // The repository is made: its key, its configuration. Then two listings, of snapshots and of index files: none.
  const cut_s = scheduled_s + request(keyFile) + request(config) + request(0) + request(0)
  // Both packs are sent at once and share the line: it is free again when the bytes of both have passed.
  const packs_s = request(pack(FILE_BYTES) + pack(tree))
  const completed_s = cut_s + packs_s + request(indexFile) + request(snapshot)

  it('stores 8 MB and a few hundred bytes, in the time that the line needs', () => {
    expect({ tree, keyFile, config, indexFile, snapshot }).toEqual({
      tree: 102,
      keyFile: 174,
      config: 325,
      indexFile: 316,
      snapshot: 353,
    })
    expect(job?.written_bytes).toBe(pack(FILE_BYTES) + pack(tree))
    expect(job?.started_s).toBe(scheduled_s)
    expect(job?.ended_s).toBeCloseTo(completed_s, 6)
    const line = results.links.find(({ link }) => link === 'line (here→there)')
    expect(line?.total_bytes).toBeCloseTo(keyFile + config + pack(FILE_BYTES) + pack(tree) + indexFile + snapshot, 3)
    expect(line?.peak_bytesPerSecond).toBe(1e6)
  })

  it('achieves an RPO from the consistent cut to the fire', () => {
    expect(incident?.outcome).toBe('recovered')
    expect(incident?.recoveryPoint_s).toBeCloseTo(cut_s, 6)
    expect(incident?.rpo_s).toBeCloseTo(incident!.onset_s - cut_s, 6)
    expect(incident?.lost_bytes).toBe(0)
  })

  // The recovery --------------------------------------------------------------------------------------------------------

  // The computer is gone, and with it all that it knew of the repository.
  const transfer_s =
    request(config) +
    request(0) + // which keys there are
    request(keyFile) +
    request(0) + // which snapshots there are
    request(snapshot) +
    request(0) + // again, when the restore begins
    request(0) + // which index files there are
    request(indexFile) +
    request(tree + 16) +
    request(FILE_BYTES + 16)
  const phases_s = { detect: 300, declare: 600, provision: 3600, transfer: transfer_s, verify: 300, cutOver: 300 }

  it('achieves an RTO that is the sum of its phases', () => {
    expect(transfer_s).toBeCloseTo(18.001302, 9)
    const { retrieve, apply, ...measured } = incident!.phases_s
    expect({ retrieve, apply }).toEqual({ retrieve: 0, apply: 0 })
    expect(Object.keys(measured)).toEqual(Object.keys(phases_s))
    for (const [at, seconds] of Object.values(measured).entries()) {
      expect(seconds).toBeCloseTo(Object.values(phases_s)[at]!, 6)
    }
    expect(incident?.rto_s).toBeCloseTo(300 + 600 + 3600 + transfer_s + 300 + 300, 6)
    expect(incident?.restored_bytes).toBe(FILE_BYTES)
    expect(incident?.verified).toBe(true)
  })

  it('costs what box and line cost, and what the fire does', () => {
    const perYear = Object.fromEntries(results.costs.map(({ item, usdPerYear }) => [item, usdPerYear]))
    // Months are twelfths of a year.
    expect(perYear).toEqual({ box: 365.25, line: 120 })
    expect(incident?.penalty_usd).toBeCloseTo(
      (100 * (5100 + transfer_s)) / HOUR_S + (10 * (incident!.onset_s - cut_s)) / HOUR_S,
      6,
    )
    expect(incident?.recovery_usd).toBe(0)
  })
})
