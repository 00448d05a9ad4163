import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { directorySource } from '../../../../src/adapters/real/source/directory-source.ts'
import { linuxCalls } from '../../../../src/adapters/real/linux-calls.ts'
import { backup, check } from '../../../../src/engine/index.ts'
import type { BackupReport } from '../../../../src/engine/index.ts'
import type { FileSystem, SourceTree } from '../../../../src/engine/ports.ts'
import { Workbench } from '../../../engine/workbench.ts'
import { createMessyTree } from '../messy-tree.ts'

const place = mkdtempSync(join(tmpdir(), 'firedrill-read-'))
// Times of change that are too recent vouch for nothing, and trees tell so.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 }))
afterAll(() => {
  vi.useRealTimers()
  rmSync(place, { recursive: true, force: true })
})

/** As long as the shortest chunk, and one byte more: the others are cut, so threads do not read them. */
const MIN_BYTES = 4096

/** More files than are read before threads begin, of all lengths up to two chunks, in directories within each other. */
function createManyFiles(root: string): void {
  for (let number = 0; number < 900; number++) {
    const folder = join(root, `${number % 7}`, `${number % 3}`, number % 2 === 0 ? 'even' : '')
    mkdirSync(folder, { recursive: true })
    const length = number % 10 === 0 ? MIN_BYTES + (number % 3) : (number * 37) % 9000
    writeFileSync(join(folder, `${number}.txt`), `${number} `.repeat(length).slice(0, length))
  }
}

/** The same as it is read one by one, here (1) or by threads, with what happens once a directory has been listed. */
function sourceOf(
  root: string,
  threads: number | 'none',
  listed: Readonly<Record<string, () => void>> = {},
): FileSystem {
  return {
    async snapshot() {
      const tree = await directorySource(root, threads === 'none' ? {} : { threads }).snapshot()
      const hooked: SourceTree = Object.create(tree)
      if (threads === 'none') Object.defineProperty(hooked, 'smallFiles', { value: undefined })
      hooked.list = async (directory) => {
        const entries = await tree.list(directory)
        listed[directory.name]?.()
        return entries
      }
      return hooked
    },
  }
}

const chunker = { min: MIN_BYTES, avg: 8192, max: 32_768, normalisation: 2 }

/** First backups of each, in one repository: equal trees have one address. */
async function each(sources: readonly FileSystem[]): Promise<readonly BackupReport[]> {
  const repository = await new Workbench().init(undefined, { chunker, pack_bytes: 1_000_000 })
  const reports: BackupReport[] = []
  for (const [at, source] of sources.entries())
    reports.push(await backup(repository, source, { type: 'snapshot', host: 'h', dataset: `${at}` }))
  expect((await check(repository, { readData: 1 })).errors).toEqual([])
  return reports
}

describe('small files that are read in a way of their own', () => {
  it('are stored as all others, with all metadata', async () => {
    const root = join(place, 'many')
    createManyFiles(root)
    createMessyTree(join(root, '3 messy'))
    const late = join(root, '6', 'marked')
    writeFileSync(late, 'x')
    linuxCalls()?.setAttribute(Buffer.from(late), 'user.mark', Buffer.from('late'))
    const ways = ['none', 1, 2, 3] as const
    const [plain, ...others] = await each(ways.map((threads) => sourceOf(root, threads)))
    for (const report of others) {
      expect(report.snapshot.tree).toBe(plain!.snapshot.tree)
      expect(report).toMatchObject({ unreadable: [], changedWhileRead: [] })
      const { filesRead, read_bytes, chunks } = plain!
      expect(report).toMatchObject({ filesRead, read_bytes, chunks, newChunks: 0 })
    }
  })

  it('are told of alike when they are gone, are others or have changed since their directory was listed', async () => {
    const ways = ['none', 1, 2] as const
    const roots = ways.map((threads) => join(place, `${threads}`))
    for (const root of roots) createManyFiles(root)
    const disturbed = ways.map((threads, at) =>
      sourceOf(roots[at]!, threads, {
        '6': () => {
          const path = (name: string): string => join(roots[at]!, '6', name)
          rmSync(path('13.txt'))
          rmSync(path('55.txt'))
          symlinkSync('97.txt', path('55.txt'))
          appendFileSync(path('97.txt'), 'more')
        },
      }),
    )
    for (const root of roots) for (const number of [13, 55, 97]) writeFileSync(join(root, '6', `${number}.txt`), 'was')
    const [plain, ...others] = await each(disturbed)
    expect(plain!.unreadable.map(({ path }) => path)).toEqual(['6/13.txt', '6/55.txt'])
    expect(plain!.changedWhileRead).toEqual(['6/97.txt'])
    const told = ({ unreadable, changedWhileRead }: BackupReport, root: string): unknown => ({
      unreadable: unreadable.map(({ path, reason }) => ({ path, reason: reason.replace(root, '') })),
      changedWhileRead,
    })
    for (const [at, report] of others.entries()) {
      expect(told(report, roots[at + 1]!)).toEqual(told(plain!, roots[0]!))
      expect(report.snapshot.files).toBe(plain!.snapshot.files)
    }
  })
})
