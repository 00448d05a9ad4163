import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directorySource, directoryStore, systemPorts } from '../../src/adapters/real/index.ts'
import { backup, initRepository } from '../../src/engine/index.ts'
import { noise, smallOptions } from '../engine/workbench.ts'
import { skipsWithout } from '../real-parts.ts'

const READER = join(import.meta.dirname, '../../examples/repository-reader/read.py')

const isThere =
  spawnSync('python3', [READER, '--help'], { stdio: 'ignore' }).status === 0 && spawnSync('zstd', ['-V']).status === 0

/** Written from docs/repository-format.md alone: where this fails, either the document or the engine is wrong. */
describe.skipIf(skipsWithout(isThere, 'no python3-cryptography or zstd'))('another implementation', () => {
  let directory: string
  const tree = (name: string): string => join(directory, 'tree', name)
  const read = (...words: string[]): Buffer =>
    execFileSync('python3', [READER, join(directory, 'repository'), ...words], {
      env: { ...process.env, FIREDRILL_PASSWORD: 'correct horse' },
    })
  // Compresses, and has more chunks than the tree itself lists.
  const large = Buffer.from('one line, and another. '.repeat(3000) + Buffer.from(noise(1, 40_000)).toString('latin1'))

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'firedrill-reader-'))
    mkdirSync(tree('deep/er'), { recursive: true })
    mkdirSync(join(directory, 'repository'))
    writeFileSync(tree('deep/er/small'), 'a few words')
    writeFileSync(tree('empty'), '')
    writeFileSync(tree('large'), large)
    const ports = { ...systemPorts({ warn() {} }), log: { audit() {}, warn() {} } }
    const repository = await initRepository(
      ports,
      directoryStore(join(directory, 'repository')),
      { password: 'correct horse', principal: 'me' },
      { ...smallOptions, metadataCompression: 'zstd', cipher: 'chacha20-poly1305' },
    )
    for (const type of ['snapshot', 'full', 'differential'] as const) {
      appendFileSync(tree('deep/er/small'), `, ${type}`)
      await backup(repository, directorySource(join(directory, 'tree')), { type, host: 'desk', dataset: 'tree' })
    }
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it('lists snapshots and what is in them', () => {
    expect(read().toString()).toMatch(/^\w{8} [\d.]+ snapshot 3 desk tree\n.* full 3 .*\n.* differential 3 .*\n$/)
    const paths = read('latest').toString().trim().split('\n')
    expect(paths.map((line) => /b'(.*)'$/.exec(line)?.[1])).toEqual([
      'deep',
      'deep/er',
      'deep/er/small',
      'empty',
      'large',
    ])
  })

  it('gives out files as they were', () => {
    expect(read('latest', 'large').equals(large)).toBe(true)
    expect(read('latest', 'empty').length).toBe(0)
    expect(read('latest', 'deep/er/small').toString()).toBe('a few words, snapshot, full, differential')
  })
})
