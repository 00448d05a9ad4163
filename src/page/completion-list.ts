import { complete } from './completion.ts'
import type { Schema } from './completion.ts'

const MOST = 40
/** Of the editor's font, as page.css has it. */
const LINE_HEIGHT_PX = 13 * 1.45
const PADDING_PX = 8

/** Offers completions in the editor: after a letter, or when asked with Ctrl+Space. By keyboard or mouse. */
export function offerCompletions(text: HTMLTextAreaElement, schema: Schema): void {
  const list = document.createElement('ul')
  list.className = 'completions'
  list.id = 'completions'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', 'Completions')
  list.hidden = true
  text.after(list)
  text.setAttribute('aria-controls', list.id)
  const letterWidth_px = widthOfLetter(text)
  let word = ''
  let chosen = 0

  const close = (): void => {
    list.hidden = true
    text.removeAttribute('aria-activedescendant')
  }
  const choose = (index: number): void => {
    const items = [...list.children]
    chosen = (index + items.length) % items.length
    for (const [at, item] of items.entries()) item.setAttribute('aria-selected', String(at === chosen))
    const item = items[chosen]
    if (item === undefined) return
    text.setAttribute('aria-activedescendant', item.id)
    item.scrollIntoView({ block: 'nearest' })
  }
  const take = (): void => {
    const candidate = list.children[chosen]?.textContent ?? ''
    const caret = text.selectionStart
    text.setRangeText(candidate, caret - word.length, caret, 'end')
    close()
    text.dispatchEvent(new InputEvent('input', { inputType: 'insertReplacementText' }))
  }
  const open = (): void => {
    const before = text.value.slice(0, text.selectionStart)
    const completion = complete(before, schema)
    if (completion === undefined || completion.candidates.length === 0) {
      close()
      return
    }
    word = completion.word
    list.replaceChildren(
      ...completion.candidates.slice(0, MOST).map((candidate, index) => {
        const item = document.createElement('li')
        item.id = `completion-${index}`
        item.setAttribute('role', 'option')
        item.textContent = candidate
        item.addEventListener('pointerdown', (event) => {
          event.preventDefault()
          chosen = index
          take()
        })
        return item
      }),
    )
    const lines = before.split('\n')
    const column = (lines.at(-1)?.length ?? 0) - word.length
    list.style.left = `${text.offsetLeft + PADDING_PX + column * letterWidth_px - text.scrollLeft}px`
    list.style.top = `${text.offsetTop + PADDING_PX + lines.length * LINE_HEIGHT_PX - text.scrollTop}px`
    list.hidden = false
    choose(0)
  }

  text.addEventListener('input', (event) => {
    const typed = event instanceof InputEvent && event.inputType === 'insertText' ? event.data : null
    if (typed !== null && /^[\w-]$/.test(typed)) open()
    else close()
  })
  text.addEventListener('blur', close)
  text.addEventListener('scroll', close)
  text.addEventListener('keydown', (event) => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault()
      open()
    } else if (!list.hidden) {
      if (event.key === 'ArrowDown') choose(chosen + 1)
      else if (event.key === 'ArrowUp') choose(chosen - 1)
      else if (event.key === 'Enter' || event.key === 'Tab') take()
      else if (event.key === 'Escape') close()
      else return
      event.preventDefault()
    }
  })
}

function widthOfLetter(text: HTMLTextAreaElement): number {
  const sample = document.createElement('span')
  sample.textContent = 'x'.repeat(100)
  sample.style.font = getComputedStyle(text).font
  sample.style.position = 'absolute'
  document.body.append(sample)
  const width_px = sample.getBoundingClientRect().width / 100
  sample.remove()
  return width_px
}
