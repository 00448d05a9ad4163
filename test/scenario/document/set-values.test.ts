import { describe, expect, it } from 'vitest'
import { SettingError, setValues } from '../../../src/scenario/document/set-values.ts'

const JOBS = [
  { backup: { name: 'often', at: 'every 4 h' } },
  { backup: { name: 'weekly', at: 'Sun 06:00' } },
  { copy: { to: 'bucket' } },
]
const scenario = { nodes: {}, strategies: { list: JOBS, more: { jobs: JOBS, recovery: {} } } }
const targetOf = (path: string) => setValues(scenario, { [path]: 'daily 01:00' }).targets.get(path)

describe('a path to a setting of a job', () => {
  it.each([
    ['strategies.list.backup.at', ['strategies', 'list', 0, 'backup', 'at']],
    ['strategies.list.1.backup.at', ['strategies', 'list', 1, 'backup', 'at']],
    ['strategies.list.weekly.at', ['strategies', 'list', 1, 'backup', 'at']],
    ['strategies.more.jobs.copy.at', ['strategies', 'more', 'jobs', 2, 'copy', 'at']],
    ['strategies.more.copy.at', ['strategies', 'more', 'jobs', 2, 'copy', 'at']],
    ['strategies.more.weekly.at', ['strategies', 'more', 'jobs', 1, 'backup', 'at']],
    ['strategies.more.recovery.declare', ['strategies', 'more', 'recovery', 'declare']],
  ])('%s leads to it by kind, number or name, with jobs or without', (path, target) => {
    expect(targetOf(path)).toEqual(target)
  })

  // The jobs stand in both strategies, as an alias of YAML has them.
  it('changes what it leads to, and nothing else', () => {
    const { content } = setValues(scenario, { 'strategies.more.weekly.at': 'daily 01:00' })
    const more = [JOBS[0], { backup: { name: 'weekly', at: 'daily 01:00' } }, JOBS[2]]
    expect(content).toEqual({ nodes: {}, strategies: { list: JOBS, more: { jobs: more, recovery: {} } } })
  })

  it('that leads nowhere is answered with names, too', () => {
    expect(() => targetOf('strategies.more.weakly.at')).toThrow(
      new SettingError("strategies.more.weakly.at: there is no 'weakly' to change; did you mean 'weekly'?"),
    )
  })
})
