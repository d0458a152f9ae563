import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright'
import { readTraffic, type Traffic } from './traffic.ts'

export type TabOptions = Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'reducedMotion'>

/** A tab that shows the demo, and what a person does and sees in it. */
export interface Tab extends AsyncDisposable {
  readonly page: Page
  /** What must not happen on any tab of the profile: console errors and warnings, uncaught errors, foreign requests. */
  readonly faults: string[]
  readonly traffic: Traffic
  /** Drops a file onto the conversation, as from a desktop. */
  drop(name: string, bytes: Uint8Array, type?: string): Promise<void>
  /** Takes one of the documents that come with the demo, with a rest after each step where it shall last. */
  take(sample: string, isSlow?: boolean): Promise<void>
  /** How the newest analysis of the conversation stands. */
  readonly state: () => Promise<string | null>
  /** The states of the steps that are shown, in their order. */
  readonly steps: () => Promise<string[]>
  /** What the newest analysis found, by name. */
  readonly findings: () => Promise<Record<string, string>>
  /** Fills the form, by the labels of its fields, and publishes. */
  publish(category: string, fields: Record<string, string>): Promise<void>
  /** Everything the list shows, a text for each row, newest first. */
  readonly rows: () => Promise<string[]>
  /** The places in the log of the updates that are listed, newest first. */
  readonly offsets: () => Promise<number[]>
  /** Switches a category on or off. */
  toggle(category: string): Promise<void>
  /** What the page says of the stream: `connection`, `integrity`, `missed` or `position`. */
  reading(name: string): Promise<string | null>
  /** Waits until the list is live. */
  untilLive(timeout?: number): Promise<void>
  /** Opens the page's own link to a second tab. */
  second(): Promise<Tab>
}

/** Opens an address in a profile of its own, and waits until its list is live. */
export async function openTab(browser: Browser, address: string, options: TabOptions = {}): Promise<Tab> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(20_000)
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
  await tab.untilLive()
  return tab
}

function drive(page: Page, faults: string[], close: () => Promise<void>): Tab {
  const traffic = readTraffic(page)
  const list = page.getByRole('list', { name: /^Updates/ })
  const newest = page.locator('[data-analysis]').last()
  const tab: Tab = {
    page,
    faults,
    traffic,
    async drop(name, bytes, type = 'application/octet-stream') {
      const data = await page.evaluateHandle(
        ([content, fileName, mime]) => {
          const transfer = new DataTransfer()
          const raw = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
          transfer.items.add(new File([raw], fileName, { type: mime }))
          return transfer
        },
        [Buffer.from(bytes).toString('base64'), name, type] as const,
      )
      const place = page.getByRole('form', { name: 'Give a document' })
      for (const event of ['dragenter', 'dragover', 'drop']) await place.dispatchEvent(event, { dataTransfer: data })
    },
    async take(sample, isSlow = false) {
      await page.getByRole('checkbox', { name: 'Slow down to watch' }).setChecked(isSlow)
      await page.locator(`.first-words [data-sample="${sample}"]`).click()
    },
    state: () => newest.getAttribute('data-state'),
    steps: () =>
      page.locator('[data-step]').evaluateAll((steps) => steps.map((step) => step.getAttribute('data-state') ?? '')),
    async findings() {
      const found = await newest
        .locator('[data-finding][data-value]')
        .evaluateAll((values) =>
          values.map((value) => [value.getAttribute('data-finding'), value.textContent] as [string, string]),
        )
      return Object.fromEntries(found)
    },
    async publish(category, fields) {
      const form = page.getByRole('form', { name: 'Publish an update' })
      const choice = form.getByRole('radio', { name: category })
      const isChosen = async (): Promise<boolean> => (await form.isVisible()) && choice.isChecked()
      // A list that begins anew in that moment closes it again.
      for (let tries = 0; tries < 5 && !(await isChosen()); tries++) {
        if (!(await form.isVisible())) await page.getByText('Say something yourself').click()
        await choice.check({ force: true, timeout: 2_000 }).catch(() => undefined)
      }
      if (!(await isChosen())) throw new Error(`the category ${category} could not be chosen`)
      for (const [label, value] of Object.entries(fields)) await form.getByLabel(label, { exact: true }).fill(value)
      await form.getByRole('button', { name: 'Publish' }).click()
    },
    rows: () => wordsOf(list.getByRole('listitem')),
    offsets: () =>
      list.locator('[data-offset]').evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-offset')))),
    toggle: (category) => page.locator(`.category-toggles button[data-category="${category}"]`).click(),
    reading: (name) => page.locator(`[data-reading="${name}"]`).getByRole('definition').textContent(),
    async untilLive(timeout = 20_000) {
      // On a phone it may be on the side that is not shown.
      const live = page.locator('[data-reading="integrity"]').getByText('live', { exact: true })
      await live.waitFor({ state: 'attached', timeout })
    },
    async second() {
      const opened = page.context().waitForEvent('page')
      await page.getByRole('link', { name: 'Second tab' }).click()
      const other = drive(await opened, faults, async () => (await opened).close())
      await other.untilLive()
      return other
    },
    [Symbol.asyncDispose]: close,
  }
  return tab
}

/** The words of elements, also of those that are out of sight, which the browser does not lay out. */
export function wordsOf(elements: Locator): Promise<string[]> {
  return elements.evaluateAll((all) =>
    all.map((element) => {
      const words: string[] = []
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
      while (walker.nextNode()) words.push(walker.currentNode.textContent?.trim() ?? '')
      return words.filter((word) => word !== '').join(' ')
    }),
  )
}
