import { existsSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { BrowserContext } from 'playwright-core'
import { skipsWithout } from './real-parts.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** For `describe.skipIf`. */
export const noChromium = skipsWithout(
  existsSync(CHROMIUM),
  `no browser at ${CHROMIUM} (apt-get install chromium, or set CHROMIUM)`,
)

/** Headless, with nothing of its own that would go to the network. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts the machine's Chromium with a profile of its own. Whoever starts it closes it.
 * @throws Error where there is none, as in CI
 */
export async function startChromium(): Promise<BrowserContext> {
  if (!existsSync(CHROMIUM)) throw new Error(`no browser at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM`)
  const profile = await mkdtemp(join(tmpdir(), 'firedrill-profile-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: FLAGS,
  })
  context.once('close', () => rmSync(profile, { recursive: true, force: true, maxRetries: 3 }))
  return context
}

/** What its pages log, and errors that nobody catches, in the order of their coming. */
export function messagesOf(context: BrowserContext): string[] {
  const messages: string[] = []
  context.on('console', (message) => messages.push(message.text()))
  context.on('weberror', (error) => messages.push(String(error.error())))
  return messages
}
