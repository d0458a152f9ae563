import { beforeAll, describe, expect, it } from 'vitest'
import { steps } from '../../apps/demo/api/analysis.ts'
import { knownFindings, knownPdf } from '../demo/known-document.ts'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'

const patience = { timeout: 30_000, interval: 20 }
const one = (state: string): string[] => steps.map(() => state)

describe.runIf(isBrowserExpected)('a document on the page', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  it('that is dropped is read step by step, and its numbers are those that were counted by hand', async () => {
    await using tab = await demo.open('dropped')
    await tab.page.getByRole('checkbox', { name: 'Slow down to watch' }).check()
    await tab.drop('boats.pdf', await knownPdf(), 'application/pdf')
    const now = tab.page.locator('.now-line')
    for (const { name, title } of steps) {
      const step = tab.page.locator(`[data-step="${name}"]`)
      await step.and(tab.page.locator('[data-state="running"], [data-state="succeeded"]')).waitFor()
      expect(await step.getByRole('heading').textContent()).toBe(title)
      // Nothing is said to be done before it is.
      const states = await tab.steps()
      const reached = states.findLastIndex((state) => state !== 'planned')
      expect(states.slice(0, Math.max(0, reached)).every((state) => state === 'succeeded')).toBe(true)
    }
    await now.and(tab.page.locator('[data-state="succeeded"]')).waitFor()
    expect(await tab.steps()).toEqual(one('succeeded'))
    expect(await now.textContent()).toMatch(/Analysed boats\.pdf in \d/)
    await expect.poll(tab.findings, patience).toMatchObject(knownFindings)
    const { language } = await tab.findings()
    expect(language).toBe('English')
    expect(await tab.page.locator('[data-phrase="boat"]').getAttribute('data-count')).toBe('3')
    expect(await tab.page.locator('[data-link="https://boats.example/log"]').getAttribute('data-well-formed')).toBe(
      'true',
    )
    expect(tab.faults).toEqual([])
  })

  it('tells each step once when it begins and once when it ends, and every other kind of status', async () => {
    await using tab = await demo.open('told')
    await tab.take('essay')
    await expect.poll(tab.state, patience).toBe('succeeded')
    await using client = demo.client()
    const { updates } = await client.history({ conversationId: 'told', limit: 200 })
    const told = updates.flatMap(({ category, metadata: { step }, span }) =>
      category === 'workflow' && step !== undefined ? [`${String(step)} ${span?.state}`] : [],
    )
    expect(told).toEqual(steps.flatMap(({ name }) => [`${name} started`, `${name} succeeded`]))
    expect(new Set(updates.map(({ category }) => category))).toEqual(
      new Set(['workflow', 'tool', 'engine', 'progress']),
    )
    await expect.poll(tab.offsets, patience).toEqual(updates.map(({ offset }) => offset).toReversed())
  })

  it.each([
    ['empty', 'nothing.txt', new Uint8Array(), 'EMPTY'],
    [
      'a picture',
      'picture.png',
      Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ', 'base64'),
      'UNSUPPORTED_TYPE',
    ],
    ['a torn PDF', 'torn.pdf', Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog'), 'UNREADABLE'],
    ['20 MB long', 'long.txt', Buffer.alloc(20 * 1_024 * 1_024, 'words '), 'TOO_LARGE'],
  ])('that is %s is refused with a reason, and the page goes on', async (_what, name, bytes, code) => {
    await using tab = await demo.open(`refused-${code}`)
    await tab.drop(name, bytes)
    await expect.poll(tab.state, patience).toBe('failed')
    expect(await tab.page.locator(`[data-analysis] [data-code="${code}"]`).textContent()).toContain(code)
    await expect.poll(async () => (await tab.rows()).join('\n'), patience).toMatch(/\berror\b/)
    await tab.page.getByRole('textbox', { name: 'Text to analyse' }).fill('It goes on. It does.')
    await tab.page.getByRole('button', { name: 'Analyse' }).click()
    await expect.poll(tab.state, patience).toBe('succeeded')
    expect(await tab.findings()).toMatchObject({ sentences: '2', words: '5' })
    // A browser reports by itself that an answer was not a success.
    expect(tab.faults.filter((fault) => !fault.startsWith('Failed to load resource'))).toEqual([])
  })

  it('is let go of when it is cancelled, and what it was at is not said to go on', async () => {
    await using tab = await demo.open('cancelled')
    await tab.take('essay', true)
    await tab.page.locator('[data-step="parse"][data-state="succeeded"]').waitFor()
    await tab.page.getByRole('button', { name: /^Cancel/ }).click()
    await expect.poll(tab.state, patience).toBe('cancelled')
    await expect.poll(tab.steps, patience).not.toContain('running')
    await expect.poll(async () => tab.page.locator('#now-line-title').textContent(), patience).toBe('Cancelled')
    await using client = demo.client()
    const { head } = await client.history({ conversationId: 'cancelled', limit: 1 })
    await tab.drop('next.txt', Buffer.from('Another one. It is short.'))
    await expect.poll(tab.state, patience).toBe('succeeded')
    // Nothing of the first was said any more.
    const { updates } = await client.history({ conversationId: 'cancelled', limit: 200 })
    const later = updates.filter(({ offset }) => offset > offsetOf(head))
    expect(new Set(later.map(({ metadata }) => metadata['analysisId'])).size).toBe(1)
  })

  it('can be given by keyboard alone, and its statuses chosen', async () => {
    await using tab = await demo.open('keys')
    const { page } = tab
    const { keyboard } = page
    const focused = () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.tagName)
    const reach = async (what: RegExp): Promise<void> => {
      for (let key = 0; key < 40; key++) {
        await keyboard.press('Tab')
        if (what.test((await focused()) ?? '')) return
      }
      throw new Error(`no way to ${what} by Tab`)
    }
    await reach(/TEXTAREA/)
    await keyboard.type('Keys are enough. Nobody needs a mouse.')
    await keyboard.press('ControlOrMeta+Enter')
    await expect.poll(tab.state, patience).toBe('succeeded')
    expect(await tab.findings()).toMatchObject({ sentences: '2', words: '7' })
    await reach(/^progress/)
    await keyboard.press('Space')
    await expect.poll(() => page.locator('button[data-category="progress"]').getAttribute('aria-pressed')).toBe('false')
    await expect.poll(async () => (await tab.rows()).join(), patience).not.toMatch(/\bprogress\b/)
    expect(tab.faults).toEqual([])
  })

  it('is shown to a second tab as it is to the first', async () => {
    await using tab = await demo.open('second')
    await tab.take('guide', true)
    await tab.page.locator('[data-step="language"][data-state="succeeded"]').waitFor()
    await using other = await tab.second()
    for (const each of [tab, other]) await expect.poll(each.state, patience).toBe('succeeded')
    await expect.poll(other.offsets, patience).toEqual(await tab.offsets())
    expect(await other.rows()).toEqual(await tab.rows())
    expect(await other.steps()).toEqual(one('succeeded'))
    await expect.poll(other.findings, patience).toEqual(await tab.findings())
  })
})

/** The place in the log that a position names: the second of its parts, in base 36. */
function offsetOf(position: string): number {
  return Number.parseInt(position.split('.')[1] ?? '', 36)
}
