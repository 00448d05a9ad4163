import { describe, expect, it } from 'vitest'
import { commandLine } from '../../src/cli/options/command-line.ts'

describe('the command that a page shows', () => {
  it('can be typed again', () => {
    expect(commandLine(['sweep', 'plan.yaml', '--vary', 'links.wan.bandwidth=20,40 Mbit/s', '--figure', "it's"])).toBe(
      String.raw`firedrill sweep plan.yaml --vary 'links.wan.bandwidth=20,40 Mbit/s' --figure 'it'\''s'`,
    )
  })

  it('says no password', () => {
    expect(commandLine(['run', 'plan.yaml', '--queue=redis://user:se:cr@t@host:6379/1'])).not.toMatch(/se:cr|@t@/)
    expect(commandLine(['worker', 'postgres://user:secret@host/database'])).toBe(
      'firedrill worker postgres://user:PASSWORD@host/database',
    )
  })
})
