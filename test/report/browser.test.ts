import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHARTS, writeResults } from '../../src/report/index.ts'
import { fixtureResults } from './fixture.ts'
import { messagesOf, noChromium, startChromium } from '../chromium.ts'
import { scratchFolder } from '../scratch-folder.ts'

describe.skipIf(noChromium)('report.html in a browser', () => {
  const scratch = scratchFolder('browser')
  let context: BrowserContext
  let url: string
  let messages: string[]
  const requests: string[] = []
  /** Where a person can look at what the browser showed. */
  const shots = process.env['SCREENSHOTS']

  beforeAll(async () => {
    const folder = join(scratch, 'run')
    const scenario = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
    await writeResults(fixtureResults({ replications: 20 }), scenario, folder)
    url = pathToFileURL(join(folder, 'report.html')).href
    context = await startChromium()
    messages = messagesOf(context)
    context.on('request', (request) => requests.push(request.url()))
  })

  afterAll(async () => {
    await context?.close()
  })

  async function open(colorScheme: 'light' | 'dark', width: number): Promise<Page> {
    const page = await context.newPage()
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    await page.goto(url)
    return page
  }

  it.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 390],
  ] as const)('is quiet, asks for nothing and does not scroll sideways: %s, %d pixels', async (scheme, width) => {
    messages.length = requests.length = 0
    const page = await open(scheme, width)
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBe(0)
    expect(messages).toEqual([])
    expect(requests).toEqual([url])
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${scheme}-${width}.png`), fullPage: true })
    await page.close()
  })

  it('has one h1, and no heading skips a level', async () => {
    const page = await open('light', 1200)
    const levels = await page.locator('h1, h2, h3, h4').evaluateAll((all) => all.map((each) => Number(each.tagName[1])))
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1)
    await page.close()
  })

  it('gives each chart a name and a description to those who do not see it', async () => {
    const page = await open('light', 1200)
    const charts = page.getByRole('img')
    expect(await charts.count()).toBe(Object.keys(CHARTS).length)
    for (const chart of await charts.all()) {
      const id = await chart.getAttribute('aria-describedby')
      expect((await page.locator(`#${id}`).textContent())!.length).toBeGreaterThan(40)
    }
    await page.getByRole('img', { name: 'Where the recovery time goes' }).waitFor({ timeout: 1000 })
    await page.close()
  })

  it('says what a mark stands for when one points at it', async () => {
    const page = await open('light', 1200)
    const mark = page.locator('#chart-rpo-rto-by-strategy [data-tip]').first()
    await mark.scrollIntoViewIfNeeded()
    await mark.hover({ force: true })
    const tooltip = page.getByRole('tooltip')
    await tooltip.waitFor({ timeout: 2000 })
    expect(await tooltip.textContent()).toMatch(/^weekly-full-daily-incremental, base after office-fire: RPO mean/)
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'hover.png') })
    await page.close()
  })

  it('shows the strategies that are chosen, in charts and tables alike', async () => {
    const page = await open('light', 1200)
    const rows = page.locator('#figures tbody tr:visible')
    const before = await rows.count()
    await page.getByLabel('nightly-321').uncheck()
    const marks = page.locator('#charts [data-cell="2"]')
    expect(await marks.first().evaluate((element) => getComputedStyle(element).opacity)).toBe('0.06')
    expect(await page.locator('#charts [data-cell="1"].off').count()).toBe(0)
    // Half of the cells is gone; so is half of the rows.
    expect(await rows.count()).toBe(before / 2)
    await page.getByLabel('wan-1g').uncheck()
    expect(await rows.count()).toBe(before / 4)
    await page.getByLabel('nightly-321').check()
    await page.getByLabel('wan-1g').check()
    expect(await rows.count()).toBe(before)
    await page.close()
  })

  it('sorts a table by a column, by keyboard too', async () => {
    const page = await open('light', 1200)
    const table = page.locator('#figures table').first()
    const means = async (): Promise<string[]> => table.locator('tbody tr td:nth-child(4)').allTextContents()
    await table.getByRole('button', { name: 'Mean', exact: true }).focus()
    await page.keyboard.press('Enter')
    const ascending = await means()
    const hours = (text: string): number => Number.parseFloat(text) * (text.endsWith('d') ? 24 : 1)
    expect(ascending.map(hours)).toEqual(ascending.map(hours).toSorted((a, b) => a - b))
    await page.keyboard.press('Enter')
    expect((await means()).map(hours)).toEqual(ascending.map(hours).toSorted((a, b) => b - a))
    expect(await table.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending')
    await page.close()
  })

  it('can be scrolled by keyboard where a table is wider than the page', async () => {
    const page = await open('light', 390)
    const regions = page.getByRole('region', { name: 'Items of cost with the inputs of their formulas' })
    await regions.focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => regions.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0)
    await page.close()
  })

  it.each(['light', 'dark'] as const)('has text and marks that stand out from the %s page', async (scheme) => {
    const page = await open(scheme, 1200)
    const ratios = await page.evaluate(() => {
      // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the browser, which has nothing else
      const luminance = (colour: string): number => {
        const channels = colour.match(/[\d.]+/g)!.slice(0, 3)
        const [red, green, blue] = channels.map((each) => {
          const value = Number(each) / 255
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
      }
      const paper = luminance(getComputedStyle(document.body).backgroundColor)
      const ratio = (selector: string): number => {
        const ink = luminance(getComputedStyle(document.querySelector(selector)!).color)
        return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)
      }
      return ['h1', '.about', '.good', '.bad', 'figcaption', 'td'].map(
        (selector) => [selector, ratio(selector)] as const,
      )
    })
    // WCAG 2.2, success criterion 1.4.3.
    for (const [selector, ratio] of ratios) expect(ratio, selector).toBeGreaterThan(4.5)
    await page.close()
  })

  it('prints dark on white even from a dark screen', async () => {
    const page = await open('dark', 1200)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    const colours = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body)
      return [color, backgroundColor]
    })
    expect(colours).toEqual(['rgb(31, 35, 40)', 'rgb(255, 255, 255)'])
    await page.close()
  })
})
