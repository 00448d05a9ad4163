import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Runs a scenario of described content on several versions of Node and requires one digest. Needs the built program
 * (`npm run build`) and the registry. Usage: node tools/digest-on-nodes.ts SCENARIO VERSION...
 */
const [scenario = '', ...versions] = process.argv.slice(2)
const digests = new Map<string, string>()
for (const version of versions) {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-node-'))
  try {
    const from = `node-${process.platform}-${process.arch}@${version}`
    execFileSync('npm', ['install', '--silent', '--no-save', '--prefix', folder, from], { stdio: 'inherit' })
    const node = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node')
    const run = ['dist/cli/firedrill.js', 'run', scenario, '--json', '--threads', '1', '--out', join(folder, 'results')]
    const summary: unknown = JSON.parse(execFileSync(node, run, { encoding: 'utf8', maxBuffer: 2 ** 26 }))
    if (typeof summary !== 'object' || summary === null || !('digest' in summary))
      throw new Error('a summary without digest')
    digests.set(version, String(summary.digest))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
for (const [version, digest] of digests) process.stdout.write(`Node ${version}: ${digest}\n`)
if (new Set(digests.values()).size !== 1) {
  process.stderr.write('the digest is not the same on all of them\n')
  process.exitCode = 1
}
