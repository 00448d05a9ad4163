/** The page: edit a scenario, see what is wrong with it, run it, compare two runs, pass it on. */

import type { Results } from '../experiment/results.ts'
import { hazardNames } from '../report/charts/drawing/cells.ts'
import { enliven } from '../report/html/page-script.ts'
import { STYLE } from '../report/html/style.ts'
import choosing from '../../notebooks/choosing-a-strategy.yaml?raw'
import nines from '../../notebooks/nines.yaml?raw'
import bakery from '../../examples/bakery.yaml?raw'
import miniature from '../../scenarios/miniature.yaml?raw'
import { comparisonSection } from './comparison.ts'
import { offerCompletions } from './completion-list.ts'
import { keep, recall } from './kept.ts'
import type { Kept } from './kept.ts'
import type { Answer, Request, ScenarioProblem } from './messages.ts'
import { reportOf } from './report.ts'
import { fromFragment, toFragment } from './share.ts'

const EXAMPLES: Readonly<Record<string, string>> = {
  'Miniature: every figure can be checked on paper': miniature,
  'The bakery of the tutorial: three strategies, a fire and a deletion': bakery,
  'Choosing a strategy for a small office': choosing,
  'How many nines, and what they cost': nines,
}
const WRITTEN = 'My own scenario'
/** After the last keystroke, in milliseconds. */
const CHECK_AFTER_MS = 250

const text = element('text', HTMLTextAreaElement)
const numbers = element('numbers', HTMLPreElement)
const problems = element('problems', HTMLElement)
const seed = element('seed', HTMLInputElement)
const replications = element('replications', HTMLInputElement)
const runButton = element('run', HTMLButtonElement)
const stopButton = element('stop', HTMLButtonElement)
const progress = element('progress', HTMLProgressElement)
const status = element('status', HTMLElement)
const compare = element('compare', HTMLSelectElement)
const runs: Run[] = []
const checker = newWorker()
/** Checks asked for; an answer to an earlier one comes too late. */
let checks = 0
let runner: Worker | undefined
/** By the user, or in the link that was opened. */
let written = ''
let timer: ReturnType<typeof setTimeout> | undefined

checker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
  if (data.kind === 'schema') offerCompletions(text, data.schema)
  if (data.kind === 'checked' && data.number === checks) showProblems(data.problems, data.remarks)
  else if (data.kind === 'failed') status.textContent = data.message
})

// A sheet that is made here is not an inline style, which the page's policy forbids.
const sheet = new CSSStyleSheet()
sheet.replaceSync(STYLE)
document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets]

text.addEventListener('input', checkSoon)
text.addEventListener('scroll', () => (numbers.scrollTop = text.scrollTop))
runButton.addEventListener('click', start)
stopButton.addEventListener('click', () => finish('Stopped.'))
element('share', HTMLButtonElement).addEventListener('click', () => void share())
compare.addEventListener('change', showComparison)
const examples = element('examples', HTMLSelectElement)
for (const name of Object.keys(EXAMPLES)) examples.append(new Option(name))
examples.addEventListener('change', () => {
  text.value = EXAMPLES[examples.value] ?? written
  text.scrollTop = 0
  remember()
  check()
})
text.addEventListener('input', keepWritten)
for (const field of [text, seed, replications]) field.addEventListener('input', remember)
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  event.preventDefault()
  if (!runButton.disabled && !runButton.hidden) start()
})
// Opening another link on this page means opening its scenario.
globalThis.addEventListener('hashchange', () => void begin())
send(checker, { kind: 'schema' })
void begin(recall(location.hash))

/** @param kept from before the page was loaded again */
async function begin(kept?: Kept): Promise<void> {
  const shared = kept ?? (await fromFragment(location.hash.slice(1)))
  if (location.hash !== '' && shared === undefined) {
    const instead = text.value === '' ? 'here is an example instead' : 'what was here before is kept'
    status.textContent = `The link is damaged, so ${instead}.`
    if (text.value !== '') return
  }
  text.value = shared?.text ?? miniature
  seed.value = shared?.seed ?? ''
  replications.value = shared?.replications ?? ''
  if (kept !== undefined && kept.written !== '') offerWritten(kept.written)
  const example = Object.keys(EXAMPLES).find((name) => EXAMPLES[name] === text.value)
  if (example === undefined) keepWritten()
  else examples.value = example
  remember()
  check()
}

/** A reload of the page costs nothing that was typed. */
function remember(): void {
  keep(location.hash, { text: text.value, seed: seed.value, replications: replications.value, written })
}

/** What is no example stands in the list with them, so that looking at one does not cost it. */
function keepWritten(): void {
  offerWritten(text.value)
  examples.value = WRITTEN
}

function offerWritten(what: string): void {
  written = what
  if (![...examples.options].some(({ value }) => value === WRITTEN)) examples.add(new Option(WRITTEN), 0)
}

function checkSoon(): void {
  clearTimeout(timer)
  timer = setTimeout(check, CHECK_AFTER_MS)
  showNumbers([])
}

function check(): void {
  checks += 1
  send(checker, { kind: 'check', number: checks, text: text.value })
}

function showProblems(found: readonly ScenarioProblem[], remarks: readonly string[]): void {
  showNumbers(found)
  problems.replaceChildren()
  runButton.disabled = found.length > 0
  for (const { subject, message, place } of found) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = `Line ${place.line}, column ${place.column}: ${subject === '' ? '' : `${subject}: `}${message}`
    button.addEventListener('click', () => {
      const lines = text.value.split('\n').slice(0, place.line - 1)
      const at = lines.reduce((sum, line) => sum + line.length + 1, 0) + place.column - 1
      text.focus()
      text.setSelectionRange(at, at + Math.max(1, place.length))
    })
    problems.append(button)
  }
  for (const remark of remarks) {
    const line = document.createElement('p')
    line.textContent = `! ${remark}`
    problems.append(line)
  }
}

function showNumbers(found: readonly ScenarioProblem[]): void {
  const wrong = new Set(found.map(({ place }) => place.line))
  numbers.replaceChildren(
    ...text.value.split('\n').flatMap((_, index) => {
      const mark = document.createElement(wrong.has(index + 1) ? 'b' : 'span')
      mark.textContent = `${wrong.has(index + 1) ? '✘ ' : ''}${index + 1}`
      return [mark, '\n']
    }),
  )
  numbers.scrollTop = text.scrollTop
}

function start(): void {
  const count = replications.value.trim() === '' ? undefined : Number(replications.value)
  if (count !== undefined && !(Number.isInteger(count) && count >= 1)) {
    status.textContent = `Drills of each hazard: '${replications.value}' is not a whole number of at least 1.`
    return
  }
  runner = newWorker()
  stopButton.hidden = progress.hidden = false
  // A button that goes takes the focus with it.
  if (document.activeElement === runButton) stopButton.focus()
  runButton.hidden = true
  progress.value = 0
  status.textContent = 'Running…'
  const started_ms = performance.now()
  runner.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    if (data.kind === 'progress') {
      progress.value = data.share
      status.textContent = `${Math.round(data.share * 100)} % simulated`
    } else if (data.kind === 'failed') finish(`It failed: ${data.message}`)
    else if (data.kind === 'done') {
      finish(`Done in ${((performance.now() - started_ms) / 1000).toFixed(1)} s.`)
      void showResults(data.results)
    }
  })
  runner.addEventListener('error', ({ message }) => finish(`It failed: ${message}`))
  send(runner, { kind: 'run', text: text.value, seed: seed.value.trim(), replications: count })
}

function finish(message: string): void {
  runner?.terminate()
  runButton.hidden = false
  if (document.activeElement === stopButton) runButton.focus()
  stopButton.hidden = progress.hidden = true
  status.textContent = message
}

async function showResults(results: Results): Promise<void> {
  runs.push({ name: `Run ${runs.length + 1}`, results })
  const page = await reportOf(results)
  element('report', HTMLElement).innerHTML = page.markup
  for (const left of document.querySelectorAll('.choices, .tip')) left.remove()
  document.body.dataset['strategies'] = results.cells.map(({ strategy }) => strategy).join('\n')
  document.body.dataset['topologies'] = results.cells.map(({ topology }) => topology).join('\n')
  document.body.dataset['hazards'] = hazardNames(results).join('\n')
  enliven()
  const before = runs.slice(0, -1)
  element('compare-choice', HTMLElement).hidden = before.length === 0
  const chosen = compare.value
  compare.replaceChildren(new Option('nothing', ''), ...before.map((each) => new Option(aboutRun(each), each.name)))
  compare.value = before.some(({ name }) => name === chosen) ? chosen : (before.at(-1)?.name ?? '')
  showComparison()
  element('comparison-place', HTMLElement).scrollIntoView()
}

interface Run {
  readonly name: string
  readonly results: Results
}

function aboutRun({ name, results }: Run): string {
  const drills = results.replications === 1 ? '1 drill' : `${results.replications} drills`
  return `${name}: ${results.scenario.name}, seed ${results.seed}, ${drills} of each hazard`
}

function showComparison(): void {
  const [now, before] = [runs.at(-1), runs.find(({ name }) => name === compare.value)]
  element('comparison-place', HTMLElement).innerHTML =
    now === undefined || before === undefined
      ? ''
      : comparisonSection(now.results, before.results, { now: now.name, before: before.name }).markup
}

async function share(): Promise<void> {
  const fragment = await toFragment({ text: text.value, seed: seed.value, replications: replications.value })
  history.replaceState(undefined, '', `#${fragment}`)
  remember()
  try {
    await navigator.clipboard.writeText(location.href)
    status.textContent = 'The link is on the clipboard.'
  } catch {
    status.textContent = 'The link is in the address bar.'
  }
}

function newWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
}

function send(worker: Worker, request: Request): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  worker.postMessage(request)
}

function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.querySelector(`#${id}`)
  if (found instanceof kind) return found
  throw new Error(`the page has no ${id}`)
}
