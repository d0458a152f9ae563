import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { readTraffic, type Traffic } from './traffic.ts'

export type TabOptions = Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'reducedMotion'>

/** A tab that shows the demo, and what a person does in it. */
export interface Tab extends AsyncDisposable {
  readonly page: Page
  /** What must not happen on any tab of the profile: console errors and warnings, uncaught errors, foreign requests. */
  readonly faults: readonly string[]
  readonly traffic: Traffic
  /** Fills the form, by the labels of its fields, and publishes. */
  publish(category: string, fields: Record<string, string>): Promise<void>
  /** Everything the list shows, a text for each row, newest first. */
  readonly rows: () => Promise<string[]>
  /** How many updates there were, of all categories that are switched on. */
  readonly total: () => Promise<number>
  /** What the page says of the stream: `connection`, `integrity` or `missed`. */
  reading(name: string): Promise<string | null>
  /** Opens the page's own link to a second tab. */
  second(): Promise<Tab>
}

/** Opens an address in a profile of its own, and waits until its list is live. */
export async function openTab(browser: Browser, address: string, options: TabOptions = {}): Promise<Tab> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(15_000)
  const faults: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  context.on('weberror', (error) => faults.push(String(error.error())))
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(address).origin && !request.url().startsWith('data:')) {
      faults.push(`requested ${request.url()}`)
    }
  })
  const page = await context.newPage()
  const tab = drive(page, faults, () => context.close())
  await page.goto(address)
  await waitUntilLive(page)
  return tab
}

function drive(page: Page, faults: readonly string[], close: () => Promise<void>): Tab {
  const traffic = readTraffic(page)
  const list = page.getByRole('list', { name: /^Updates/ })
  return {
    page,
    faults,
    traffic,
    async publish(category, fields) {
      await page.getByRole('radio', { name: category }).check({ force: true })
      const form = page.getByRole('form', { name: 'Publish an update' })
      for (const [label, value] of Object.entries(fields)) await form.getByLabel(label, { exact: true }).fill(value)
      await form.getByRole('button', { name: 'Publish' }).click()
    },
    rows: () => list.getByRole('listitem').allInnerTexts(),
    total: async () => {
      const counts = await page.locator('.category-count').allInnerTexts()
      return counts.reduce((sum, count) => sum + (Number(count) || 0), 0)
    },
    reading: (name) => page.locator('.reading', { hasText: name }).getByRole('definition').textContent(),
    async second() {
      const opened = page.context().waitForEvent('page')
      await page.getByRole('link', { name: 'Second tab' }).click()
      const other = await opened
      const tab = drive(other, faults, () => other.close())
      await waitUntilLive(other)
      return tab
    },
    [Symbol.asyncDispose]: close,
  }
}

async function waitUntilLive(page: Page): Promise<void> {
  await page.getByText('Live, and nothing was missed.').waitFor()
}
