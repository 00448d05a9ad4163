import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  PatternError,
  exclusionBy,
  patternsIn,
  reachOf,
} from '../../../../src/adapters/real/source/exclude-patterns.ts'

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

  it.each<[pattern: string, directory: string, mayBeBelow: boolean]>([
    ['/letters/2026', '/letters', true],
    ['/letters/2026', '/photos', false],
    ['/letters/2026', '/letters/2025', false],
    ['/LETTERS/2026', '/letters', false],
    ['/*/cache/**', '/anna/cache/deep', true],
    ['*.odt', '/anywhere', true],
    ['!/letters', '/letters', false],
  ])('may only be where a pattern leads: %s, below %s: %s', (pattern, directory, mayBeBelow) => {
    expect(reachOf([pattern])(directory)).toBe(mayBeBelow)
  })

  it('is never overlooked: whatever a pattern matches lies where it leads', () => {
    const part = fc.constantFrom('a', 'b', 'ab', '*', 'a?', '**', '[ab]')
    const name = fc.constantFrom('a', 'b', 'ab')
    fc.assert(
      fc.property(
        fc.constantFrom('/', ''),
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.array(name, { minLength: 2, maxLength: 5 }),
        (root, parts, names) => {
          const pattern = root + parts.join('/')
          if (!leavesOut([pattern], `/${names.join('/')}`)) return
          const mayMatchBelow = reachOf([pattern])
          for (let depth = 1; depth < names.length; depth++) {
            const directory = `/${names.slice(0, depth).join('/')}`
            expect(mayMatchBelow(directory), `${pattern} below ${directory}`).toBe(true)
          }
        },
      ),
    )
  })

  it('is read from files without comments', () => {
    expect(patternsIn('# caches\n*.tmp\r\n\n \n\\#x#\n')).toEqual(['*.tmp', '\\#x#'])
  })

  it.each(['', '/', '!', '../x', 'a/./b', '[z-a]'])('is never guessed: %j is refused', (pattern) => {
    expect(() => exclusionBy([pattern])).toThrow(PatternError)
  })
})
