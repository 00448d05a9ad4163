import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Results } from '../../src/experiment/results.ts'
import { CHARTS } from '../../src/report/charts/index.ts'
import { reportHtml } from '../../src/report/html/report-page.ts'
import { html } from '../../src/report/html/markup.ts'
import { loadRenderer } from '../../src/report/render.ts'
import { fixtureResults } from './fixture.ts'

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror="alert(2)">'"&`

async function page(results: Results, scenarioText = 'firedrill: 1\n'): Promise<string> {
  const renderer = await loadRenderer()
  const charts = []
  for (const [name, chart] of Object.entries(CHARTS)) {
    const spec = chart(results)
    if (spec !== undefined) charts.push({ name, spec, svg: await renderer.svg(spec, { described: true }) })
  }
  const versions = { firedrill: '0.1.0', node: '24', v8: '13', zstd: '1.5', openssl: '3', platform: 'linux x64' }
  return reportHtml({ results, charts, scenarioText, manifest: { created: '2026-11-01T00:00:00.000Z', versions } })
}

describe('the report page', () => {
  let text: string
  beforeAll(async () => {
    text = await page(fixtureResults({ replications: 5, days: 5 }))
  })

  it('has its sections and charts in the order of reading, the verdict first', async () => {
    const outline = [...text.matchAll(/<(h[1-6])[^>]*>([^<]*)</g)].map(([, tag, title]) => `${tag} ${title!.trim()}`)
    await expect(`${outline.join('\n')}\n`).toMatchFileSnapshot('golden/report-outline.txt')
  })

  it('says in the verdict what the terminal says', () => {
    expect(text).toMatch(/<p class="headline">\s*No strategy meets every objective in every drill\./)
  })

  it('allows nothing but its own style and script', () => {
    const hashOf = (tag: string): string => {
      const content = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(text)![1]!
      return `&#39;sha256-${createHash('sha256').update(content).digest('base64')}&#39;`
    }
    expect(text).toContain(`default-src &#39;none&#39;; script-src ${hashOf('script')}; style-src ${hashOf('style')};`)
    expect(text.match(/<script/g)).toHaveLength(1)
    expect(text).not.toMatch(/<link|<iframe|<img|\sstyle="|\son[a-z]+="|javascript:/)
  })

  it('lets marks say what they stand for, and to which strategy and hazard they belong', () => {
    const marks = [...text.matchAll(/ data-tip="([^"]+)" data-cell="(\d+)"(?: data-hazard="(\d+)")?/g)]
    expect(marks.length).toBeGreaterThan(200)
    const [, tip, cell, hazard] = marks.find(([, words]) =>
      words!.startsWith('nightly-321, base after ransomware: RPO'),
    )!
    expect([cell, hazard]).toEqual(['2', '2'])
    expect(tip).toMatch(/mean [\d.]+ (h|d) \(95 % interval .* to .*\), p95 .*, worst .*, n = 5/)
  })

  it('asks for nothing', () => {
    expect(text.replaceAll('http://www.w3.org/', '')).not.toMatch(/(src|href)="https?:|url\(https?:|@import/)
  })

  it('gives every id once, and every reference has its target', () => {
    const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, targets] of text.matchAll(/aria-(?:labelledby|describedby)="([^"]+)"/g)) {
      for (const target of targets!.split(' ')) expect(ids).toContain(target)
    }
    for (const [, target] of text.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(target)
  })

  it('names each drawing and describes it in words', () => {
    const drawings = [...text.matchAll(/<svg [^>]*>/g)].map(([tag]) => tag)
    expect(drawings).toHaveLength(Object.keys(CHARTS).length)
    for (const tag of drawings)
      expect(tag).toMatch(/role="img" aria-labelledby="[^"]+-title" aria-describedby="[^"]+-words"/)
  })

  it('draws in the colours of the page, so that dark and print can change them', () => {
    const drawings = text.slice(text.indexOf('id="charts"'), text.indexOf('id="figures"'))
    expect(drawings).toContain('fill="var(--ink)"')
    const colours = [...drawings.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour!)
    expect(new Set(colours.filter((colour) => !/^var\(--[a-z]+(-\d)?\)$/.test(colour)))).toEqual(new Set(['none']))
  })

  it('shows every item of cost with what it was worked out from', () => {
    const row = text.slice(text.indexOf('s3 stored')).replace(/<[^>]+>|\s+/g, ' ')
    expect(row).toMatch(/^s3 stored\s+29,400\s+GB-months\s+\$0\.0125\s+\$368/)
  })

  it('shows assumptions with source and mark', () => {
    expect(text).toMatch(/M-Trends 2025 &lt;https:\/\/example\.org\/\?a=1&amp;b=2&gt;/)
    expect(text).toContain('second-hand')
  })
})

describe('text of users', () => {
  it('is escaped wherever it stands', async () => {
    const results = fixtureResults({
      name: HOSTILE,
      strategies: [HOSTILE],
      topologies: [HOSTILE],
      hazards: [HOSTILE],
      replications: 2,
      days: 2,
    })
    const hostile = { ...results, warnings: [HOSTILE], seed: HOSTILE }
    const text = await page(hostile, HOSTILE)
    expect(text.match(/<script/g)).toHaveLength(1)
    expect(text).not.toMatch(/<img|<b>/)
    expect(text.match(/&lt;script&gt;alert\(1\)/g)!.length).toBeGreaterThan(20)
  })

  it('cannot leave its attribute or element', () => {
    expect(html`<p title="${HOSTILE}">${HOSTILE}</p>`.markup).toBe(
      '<p title="&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(2)&quot;&gt;&#39;&quot;&amp;">' +
        '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(2)&quot;&gt;&#39;&quot;&amp;</p>',
    )
  })
})
