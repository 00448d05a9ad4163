import { describe, expect, it } from 'vitest'
import { PatternError, exclusionBy, patternsIn } from '../../../../src/adapters/real/source/exclude-patterns.ts'

const bytesOf = (text: string): string => Buffer.from(text).toString('latin1')
const leavesOut = (patterns: readonly string[], path: string, isDirectory = false): boolean =>
  exclusionBy(patterns)(bytesOf(path), isDirectory)

describe('what is left out of a backup', () => {
  it.each<[pattern: string, path: string, isOut: boolean]>([
    ['*.tmp', '/srv/a/b.tmp', true],
    ['*.tmp', '/srv/a.tmp/b', false],
    ['cache/thumbs', '/srv/a/cache/thumbs', true],
    ['cache/thumbs', '/srv/a/cache/x/thumbs', false],
    ['cache/**/thumbs', '/srv/cache/x/y/thumbs', true],
    ['cache/**/thumbs', '/srv/cache/thumbs', true],
    ['/home/*/.cache', '/home/anna/.cache', true],
    ['/home/*/.cache', '/mnt/home/anna/.cache', false],
    ['/home/**', '/home/anna/deep/file', true],
    ['/home/**', '/home', false],
    ['file?', '/a/file1', true],
    ['file?', '/a/file12', false],
    ['file?', '/a/fileü', true],
    ['file[0-9]', '/a/file7', true],
    ['file[!0-9]', '/a/file7', false],
    ['[]x]', '/a/]', true],
    ['\\*', '/a/*', true],
    ['\\*', '/a/b', false],
    ['a+(b).{c}', '/a+(b).{c}', true],
  ])('%s, of %s: %s', (pattern, path, isOut) => {
    expect(leavesOut([pattern], path)).toBe(isOut)
  })

  it('may be directories only', () => {
    expect(leavesOut(['build/'], '/a/build', true)).toBe(true)
    expect(leavesOut(['build/'], '/a/build', false)).toBe(false)
  })

  it('is decided by the last pattern that applies', () => {
    const patterns = ['*.log', '!keep.log', '/srv/keep.log']
    expect(leavesOut(patterns, '/a/x.log')).toBe(true)
    expect(leavesOut(patterns, '/a/keep.log')).toBe(false)
    expect(leavesOut(patterns, '/srv/keep.log')).toBe(true)
  })

  it('may have names that are no text', () => {
    expect(exclusionBy(['caf?'])('/a/caf\u00E9', false)).toBe(true)
  })

  it('is read from files without comments', () => {
    expect(patternsIn('# caches\n*.tmp\r\n\n \n\\#x#\n')).toEqual(['*.tmp', '\\#x#'])
  })

  it.each(['', '/', '!', '../x', 'a/./b', '[z-a]'])('is never guessed: %j is refused', (pattern) => {
    expect(() => exclusionBy([pattern])).toThrow(PatternError)
  })
})
