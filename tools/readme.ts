import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A ```console block of a page: a command after `$ `, and what it prints. */
export interface Example {
  readonly command: string
  readonly output: string
}

const BLOCK = /```console\n\$ ([^\n]+)\n([\s\S]*?)```/g

/** The examples of a page, in order. */
export function examplesOf(page: string): Example[] {
  return [...page.matchAll(BLOCK)].map(([, command = '', output = '']) => ({ command, output }))
}

/** What a command of a page prints on stdout. The installation that it may begin with is taken as done. */
export function outputOf(command: string): string {
  const here = command.replace('npm ci && ', '').replace(/^firedrill /, 'npm run --silent firedrill -- ')
  const { stdout, stderr, status } = spawnSync('sh', ['-c', here], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80' },
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) throw new Error(`${command}: exit code ${status}\n${stderr}`)
  return stdout
}

/** The pictures of a page, and the charts that they show: those of the report that an example of the page tells of. */
export function picturesOf(page: string): { picture: string; chart: string }[] {
  const report = /^Report: (.*)\/report\.html$/m.exec(page)?.[1]
  if (report === undefined) return []
  return [...page.matchAll(/!\[[^\]]*\]\((docs\/pictures\/([\w-]+\.png))\)/g)].map(([, picture = '', name = '']) => ({
    picture,
    chart: join(report, 'charts', name),
  }))
}

// Run as a program: writes what the examples of a page print now into the page, and draws its pictures anew.
if (process.argv[1] === import.meta.filename) {
  for (const path of process.argv.slice(2)) {
    const page = readFileSync(path, 'utf8')
    const rewritten = page.replace(
      BLOCK,
      (_, command: string) => `\`\`\`console\n$ ${command}\n${outputOf(command)}\`\`\``,
    )
    writeFileSync(path, rewritten)
    for (const { picture, chart } of picturesOf(rewritten)) copyFileSync(chart, picture)
  }
}
