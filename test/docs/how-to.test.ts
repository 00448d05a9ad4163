import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseScenario } from '../../src/scenario/load.ts'
import { examplesOf, outputOf } from '../../tools/readme.ts'
import { commandLineIn } from '../cli/command-line.ts'

const ROOT = join(import.meta.dirname, '../..')
const guides = readdirSync(join(ROOT, 'docs/how-to')).map((name) => `docs/how-to/${name}`)
const pages = [
  'README.md',
  'notebooks/README.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
].filter((path) => path.endsWith('.md'))
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Of a page, as they are named in links. */
function headingsOf(path: string): string[] {
  return [...text(path).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe('every page', () => {
  it.each([...pages, ...guides])('%s links to files that exist', (path) => {
    for (const [, target = ''] of text(path).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)) {
      expect(existsSync(join(ROOT, dirname(path), target)), target).toBe(true)
    }
  })

  it.each([...pages, ...guides])('%s links to headings that exist', (path) => {
    for (const [, target = '', anchor = ''] of text(path).matchAll(/\]\(([^)#:\s]*\.md)?#([^)\s]+)\)/g)) {
      const page = target === '' ? path : join(dirname(path), target)
      expect(headingsOf(page), `${target}#${anchor}`).toContain(anchor)
    }
  })

  it('is reached from the index', () => {
    const index = text('docs/README.md')
    for (const path of [...pages, ...guides].filter((each) => each.startsWith('docs/'))) {
      if (path !== 'docs/README.md') expect(index, path).toContain(path.replace('docs/', ''))
    }
  })
})

/** What a guide adds to the bakery, by the word behind the block's ```yaml. */
const PLACES: Readonly<Record<string, (scenario: string, block: string) => string>> = {
  strategies: (scenario, block) => scenario.replace('\nmonitoring:', `${block}\nmonitoring:`),
  nodes: (scenario, block) => scenario.replace('  stores:\n', `${block}  stores:\n`),
  links: (scenario, block) => scenario.replace(/^ {4}wan: .*\n/m, block),
  hazards: (scenario, block) => scenario.replace('\nexperiment:', `${block}\nexperiment:`),
  monitoring: (scenario, block) => scenario.replace(/\nmonitoring:\n.*\n/, `\n${block}`),
  security: (scenario, block) => scenario.replace('\nhazards:', `\n${block}\nhazards:`),
  experiment: (scenario, block) => scenario + block,
}

describe('what the guides add to examples/bakery.yaml', () => {
  it.each(guides)('%s makes a scenario', (path) => {
    let scenario = text('examples/bakery.yaml')
    for (const [, place = '', block = ''] of text(path).matchAll(/```yaml (\w+)\n([\s\S]*?)```/g)) {
      const added = PLACES[place]!(scenario, block)
      expect(added, place).not.toBe(scenario)
      scenario = added
    }
    expect(parseScenario(scenario, path).strategies.length).toBeGreaterThanOrEqual(3)
  })
})

/** Lines of ```sh blocks that call firedrill. */
function commandsOf(path: string): string[] {
  const blocks = [...text(path).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith('firedrill '))
}

describe('commands of the guides', { timeout: 120_000 }, () => {
  const firedrill = commandLineIn(ROOT)

  it.each([...guides, 'docs/tutorial.md'].filter((path) => commandsOf(path).length > 0))(
    '%s asks for commands and options that there are',
    (path) => {
      for (const line of commandsOf(path)) {
        const [, command = ''] = /^firedrill ((?:repo )?[a-z]+)/.exec(line) ?? []
        const help = firedrill(...command.split(' '), '--help').stdout
        expect(help, line).toContain(`firedrill ${command}`)
        for (const [option] of line.matchAll(/--[\w-]+/g)) expect(help, line).toContain(option)
        for (const [scenario] of line.matchAll(/(?:examples|scenarios)\/[\w-]+\.yaml/g)) {
          expect(existsSync(join(ROOT, scenario)), line).toBe(true)
        }
      }
    },
  )

  const examples = guides.flatMap((path) => examplesOf(text(path)).map((example) => ({ path, ...example })))
  // To renew them after a change of results: node tools/readme.ts docs/how-to/*.md
  it.each(examples)('$path is true to the letter: $command', ({ command, output }) =>
    expect(outputOf(command)).toBe(output),
  )
})
