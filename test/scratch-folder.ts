import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for the tests of a file or of a `describe`, which goes when they are over. Call it where they begin. */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `firedrill-${name}-`))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
