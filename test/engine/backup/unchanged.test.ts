import { describe, expect, it } from 'vitest'
import { backup } from '../../../src/engine/index.ts'
import type { BackupOptions, BackupReport } from '../../../src/engine/index.ts'
import { MemoryFiles } from '../memory-files.ts'
import { MemoryStore } from '../memory-store.ts'
import { DAY_S, START, Workbench, noise } from '../workbench.ts'

const tree = (): MemoryFiles => new MemoryFiles().file('letters/one', noise(1, 5000)).file('letters/two', 'two')

async function nightly(
  bench: Workbench,
  files: MemoryFiles,
  options: Partial<BackupOptions> = {},
): Promise<BackupReport> {
  bench.pass(DAY_S)
  files.now = bench.store.now
  const asked = { type: 'snapshot', host: 'here', dataset: 'documents', skipIfUnchanged: true } as const
  return backup(await bench.open(), files, { ...asked, window_bytes: 4096, ...options })
}

describe('a backup that makes no snapshot where nothing has changed', () => {
  it('makes one at first, and then after each change: of content, of names, of metadata', async () => {
    const bench = new Workbench()
    await bench.init()
    const files = tree()
    const first = await nightly(bench, files)
    expect(first.skipped).toBeUndefined()
    for (const change of [
      () => files.file('letters/two', 'zwei'),
      () => files.file('letters/three', ''),
      () => files.remove('letters/three'),
      () => files.finish('letters/one', 'file', { ...files.nodes.get('letters/one')!.metadata, mode: 0o600 }),
    ]) {
      await change()
      const changed = await nightly(bench, files)
      expect(changed.skipped).toBeUndefined()
      expect(await nightly(bench, files)).toMatchObject({ skipped: true, snapshot: changed.snapshot, stored_bytes: 0 })
    }
    expect(await (await bench.open()).snapshots()).toHaveLength(5)
  })

  it('goes by the newest of its dataset, whatever its own type leans on', async () => {
    const bench = new Workbench()
    await bench.init()
    const files = tree()
    await nightly(bench, files, { type: 'full' })
    const { metadata } = files.nodes.get('letters/two')!
    files.file('letters/two', 'zwei')
    await nightly(bench, files, { type: 'differential' })
    // As it was at the full backup, but not at the newest.
    files.file('letters/two', 'two')
    await files.finish('letters/two', 'file', metadata)
    expect((await nightly(bench, files, { type: 'differential' })).skipped).toBeUndefined()
    expect((await nightly(bench, files, { dataset: 'other' })).skipped).toBeUndefined()
  })

  it('locks the one that stands for it', async () => {
    const bench = new Workbench(new MemoryStore(START, true))
    await bench.init()
    const files = tree()
    const { snapshot } = await nightly(bench, files)
    const lockUntil = bench.store.now + 31 * DAY_S
    const { skipped, locks } = await nightly(bench, files, { lockUntil })
    expect([skipped, locks?.failure]).toEqual([true, undefined])
    for (const blob of bench.store.names())
      expect((await bench.store.stat(blob)).lockedUntil, blob).toBeGreaterThanOrEqual(lockUntil)
    expect(bench.store.names()).toContain(`snapshots/${snapshot.id}`)
  })
})
