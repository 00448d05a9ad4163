import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { examplesOf, outputOf, picturesOf } from '../../tools/readme.ts'

const ROOT = join(import.meta.dirname, '../..')
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

describe('README', { timeout: 900_000 }, () => {
  const examples = examplesOf(readme)

  it('shows the main job', () =>
    expect(examples.map(({ command }) => command)).toContainEqual(expect.stringContaining('smb-321')))

  for (const { command, output } of examples) {
    // To renew the page after a change of results: node tools/readme.ts README.md
    it(`is true to the letter: ${command}`, () => expect(outputOf(command)).toBe(output))
  }

  it('shows the chart of that report', () => {
    const pictures = picturesOf(readme)
    expect(pictures.length).toBeGreaterThan(0)
    for (const { picture, chart } of pictures) {
      expect(readFileSync(join(ROOT, picture)).equals(readFileSync(join(ROOT, chart))), picture).toBe(true)
    }
  })

  it('has commands for real backups that work', () => {
    const [, commands = ''] = /## Real backups[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? []
    const place = mkdtempSync(join(tmpdir(), 'firedrill-readme-'))
    try {
      const script = commands.replaceAll('/tmp/firedrill-example', place)
      const { status, stdout, stderr } = spawnSync('sh', ['-ec', script], { encoding: 'utf8', cwd: ROOT })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout).toContain('No errors found')
      expect(readFileSync(join(place, 'restored/smb-321.yaml'))).toEqual(
        readFileSync(join(ROOT, 'scenarios/smb-321.yaml')),
      )
    } finally {
      rmSync(place, { recursive: true, force: true })
    }
  })

  it('has a library example that works', () => {
    const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
    const place = mkdtempSync(join(tmpdir(), 'firedrill-readme-'))
    try {
      // The package by its own name, as its users import it; from its sources, so that nothing need be built.
      writeFileSync(join(place, 'example.ts'), code.replace("'firedrill'", JSON.stringify(join(ROOT, 'src/index.ts'))))
      symlinkSync(join(ROOT, 'scenarios'), join(place, 'scenarios'))
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(place, 'example.ts')], {
        encoding: 'utf8',
        cwd: place,
      })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout).toMatch(/^daily-full base [\d.]+ [\d.]+\n$/)
    } finally {
      rmSync(place, { recursive: true, force: true })
    }
  })

  it('links to files that exist', () => {
    for (const [, target = ''] of readme.matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(spawnSync('ls', [join(ROOT, target)]).status, target).toBe(0)
    }
  })
})
