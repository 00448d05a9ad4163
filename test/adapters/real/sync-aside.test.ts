import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SyncAside } from '../../../src/adapters/real/target/sync-aside.ts'

describe('small files that are sent to the disk while more are restored', () => {
  it('are waited for at the end, and a sync that cannot be begun is left to that one', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firedrill-sync-'))
    for (const path of [directory, join(directory, 'nowhere')]) {
      const aside = new SyncAside(path)
      for (let file = 0; file < 300; file++) aside.wrote(1024 * 1024)
      await expect(aside.end()).resolves.toBeUndefined()
    }
    rmSync(directory, { recursive: true })
  })
})
