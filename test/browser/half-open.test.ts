import { createTelltale, publicAccess } from '@telltale/server'
import { expect, it } from 'vitest'
import { seededRandom } from '../../packages/server/src/testing/seeded-random.ts'
import { bundleForBrowser } from '../packages/bundle.ts'
import { openChaosProxy } from '../support/chaos-proxy.ts'
import { isBrowserExpected, launchChromium } from './chromium.ts'

/** What the page of the test does: it writes down each state of the connection with its time, and what it was told. */
const script = `
  import { createTelltaleClient } from '/client.js'
  const client = createTelltaleClient({ url: location.hash.slice(1) })
  window.states = []
  window.texts = []
  client.connection.subscribe(() => window.states.push([client.connection.getSnapshot(), performance.now()]))
  client.status({ conversationId: 'c' }).subscribe({ update: ({ text }) => window.texts.push(text) })
`

declare global {
  interface Window {
    states: [string, number][]
    texts: string[]
  }
}

it.runIf(isBrowserExpected)(
  'a browser finds out within 18 seconds that nobody is there any more, and misses nothing once somebody is',
  async () => {
    const { code } = await bundleForBrowser('packages/client/src/index.ts')
    await using telltale = createTelltale({ access: publicAccess() })
    const { port } = await telltale.listen({
      port: 0,
      onRequest: ({ url }, response) => {
        const isClient = url === '/client.js'
        response.writeHead(200, { 'content-type': isClient ? 'text/javascript' : 'text/html; charset=utf-8' })
        response.end(
          isClient ? code : `<!doctype html><title>half open</title><script type="module">${script}</script>`,
        )
      },
    })
    const proxy = await openChaosProxy(port, seededRandom(1))
    await using browser = await launchChromium()
    const tab = await browser.newPage()
    try {
      await tab.goto(`http://127.0.0.1:${port}/#ws://127.0.0.1:${proxy.port}/trpc`)
      await tab.waitForFunction(() => window.states?.at(-1)?.[0] === 'open')
      telltale.status.info('c', 'before')
      await tab.waitForFunction(() => window.texts.length === 1)
      proxy.set('both', { hole: 'swallow' })
      const cutAt = await tab.evaluate(() => performance.now())
      telltale.status.info('c', 'into the hole')
      await tab.waitForFunction(() => window.states.at(-1)?.[0] === 'connecting', null, { timeout: 25_000 })
      const foundAt = await tab.evaluate(() => window.states.at(-1)?.[1] ?? 0)
      expect(foundAt - cutAt).toBeGreaterThan(1_000)
      // Half a second more for a machine that has other things to do.
      expect(foundAt - cutAt).toBeLessThan(18_500)
      proxy.heal()
      await tab.waitForFunction(() => window.texts.length === 2, null, { timeout: 25_000 })
      expect(await tab.evaluate(() => window.texts)).toEqual(['before', 'into the hole'])
    } finally {
      await proxy.close()
    }
  },
)
