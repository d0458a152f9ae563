// Takes the README's pictures of the demo and records its clip, as a person would see them: `npm run pictures`.
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { chromiumFlags, findChromium } from '../chromium.mjs'
import { startDemo } from './demo.ts'
import { encodeGif } from './gif.ts'
import { record } from './recorder.ts'

const folder = fileURLToPath(new URL('../../docs/pictures', import.meta.url))
const patienceMs = 60_000

const executablePath = findChromium()
if (!executablePath) throw new Error('no Chromium found, set CHROMIUM_PATH to one')
await mkdir(folder, { recursive: true })
await using demo = await startDemo()
const browser = await chromium.launch({ executablePath, args: chromiumFlags })
try {
  await takeClip(browser)
  await takeConversation(browser)
  await takePhone(browser)
  // Last: its ten go on in the background.
  await takeOverview(browser)
} finally {
  await browser.close()
}

/** In the middle of a document: half of the answer is there, and one step is running. */
async function takeConversation(on: Browser): Promise<void> {
  const page = await show(on, 'how-telltale-looks', { viewport: { width: 1_280, height: 860 }, deviceScaleFactor: 2 })
  await give(page)
  await step(page, 'phrases', 'running')
  await page.screenshot({ path: `${folder}/conversation.png` })
  await page.context().close()
}

async function takeOverview(on: Browser): Promise<void> {
  const page = await show(on, 'overview-of-ten', {
    viewport: { width: 1_280, height: 800 },
    colorScheme: 'dark',
    deviceScaleFactor: 2,
  })
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('button', { name: 'Run ten at once' }).click()
  // The three of before are done, and the shortest of the ten is.
  await page.locator('[data-conversation][data-state="succeeded"]').nth(3).waitFor()
  await page.screenshot({ path: `${folder}/overview.png` })
  await page.context().close()
}

async function takePhone(on: Browser): Promise<void> {
  const page = await show(on, 'on-a-phone', {
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
    deviceScaleFactor: 2,
  })
  await give(page)
  await page.getByRole('button', { name: 'Live timeline' }).click()
  await step(page, 'phrases', 'running')
  await page.screenshot({ path: `${folder}/phone.png` })
  await page.context().close()
}

/** A document is given, the line is cut in the middle, and what was missed meanwhile comes. */
async function takeClip(on: Browser): Promise<void> {
  const page = await show(on, 'the-line-is-cut', { viewport: { width: 1_120, height: 700 } })
  const recorder = record(page)
  await give(page)
  await step(page, 'language', 'succeeded')
  await page.getByRole('button', { name: 'Cut the connection' }).click()
  await page.getByText(/^(Caught up|Back):/).waitFor({ timeout: patienceMs })
  await page.locator('[data-analysis][data-state="succeeded"]').waitFor({ timeout: patienceMs })
  await page.waitForTimeout(2_500)
  const frames = await recorder.stop()
  await writeFile(`${folder}/demo.gif`, encodeGif(frames))
  await page.context().close()
}

async function show(on: Browser, conversationId: string, options: BrowserContextOptions): Promise<Page> {
  const context = await on.newContext(options)
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  await page.goto(`${demo.url}/?conversation=${conversationId}`)
  await page.locator('[data-reading="integrity"]').getByText('live', { exact: true }).waitFor({ state: 'attached' })
  return page
}

/** Gives the essay, slowly enough to be watched; the page says so. */
async function give(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: 'Slow down to watch' }).check()
  await page.locator('.first-words [data-sample="essay"]').click()
}

async function step(page: Page, name: string, state: string): Promise<void> {
  await page.locator(`[data-step="${name}"][data-state="${state}"]`).waitFor({ state: 'attached' })
}
