/* oxlint-disable unicorn/consistent-function-scoping -- the function is sent to the browser as text, with all it needs inside */

/**
 * What the page adds for readers with a script: the meaning of a mark under the pointer, a choice of strategies and
 * hazards, sortable tables. Without it the page is complete. It runs in the browser and knows only the document:
 * `data-tip`, `data-cell` and `data-hazard` on marks; on the body the strategy and the topology of each cell, and all
 * hazards.
 */
export function enliven(): void {
  const { body } = document
  const names = (key: string): string[] => (body.dataset[key] ?? '').split('\n').filter((name) => name !== '')
  const [strategies, topologies, hazards] = [names('strategies'), names('topologies'), names('hazards')]
  const onOneTopology = new Set(topologies).size <= 1
  const cells = strategies.map((strategy, index) =>
    onOneTopology ? strategy : `${strategy} on ${topologies[index] ?? ''}`,
  )
  const off = new Set<string>()

  for (const row of document.querySelectorAll<HTMLTableRowElement>('tbody tr')) {
    for (const { textContent } of row.cells) {
      const text = (textContent ?? '').trim()
      const cell = cells.indexOf(text)
      if (cell !== -1) row.dataset['cell'] = String(cell)
      const hazard = hazards.findIndex((name) => text.startsWith(`${name} → `))
      if (hazard !== -1) row.dataset['hazard'] = String(hazard)
    }
  }

  const refresh = (): void => {
    for (const element of document.querySelectorAll<HTMLElement | SVGElement>('[data-cell], [data-hazard]')) {
      const { cell, hazard } = element.dataset
      const about = [
        cell === undefined ? '' : `strategy ${strategies[Number(cell)]}`,
        cell === undefined ? '' : `topology ${topologies[Number(cell)]}`,
        hazard === undefined ? '' : `hazard ${hazards[Number(hazard)]}`,
      ]
      element.classList.toggle(
        'off',
        about.some((each) => off.has(each)),
      )
    }
  }

  const offer = (legend: string, kind: string, all: readonly string[]): void => {
    const different = [...new Set(all)]
    if (different.length < 2) return
    const field = document.createElement('fieldset')
    field.append(Object.assign(document.createElement('legend'), { textContent: legend }))
    for (const name of different) {
      const label = document.createElement('label')
      const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: true })
      box.addEventListener('change', () => {
        if (box.checked) off.delete(`${kind} ${name}`)
        else off.add(`${kind} ${name}`)
        refresh()
      })
      label.append(box, ` ${name}`)
      field.append(label)
    }
    choices.append(field)
  }
  const choices = Object.assign(document.createElement('form'), { className: 'choices' })
  choices.setAttribute('aria-label', 'What charts and tables show')
  offer('Strategies', 'strategy', strategies)
  offer('Topologies', 'topology', topologies)
  offer('Hazards', 'hazard', hazards)
  if (choices.childElementCount > 0) document.querySelector('#verdict')?.after(choices)

  const tooltip = Object.assign(document.createElement('div'), { className: 'tip', hidden: true })
  tooltip.setAttribute('role', 'tooltip')
  body.append(tooltip)
  document.addEventListener('pointermove', ({ target, clientX, clientY }) => {
    const mark = target instanceof Element ? target.closest<SVGElement>('[data-tip]:not(.off)') : null
    tooltip.hidden = mark === null
    if (mark === null) return
    tooltip.textContent = mark.dataset['tip'] ?? ''
    const left = Math.min(clientX + 12, window.innerWidth - tooltip.offsetWidth - 8)
    const below = clientY + 16 + tooltip.offsetHeight < window.innerHeight
    tooltip.style.left = `${Math.max(8, left)}px`
    tooltip.style.top = `${below ? clientY + 16 : clientY - tooltip.offsetHeight - 8}px`
  })

  // Prefixes and units of quantities as the page writes them, in their base unit.
  const scale: Record<string, number> = {
    s: 1,
    min: 60,
    h: 3600,
    d: 86_400,
    y: 31_557_600,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
  }
  /** The first quantity of a text as a number; undefined when it begins otherwise. */
  const quantityIn = (text: string): number | undefined => {
    const found = /^[✔✘<>\s]*([−-]?)(?:[$€£¥]|[A-Z]{3} )?([\d.,]+)\s*(min|[shdy](?![a-z])|[kMGTPE])?/u.exec(text)
    if (found === null) return undefined
    const [, sign, digits = '', unit = ''] = found
    const value = Number(digits.replaceAll(',', ''))
    return (sign === '' ? value : -value) * (scale[unit] ?? 1)
  }
  const compare = (a: string, b: string): number => {
    const [x, y] = [quantityIn(a), quantityIn(b)]
    if (x !== undefined && y !== undefined && x !== y) return x - y
    if ((x === undefined) !== (y === undefined)) return x === undefined ? 1 : -1
    return a.localeCompare(b, 'en')
  }
  for (const table of document.querySelectorAll('table')) {
    const { tHead } = table
    const rows = table.tBodies[0]
    if (tHead === null || rows === undefined || rows.rows.length < 2) continue
    // Sorted, rows would leave the headings that they stand under.
    if (rows.querySelector('[scope=rowgroup]') !== null) continue
    const heads = [...tHead.querySelectorAll('th')]
    for (const [column, head] of heads.entries()) {
      const button = Object.assign(document.createElement('button'), { type: 'button' })
      button.append(...head.childNodes)
      head.append(button)
      button.addEventListener('click', () => {
        const ascending = head.getAttribute('aria-sort') !== 'ascending'
        for (const each of heads) each.removeAttribute('aria-sort')
        head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending')
        const text = (row: HTMLTableRowElement): string => (row.cells[column]?.textContent ?? '').trim()
        const sorted = [...rows.rows].toSorted((a, b) => compare(text(a), text(b)))
        rows.append(...(ascending ? sorted : sorted.toReversed()))
      })
    }
  }
}

/** As it stands in the page. */
export const PAGE_SCRIPT = `(${enliven.toString()})()`
