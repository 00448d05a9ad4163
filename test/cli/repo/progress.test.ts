import { describe, expect, it } from 'vitest'
import { progressBar, progressLine } from '../../../src/cli/repo/progress.ts'

const GB = 1e9

describe('a progress bar', () => {
  it('tells files, bytes, rate and time left', () => {
    const line = progressLine('backup', { files: 1200, bytes: 1.2 * GB, total_bytes: 4.8 * GB }, 4000)
    expect(line).toBe('backup [#####---------------]  25 %, 1,200 files, 1.2 GB of 4.8 GB, 300 MB/s, about 12 s left')
  })

  it('does not guess what is not known, or was known wrongly', () => {
    expect(progressLine('backup', { files: 1, bytes: 3 * GB }, 10_000)).toBe('backup 1 file, 3 GB, 300 MB/s')
    expect(progressLine('backup', { bytes: 3 * GB, total_bytes: 2 * GB }, 10_000)).toBe('backup 3 GB, 300 MB/s')
    expect(progressLine('check', { bytes: 0, total_bytes: 0 }, 0)).toBe('check 0 B, 0 B/s')
  })

  it('estimates once there is something to go by', () => {
    expect(progressLine('check', { bytes: 1 * GB, total_bytes: 4 * GB }, 1000)).not.toContain('left')
  })

  it('rewrites one line of the terminal, at most ten times a second, and leaves nothing behind', () => {
    const written: string[] = []
    let now_ms = 0
    const screen = { isTTY: true, columns: 40, write: (text: string) => written.push(text) }
    const bar = progressBar('check', screen, () => now_ms)
    for (; now_ms < 1000; now_ms += 10) bar.show({ bytes: now_ms, total_bytes: 1000 })
    bar.end()
    expect(written).toHaveLength(11)
    // oxlint-disable-next-line no-control-regex -- that is what a terminal is told
    for (const text of written) expect(text).toMatch(/^\r\u001B\[K.{0,39}$/)
    expect(written.at(-1)).toBe('\r\u001B[K')
  })

  it('is quiet where there is no terminal', () => {
    const written: string[] = []
    const bar = progressBar('check', { write: (text: string) => written.push(text) })
    bar.show({ bytes: 1 })
    bar.end()
    expect(written).toEqual([])
  })
})
