import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const description = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

let scratch: string
/** A folder of somebody who has installed the package, with what it depends on and nothing else. */
let consumer: string
let installed: string

function run(program: string, words: readonly string[], cwd: string): string {
  const environment = { ...process.env, FIREDRILL_PASSWORD: 'test', HOME: scratch, NO_COLOR: '1' }
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8', env: environment })
  expect(status, `${program} ${words.join(' ')}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

const firedrill = (...words: string[]): string =>
  run(process.execPath, [join(installed, description.bin['firedrill']!), ...words], consumer)

/** Built and packed as `npm publish` does it, without the page for browsers, which takes longest. */
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'firedrill-packed-'))
  const checkout = join(scratch, 'checkout')
  for (const name of [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'README.md',
    'LICENSE',
    'src',
    'scenarios',
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'docs',
    'examples',
    'tools/bundle.ts',
    'tools/plain-width.ts',
  ])
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], checkout)
  run(process.execPath, ['tools/bundle.ts'], checkout)
  run('npm', ['pack', '--ignore-scripts', '--offline', '--silent', '--pack-destination', scratch], checkout)
  consumer = join(scratch, 'consumer')
  installed = join(consumer, 'node_modules/firedrill')
  mkdirSync(installed, { recursive: true })
  const [tarball] = readdirSync(scratch).filter((name) => name.endsWith('.tgz'))
  run('tar', ['-xzf', join(scratch, tarball!), '--strip-components=1', '-C', installed], scratch)
  for (const name of Object.keys({
    ...description.dependencies,
    ...description.optionalDependencies,
    '@types/node': '',
    'undici-types': '',
  })) {
    const place = join(consumer, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), place)
  }
}, 240_000)
afterAll(() => rmSync(scratch, { recursive: true }))

describe('the package', { timeout: 120_000 }, () => {
  it('holds what it says it exports, and nothing of tests or sources', () => {
    for (const target of Object.values(description.exports))
      for (const path of typeof target === 'string' ? [target] : Object.values(target))
        expect(existsSync(join(installed, path)), path).toBe(true)
    expect(readdirSync(installed).toSorted()).toEqual([
      'ARCHITECTURE.md',
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'examples',
      'package.json',
      'scenarios',
    ])
  })

  it('has types for all that it exports, in a program that finds them as Node does', () => {
    const options = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: ['node'] }
    const program = `
      import { loadScenario, run, type Results } from 'firedrill'
      import { backup, type Repository } from 'firedrill/engine'
      import { directoryStore } from 'firedrill/engine/local'
      import { s3Store } from 'firedrill/engine/s3'
      const results: Results = await run(await loadScenario('plan.yaml'), { replications: 1 })
      const figures: (number | undefined)[] = results.cells.map(({ rto }) => rto?.p95)
      // @ts-expect-error a number is no scenario
      await loadScenario(1)
      export const all: [typeof backup, Repository?] = [backup]
      export { directoryStore, figures, s3Store }`
    writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(consumer, 'program.ts'), program)
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['program.ts'] }))
    run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', consumer], consumer)
  })

  it('tells its own version, wherever it is called', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    writeFileSync(join(scratch, 'package.json'), '{ "version": "7.7.7" }')
    expect(run(process.execPath, [join(installed, description.bin['firedrill']!), '--version'], scratch)).toBe(
      `${version}\n`,
    )
  })

  it('backs up and restores by its engine in a program of its own', () => {
    const program = `
      import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
      import { backup, initRepository, restore } from 'firedrill/engine'
      import { directorySource, directoryStore, directoryTarget, systemPorts } from 'firedrill/engine/local'
      for (const name of ['letters', 'box']) mkdirSync(name)
      writeFileSync('letters/to-anna', 'Dear Anna')
      const ports = { ...systemPorts({ warn: console.error }), log: { audit() {}, warn: console.error } }
      const repository = await initRepository(ports, directoryStore('box'), { password: 'x', principal: 'me' }, {
        chunker: { min: 131072, avg: 524288, max: 2097152, normalisation: 2 },
        pack_bytes: 2 ** 24, compression: 'zstd', cipher: 'aes-256-gcm', kdf: { algorithm: 'scrypt', cost: 1024 },
      })
      const { snapshot } = await backup(repository, directorySource('letters'), { type: 'snapshot', host: 'h', dataset: 'd' })
      const target = directoryTarget('back')
      await restore(repository, snapshot.id, target)
      await target.flush()
      console.log(readFileSync('back/to-anna', 'utf8'))`
    expect(run(process.execPath, ['--input-type=module', '--eval', program], consumer)).toBe('Dear Anna\n')
  })

  it('says which Node it needs, where an older one has no zstd', () => {
    writeFileSync(join(scratch, 'older.cjs'), "delete require('node:zlib').zstdCompressSync")
    const words = ['--require', join(scratch, 'older.cjs'), join(installed, description.bin['firedrill']!), '--help']
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^firedrill: this is Node.js [\d.]+, and 22.15 or later is needed/)
  })

  it('has the command: repositories, and a scenario that came with it', () => {
    firedrill('repo', 'init', 'repository')
    firedrill('repo', 'backup', 'repository', join(installed, 'scenarios'))
    firedrill('repo', 'restore', 'repository', 'latest', 'scenarios')
    expect(readFileSync(join(consumer, 'scenarios/miniature.yaml'))).toEqual(
      readFileSync(join(ROOT, 'scenarios/miniature.yaml')),
    )
    expect(firedrill('new')).toContain('plan.yaml is written')
    expect(firedrill('check', 'plan.yaml')).toContain('No mistakes')
    const said = firedrill('run', 'scenarios/miniature.yaml', '--replications', '1', '--threads', '2')
    expect(said).toContain('Miniature')
  })
})
