import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolders } from '../../../src/adapters/real/make-folders.ts'
import { scratchFolder } from '../../scratch-folder.ts'

const desk = scratchFolder('folders')

describe('folders that are made', () => {
  it('are the one that was asked for and those above it; the uppermost is told', () => {
    expect(makeFolders(join(desk, 'a/b/c'), 0o700)).toBe(join(desk, 'a'))
    expect(statSync(join(desk, 'a/b/c')).mode & 0o777).toBe(0o700)
    expect(makeFolders(join(desk, 'a/b/d'))).toBe(join(desk, 'a/b/d'))
  })

  it('are none where all are there', () => {
    expect(makeFolders(desk)).toBeUndefined()
  })

  it('cannot stand in a file or in its place', () => {
    writeFileSync(join(desk, 'file'), '')
    expect(() => makeFolders(join(desk, 'file/a/b'))).toThrow(/ENOTDIR/)
    expect(() => makeFolders(join(desk, 'file'))).toThrow(/EEXIST/)
  })

  // mkdir of Node with `recursive` never comes back from this.
  it.skipIf(!existsSync('/proc/self'))('are refused at once by a file system in which nobody can make any', () => {
    expect(() => makeFolders('/proc/firedrill/a')).toThrow(/ENOENT/)
  })
})
