import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandLineIn } from './command-line.ts'
import { scratchFolder } from '../scratch-folder.ts'

const desk = scratchFolder('scan')

const firedrill = commandLineIn(desk)
const scan = (...words: string[]) => firedrill('scan', ...words)

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
