import { createTelltale } from '@telltale/server'
import { expect, it } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { isBrowserExpected, launchChromium } from './chromium.ts'

it.runIf(isBrowserExpected)('a browser lets a page of another origin read our answers, when it is named', async () => {
  await using site = createTelltale()
  const { url: siteUrl } = await site.listen({ port: 0 })
  const { origin } = new URL(siteUrl.replace('ws', 'http'))
  await using named = await startServer({ origins: [origin] })
  await using unnamed = await startServer()
  await using browser = await launchChromium()
  const page = await browser.newPage()
  await page.goto(`${origin}/elsewhere`)
  const ask = (url: string): Promise<string> =>
    page.evaluate(
      async (to) => {
        const headers = { 'content-type': 'application/json', authorization: 'Bearer abc' }
        try {
          return await (await fetch(to, { method: 'POST', headers, body: '[]' })).text()
        } catch {
          return 'refused'
        }
      },
      url.replace('ws', 'http'),
    )
  expect(await ask(named.url)).toBe(':\n')
  expect(await ask(unnamed.url)).toBe('refused')
})
