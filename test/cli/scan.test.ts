import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const desk = mkdtempSync(join(tmpdir(), 'firedrill-scan-'))
afterAll(() => rmSync(desk, { recursive: true, force: true }))

function scan(...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const command = [join(ROOT, 'src/cli/firedrill.ts'), 'scan', ...words]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: desk, encoding: 'utf8' })
  return { code: status, stdout, stderr }
}

describe('firedrill scan', { timeout: 60_000 }, () => {
  it('writes a line for each file, and follows no link', () => {
    mkdirSync(join(desk, 'tree/inner'), { recursive: true })
    writeFileSync(join(desk, 'tree/inner/b, with comma.txt'), 'twelve bytes')
    writeFileSync(join(desk, 'tree/a.txt'), '')
    for (const name of ['a.txt', 'inner/b, with comma.txt']) utimesSync(join(desk, 'tree', name), 0, 1_767_603_600)
    symlinkSync('..', join(desk, 'tree/loop'))
    expect(scan('tree')).toEqual({
      code: 0,
      stdout:
        'path,bytes,mtime\n' +
        'a.txt,0,2026-01-05T09:00:00.000Z\n' +
        '"inner/b, with comma.txt",12,2026-01-05T09:00:00.000Z\n',
      stderr: '',
    })
  })

  it('says what is wrong with a path', () => {
    expect(scan('nowhere')).toMatchObject({ code: 2, stdout: '' })
    expect(scan('nowhere').stderr).toMatch(/there is no directory nowhere/)
  })
})
