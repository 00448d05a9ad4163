import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** The package as another program finds it, as far as the engine goes: built, with types. */
let program: string

function run(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: program, encoding: 'utf8' })
  expect(status, `${stdout}${stderr}`).toBe(0)
  return stdout
}

beforeAll(() => {
  program = mkdtempSync(join(tmpdir(), 'firedrill-package-'))
  for (const name of [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'src/engine',
    'src/adapters/real',
    'src/adapters/s3',
    'examples',
  ])
    cpSync(join(ROOT, name), join(program, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(program, 'node_modules'))
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json')
}, 120_000)
afterAll(() => rmSync(program, { recursive: true }))

describe('firedrill/engine', () => {
  it('serves a program of its own: the example does what it says', { timeout: 60_000 }, () => {
    writeFileSync(
      join(program, 'tsconfig.example.json'),
      JSON.stringify({
        extends: './tsconfig.json',
        compilerOptions: { tsBuildInfoFile: './tsbuildinfo' },
        include: ['examples'],
      }),
    )
    run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.example.json')
    const said: unknown = JSON.parse(run('examples/engine/daily-letters.ts', join(program, 'work')))
    expect(said).toEqual({
      changes: ['to-anna: content', 'to-carl: added'],
      restored: 'Dear Anna,\n',
      errors: [],
      operations: [
        'init: ok',
        'backup snapshot: ok',
        'backup snapshot: ok',
        'diff: ok',
        'restore: ok',
        'forget: ok',
        'prune: ok',
        'check: ok',
      ],
    })
  })

  it('needs nothing of the simulator: the engine was built without it', () => {
    const list = `import * as engine from 'firedrill/engine'; import * as s3 from 'firedrill/engine/s3'; console.log(Object.keys({ ...engine, ...s3 }).sort().join())`
    const names = run('--input-type=module', '--eval', list).trim().split(',')
    for (const name of ['backup', 'restore', 'copySnapshots', 'synthesiseFull', 'selectSnapshots', 's3Store'])
      expect(names).toContain(name)
  })
})
