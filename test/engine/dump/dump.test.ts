import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RepositoryFormatError, StoreUnavailableError } from '../../../src/engine/errors.ts'
import { copySnapshots, openDump, repair } from '../../../src/engine/index.ts'
import type { DumpOptions, Repository } from '../../../src/engine/index.ts'
import { MemoryFiles } from '../memory-files.ts'
import { START, Workbench, backUp, noise } from '../workbench.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'firedrill-dump-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

/** So many that they are given out in several pieces; their lengths are whole blocks, one more or less, or nothing. */
function manyFiles(): MemoryFiles {
  const files = new MemoryFiles(START)
  for (let number = 0; number < 60; number++)
    files.file(`folder ${number % 4}/file ${number}`, noise(number, [4096, 4097, 4095, 512, 0, 9000][number % 6]!))
  return files
}

async function dumped(repository: Repository, id: string, options: DumpOptions = {}, path = '') {
  const parts: Uint8Array[] = []
  let failure: unknown
  try {
    await (await openDump(repository, id, path, options)).write(async (part) => void parts.push(part))
  } catch (error) {
    failure = error
  }
  return { bytes: Buffer.concat(parts), failure }
}

/** What programs that read archives make of each: whether it seems whole. */
function seemWhole(archives: readonly Buffer[]): Array<{ gnu: boolean; python: boolean }> {
  const paths = archives.map((archive, at) => {
    const path = join(directory, `${at}.tar`)
    writeFileSync(path, archive)
    return path
  })
  const script = `
import sys, tarfile
for path in sys.argv[1:]:
    try:
        with tarfile.open(path) as archive:
            for entry in archive:
                if entry.isfile():
                    while archive.fileobj and entry.size and archive.extractfile(entry).read() is None: pass
        print('whole')
    except tarfile.TarError: print('broken')`
  const python = execFileSync('python3', ['-c', script, ...paths], { encoding: 'utf8' }).split('\n')
  return paths.map((path, at) => ({
    gnu: spawnSync('tar', ['-x', '-O', '-f', path]).status === 0,
    python: python[at] === 'whole',
  }))
}

describe('an archive', { timeout: 60_000 }, () => {
  it('never seems whole when it is not, wherever it had to end', async () => {
    const bench = new Workbench()
    const { id } = await backUp(await bench.init(), manyFiles())
    const whole = await dumped(await bench.open(), id)
    expect(seemWhole([whole.bytes])).toEqual([{ gnu: true, python: true }])
    const broken: Buffer[] = []
    const add = ({ bytes, failure }: Awaited<ReturnType<typeof dumped>>, kind: unknown): void => {
      expect(failure).toEqual(expect.objectContaining(kind))
      expect(bytes.length).toBeLessThan(whole.bytes.length)
      broken.push(bytes)
    }
    for (const name of bench.store.names('data/')) {
      const damaged = bench.surviving()
      const repository = await damaged.open()
      await repository.snapshots()
      damaged.store.damage(name, (bytes) => bytes.fill(0, 50, 60))
      const attempt = await dumped(repository, id)
      // In the pack of the trees: then nothing is begun.
      if (attempt.bytes.length > 0) add(attempt, { name: 'RepositoryFormatError' })
    }
    // Called off, or with a store that has gone, after each of the pieces.
    for (let pieces = 1; pieces < 5; pieces++) {
      let left = pieces
      const mayGoOn = (): void => {
        if (left-- === 0) throw new StoreUnavailableError('gone')
      }
      add(await dumped(await bench.open(), id, { mayGoOn }), { message: 'gone' })
    }
    expect(broken.length).toBeGreaterThan(20)
    expect(seemWhole(broken)).toEqual(broken.map(() => ({ gnu: false, python: false })))
    // As far as it goes it is what it would have been.
    for (const archive of broken) {
      const end = archive.indexOf('PaxHeaders/broken-off')
      const sound = end < 0 ? archive : archive.subarray(0, end)
      expect(sound.equals(whole.bytes.subarray(0, sound.length))).toBe(true)
    }
    expect(broken.some((archive) => archive.includes('It is broken off here: gone'))).toBe(true)
  })

  it('is whole with a copy, though the repository is not: damaged, or not even listed here', async () => {
    const bench = new Workbench()
    const repository = await bench.init()
    const files = manyFiles()
    const { id } = await backUp(repository, files)
    const copy = new Workbench()
    await copySnapshots(repository, await copy.init(repository))
    const whole = await dumped(repository, id)
    for (const name of bench.store.names('data/')) bench.store.damage(name, (bytes) => bytes.fill(0, 50, 60))
    const alone = await dumped(await bench.open(), id)
    expect(alone.failure).toBeInstanceOf(RepositoryFormatError)
    const copies = [await copy.open()]
    expect(await dumped(await bench.open(), id, { copies })).toEqual(whole)
    expect(bench.warnings.at(-1)).toMatch(/^\d+ chunks that cannot be read in memory came from memory$/)
    for (const name of bench.store.names('data/')) bench.store.damage(name, () => undefined)
    await repair(await bench.open())
    expect(await dumped(await bench.open(), id, { copies })).toEqual(whole)
    const { bytes } = await dumped(await bench.open(), id, { copies }, 'folder 1/file 5')
    expect(bytes.equals(Buffer.from(noise(5, 9000)))).toBe(true)
    // The nearest copy cannot be reached: the next one is asked.
    const gone = copy.surviving()
    const nearest = await gone.open()
    gone.store.onRequest = () => {
      throw new StoreUnavailableError('no line')
    }
    expect(await dumped(await bench.open(), id, { copies: [nearest, ...copies] })).toEqual(whole)
  })
})
