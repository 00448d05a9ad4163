import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandLineIn } from './command-line.ts'
import { scratchFolder } from '../scratch-folder.ts'

const desk = scratchFolder('wrong-words')
copyFileSync('scenarios/miniature.yaml', join(desk, 'plan.yaml'))
const firedrill = commandLineIn(desk)

describe('a command line as people type it', { timeout: 60_000 }, () => {
  it.each([
    ['simulate plan.yaml', "there is no command 'simulate'; did you mean 'run'?"],
    ['plan.yaml', "there is no command 'plan.yaml'; did you mean 'run plan.yaml'?"],
    ['--versoin', 'unknown option --versoin; did you mean --version?'],
    ['run plan', "there is no file plan; did you mean 'plan.yaml'?"],
    ['run plan.yaml -o out', 'unknown option -o; did you mean --out?'],
    ['run plan.yaml --output out', 'unknown option --output; did you mean --out?'],
    [
      'run plan.yaml --precision 5% --replications 3',
      '--precision and --replications exclude each other; give one of them',
    ],
    ['check --fix plan.yaml', 'unknown option --fix'],
    [
      'sweep plan.yaml --vary line.bandwidth=1MB/s',
      "line.bandwidth: there is no 'line' at the top; did you mean 'links.line.bandwidth'?",
    ],
    ['sweep plan.yaml --vary links.line.bandwidth=1MB/s --chart x', '--chart needs --tornado'],
    ['sweep plan.yaml --vary links.line.bandwidth=1MB/s --report .', '. is a directory; expected the name of a file'],
    ['plan plan.yaml --what-if x', '--what-if x: expected path=value,value,… such as'],
    ['losses plan.yaml --window 5', '--window 5: 5 has no unit; expected a duration such as "30 d"'],
    ['repo restore repository latest', 'an argument is missing: <target>'],
  ])('%s: %s', (words, answer) => {
    const { code, stdout, stderr } = firedrill(...words.split(' '))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`firedrill: ${answer}`)
  })

  it.each([
    ['help run', 'firedrill run <scenario>'],
    ['version', /^\d+\.\d+\.\d+\n$/],
  ])('%s is understood', (words, answer) => {
    const { code, stdout } = firedrill(...words.split(' '))
    expect(code).toBe(0)
    if (typeof answer === 'string') expect(stdout).toContain(answer)
    else expect(stdout).toMatch(answer)
  })
})
