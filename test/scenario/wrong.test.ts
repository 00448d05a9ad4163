import { readFileSync, readdirSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ScenarioError, loadScenario, parseScenario } from '../../src/scenario/load.ts'

const folder = new URL('./wrong/', import.meta.url)

/** The error of a scenario, its path shortened to the name that is given. */
function errorOf(name: string): ScenarioError {
  const url = new URL(name, folder)
  try {
    parseScenario(readFileSync(url, 'utf8'), fileURLToPath(url))
  } catch (error) {
    if (error instanceof ScenarioError) return error
    throw error
  }
  throw new Error(`${name} was read without an error`)
}

const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

describe('a wrong scenario', () => {
  it('is right but for what is spoilt in it', () => {
    const url = new URL('./right.yaml', import.meta.url)
    expect(parseScenario(readFileSync(url, 'utf8'), fileURLToPath(url)).warnings).toEqual([])
  })

  it('comes in many ways', () => {
    expect(files.length).toBeGreaterThanOrEqual(20)
  })

  it.each(files)('%s says what, where, and what instead', async (name) => {
    const message = errorOf(name).message.replaceAll(fileURLToPath(folder), '')
    await expect(`${message}\n`).toMatchFileSnapshot(`golden/${name.replace('.yaml', '.txt')}`)
  })

  it.each(files)('%s: the caret stands under what is named', (name) => {
    const lines = readFileSync(new URL(name, folder), 'utf8').split('\n')
    for (const { place } of errorOf(name).problems) {
      const line = lines[place.line - 1] ?? ''
      expect(place.column).toBeGreaterThanOrEqual(1)
      expect(place.column - 1 + place.length).toBeLessThanOrEqual(Math.max(1, line.length))
    }
  })
})

describe('a file that cannot be read', () => {
  it('is not there', async () => {
    await expect(loadScenario('no/such/plan.yaml')).rejects.toThrow('there is no file no/such/plan.yaml')
  })

  it('is not UTF-8, and where it ceases to be', async () => {
    const path = join(tmpdir(), `firedrill-latin1-${process.pid}.yaml`)
    try {
      await writeFile(path, Buffer.from('firedrill: 1\nname: B\xfcro\n', 'latin1'))
      await expect(loadScenario(path)).rejects.toThrow(
        `${path}:2:8  not UTF-8 but another encoding; save the file as UTF-8`,
      )
      await writeFile(path, Buffer.from('\uFEFFfiredrill: 1\n', 'utf16le'))
      await expect(loadScenario(path)).rejects.toThrow('not UTF-8 but UTF-16; save the file as UTF-8')
    } finally {
      await rm(path, { force: true })
    }
  })

  it('is a directory', async () => {
    await expect(loadScenario(fileURLToPath(folder))).rejects.toThrow('is a directory; expected a scenario file')
  })
})

/** Where the problems of a text are. */
function problemsIn(text: string): { line: number; column: number }[] {
  try {
    parseScenario(text, 'plan.yaml')
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems.map(({ place: { line, column } }) => ({ line, column }))
    throw error
  }
  return []
}

describe('places', () => {
  const right = readFileSync(new URL('./right.yaml', import.meta.url), 'utf8')

  it('are counted in lines of any ending, and not shifted by a byte order mark', () => {
    const wrong = right.replace('100 Mbit/s', '100 mbps')
    const unix = problemsIn(wrong)
    expect(unix).toEqual([{ line: 17, column: 49 }])
    expect(problemsIn(wrong.replaceAll('\n', '\r\n'))).toEqual(unix)
    expect(problemsIn(`\uFEFF${wrong}`)).toEqual(unix)
  })

  it('of what an alias repeats are where it was written', () => {
    const wrong = right
      .replace('bandwidth: 1 Gbit/s', 'bandwidth: &fast 1 Gbps')
      .replace('bandwidth: 100 Mbit/s', 'bandwidth: *fast')
    expect(problemsIn(wrong).map(({ line }) => line)).toContain(16)
  })
})
