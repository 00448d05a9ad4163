import { readFile, readdir } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { servePage } from '../../src/cli/serve.ts'
import { run } from '../../src/experiment/run.ts'
import { money, shortDuration } from '../../src/report/text/human.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { buildPage } from '../../tools/page.ts'
import { messagesOf, noChromium, startChromium } from '../chromium.ts'
import { scratchFolder } from '../scratch-folder.ts'

describe.skipIf(noChromium)('the page', { timeout: 120_000 }, () => {
  let context: BrowserContext
  let server: Server
  let url: string
  const folder = scratchFolder('page')
  let messages: string[]
  /** Where a person can look at what the browser showed. */
  const shots = process.env['SCREENSHOTS']

  beforeAll(async () => {
    await buildPage(folder)
    server = await servePage(0, folder)
    const address = server.address()
    url = `http://localhost:${typeof address === 'object' ? address!.port : ''}/`
    context = await startChromium()
    messages = messagesOf(context)
  }, 60_000)

  afterAll(async () => {
    await context?.close()
    server?.close()
  })

  it('is served on, whatever else is asked for', async () => {
    const codes = []
    for (const path of ['%', '//', '../package.json', 'index.html']) codes.push((await fetch(url + path)).status)
    expect(codes).toEqual([404, 404, 404, 200])
  })

  async function open(fragment = ''): Promise<Page> {
    const page = await context.newPage()
    await page.setViewportSize({ width: 1200, height: 1000 })
    await page.goto(url + fragment)
    await page.getByRole('button', { name: 'Run' }).waitFor()
    return page
  }

  /** A link to a text, which the page does not show any more. */
  async function linkTo(page: Page, text: string): Promise<string> {
    const editor = page.getByRole('textbox', { name: 'Scenario (YAML)' })
    const before = await editor.inputValue()
    await editor.fill(text)
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText(/The link is (?:on|in)/).waitFor()
    const link = page.url()
    await editor.fill(before)
    await page.evaluate(() => history.replaceState(undefined, '', location.pathname))
    return link
  }

  async function runIn(page: Page): Promise<string> {
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByText(/^Done in/).waitFor({ timeout: 60_000 })
    await page.locator('#charts figure').first().waitFor()
    return (await page.locator('#digest').textContent())!
  }

  it('is built without anything of Node', async () => {
    for (const name of await readdir(join(folder, 'assets'))) {
      expect(/["'`]node:/.exec(await readFile(join(folder, 'assets', name), 'utf8')), name).toBeNull()
    }
  })

  it('says what is weak in a plan while it is written', async () => {
    const page = await open()
    await page.getByLabel('Start from').selectOption({ index: 1 })
    await page.getByText('! strategy nas-only: fire takes orders and every copy of it (nas)').waitFor()
  })

  it('gives the numbers of the command line', async () => {
    messages.length = 0
    const page = await open()
    const scenario = await loadScenario('scenarios/miniature.yaml')
    // The page does not know the file's name, which is the results' id and in their digest.
    const expected = await run({ ...scenario, id: 'scenario' })
    expect(await runIn(page)).toBe(expected.digest)
    const row = await page.locator('#figures table').first().locator('tbody tr').nth(1).textContent()
    expect(row).toContain(shortDuration(expected.cells[0]!.rto!.mean))
    expect(await page.locator('#verdict').textContent()).toContain(money(expected.cells[0]!.cost.total_usdPerYear))
    expect(await page.locator('#charts svg').count()).toBeGreaterThan(10)
    expect(messages).toEqual([])
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'page.png'), fullPage: true })
    // On a telephone nothing but tables and charts is wider than the page.
    await page.setViewportSize({ width: 390, height: 900 })
    const { clientWidth, scrollWidth } = await page
      .locator('html')
      .evaluate((root) => ({ clientWidth: root.clientWidth, scrollWidth: root.scrollWidth }))
    expect(scrollWidth).toBe(clientWidth)
    await page.close()
  })

  it('says what is wrong, at its place, and does not run it', async () => {
    const page = await open()
    const editor = page.getByRole('textbox', { name: 'Scenario (YAML)' })
    const right = await editor.inputValue()
    await editor.fill(right.replace(/(bandwidth: )1 MB\/s/, '$11 MBps'))
    const problem = page.locator('#problems button')
    await problem.waitFor()
    expect(await problem.textContent()).toMatch(/^Line \d+, column \d+: .*unknown unit 'MBps'.*did you mean 'MB\/s'\?$/)
    expect(await page.getByRole('button', { name: 'Run' }).isDisabled()).toBe(true)
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'page-problem.png') })
    await problem.click()
    const selected = await editor.evaluate((area: HTMLTextAreaElement) =>
      area.value.slice(area.selectionStart, area.selectionEnd),
    )
    expect('1 MBps').toContain(selected)
    await editor.fill(right)
    await expect.poll(() => problem.count(), { timeout: 10_000 }).toBe(0)
    expect(await page.getByRole('button', { name: 'Run' }).isEnabled()).toBe(true)
    await page.close()
  })

  it('completes keys, by keyboard', async () => {
    messages.length = 0
    const page = await open()
    const editor = page.getByRole('textbox', { name: 'Scenario (YAML)' })
    await editor.evaluate((area: HTMLTextAreaElement) => {
      area.value = 'firedrill: 1\nservices:\n  web: { '
      area.setSelectionRange(area.value.length, area.value.length)
      area.focus()
    })
    await expect
      .poll(async () => {
        await page.keyboard.press('Control+Space')
        return page.locator('#completions:visible li').allTextContents()
      })
      .toEqual(expect.arrayContaining(['needs', 'objectives', 'penalty']))
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'page-completion.png') })
    await page.keyboard.press('Escape')
    expect(await page.locator('#completions:visible li').count()).toBe(0)
    await page.keyboard.type('ob')
    await page.locator('#completions:visible li', { hasText: 'objectives' }).waitFor()
    await page.keyboard.press('Enter')
    expect(await editor.inputValue()).toMatch(/web: \{ objectives$/)
    expect(messages).toEqual([])
    await page.close()
  })

  it('can be used by keyboard: runs, and leaves the focus where it was of use', async () => {
    const page = await open()
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '')
    await page.getByLabel('Drills of each hazard').fill('2')
    await page.getByRole('textbox', { name: 'Scenario (YAML)' }).focus()
    await page.keyboard.press('Control+Enter')
    await page.getByText(/^Done in/).waitFor({ timeout: 60_000 })
    expect(await focused()).toBe('text')
    await page.locator('#run').focus()
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe('stop')
    await page.getByText(/^Done in/).waitFor({ timeout: 60_000 })
    expect(await focused()).toBe('run')
    await page.close()
  })

  it('keeps what was written while one looks at an example', async () => {
    const page = await open()
    const editor = page.getByRole('textbox', { name: 'Scenario (YAML)' })
    const choice = page.getByLabel('Start from')
    await editor.fill('name: mine')
    expect(await choice.inputValue()).toBe('My own scenario')
    await choice.selectOption({ index: 1 })
    expect(await editor.inputValue()).toContain('firedrill: 1')
    await choice.selectOption('My own scenario')
    expect(await editor.inputValue()).toBe('name: mine')
    await page.close()
  })

  it('keeps what was typed when it is loaded again, but opens a link that comes after', async () => {
    const page = await open()
    const editor = page.getByRole('textbox', { name: 'Scenario (YAML)' })
    const link = await linkTo(page, '# of a link\n')
    await editor.fill('# my own\n')
    await page.getByLabel('Seed').fill('7')
    await page.reload()
    await page.getByRole('button', { name: 'Run' }).waitFor()
    await expect.poll(() => editor.inputValue()).toBe('# my own\n')
    expect(await page.getByLabel('Seed').inputValue()).toBe('7')
    await page.goto(link)
    await page.reload()
    await expect.poll(() => editor.inputValue()).toBe('# of a link\n')
    await page.close()
  })

  it('tells money in the currency of the scenario, and sorts by it', async () => {
    const page = await open()
    const editor = page.getByRole('textbox', { name: 'Scenario (YAML)' })
    await editor.fill(`${await editor.inputValue()}money: { currency: { code: EUR, usd: 1.25 } }\n`)
    await page.getByLabel('Drills of each hazard').fill('2')
    await runIn(page)
    await runIn(page)
    const outlay = page.locator('#comparison tr', { hasText: 'Outlay a year' }).locator('td')
    // $365.25 for the box and $120 for the line are $485.25.
    expect(await outlay.allTextContents()).toEqual(['Outlay a year', '€388', '€388', '±0'])
    const costs = page.locator('#cost table')
    await costs.getByRole('button', { name: 'Cost a year' }).click()
    const amounts = (await costs.locator('tbody td:last-child').allTextContents()).map((each) =>
      Number(each.replace(/[€,]/g, '')),
    )
    expect(amounts.length).toBeGreaterThan(2)
    expect(amounts).toEqual(amounts.toSorted((a, b) => a - b))
    await page.close()
  })

  it('compares two runs, and passes one on by a link', async () => {
    const page = await open()
    await page.getByLabel('Drills of each hazard').fill('3')
    const first = await runIn(page)
    await page.locator('#seed').fill('other')
    expect(await runIn(page)).not.toBe(first)
    expect(await page.getByRole('heading', { name: 'Compared with Run 1' }).count()).toBe(1)
    expect(await page.locator('#comparison tbody tr').count()).toBe(5)
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'page-compared.png') })
    await page.locator('#seed').fill('')
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText(/The link is/).waitFor()
    const link = await page.evaluate(() => location.hash)
    await page.close()
    const again = await open(link)
    expect(await again.getByLabel('Drills of each hazard').inputValue()).toBe('3')
    expect(await runIn(again)).toBe(first)
    await again.close()
  })

  it('says so when a link is damaged, and opens another in its place', async () => {
    const page = await open('#damaged')
    await page.getByText('The link is damaged').waitFor()
    const { hash } = new URL(await linkTo(page, 'name: of a link'))
    await page.evaluate((other) => (location.hash = other), hash)
    await expect.poll(() => page.getByRole('textbox', { name: 'Scenario (YAML)' }).inputValue()).toBe('name: of a link')
    await page.close()
  })

  it('gives files of the page and no others', async () => {
    const statusOf = async (path: string): Promise<number> => (await fetch(url + path)).status
    expect(await statusOf('')).toBe(200)
    expect(await statusOf('nothing.js')).toBe(404)
    expect(await statusOf('..%2f..%2f..%2fetc%2fpasswd')).toBe(404)
  })
})
