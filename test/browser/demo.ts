import { createTelltaleClient, type TelltaleClient } from '@telltale/client'
import type { Browser } from 'playwright'
import type { SessionToken } from '../../apps/demo/api/people.ts'
import { buildPage } from './built-page.ts'
import { launchChromium } from './chromium.ts'
import { type DemoServer, startDemo } from './demo-server.ts'
import { openTab, type Tab, type TabOptions } from './tab.ts'

/** The demo, running: its page, its server and a browser. */
export interface Demo extends AsyncDisposable {
  readonly server: DemoServer
  readonly browser: Browser
  /** Shows a conversation in a browser profile of its own, and waits until it is live. */
  open(conversationId: string, options?: TabOptions): Promise<Tab>
  /** Reads and publishes beside the page, as any program would that signs in as Grace. */
  client(): TelltaleClient
  /** Starts the server again, at the address it had. */
  restart(): Promise<void>
}

/** Builds the page, starts the server and the browser. What was started is ended again when the rest fails. */
export async function openDemo(
  mode: 'production' | 'development' = 'production',
  env: Record<string, string> = {},
): Promise<Demo> {
  await using starting = new AsyncDisposableStack()
  const page = starting.use(await buildPage(mode))
  let server = await startDemo(page.directory, 0, env)
  starting.defer(() => server[Symbol.asyncDispose]())
  const browser = await launchChromium()
  starting.defer(() => browser.close())
  const started = starting.move()
  return {
    get server() {
      return server
    },
    browser,
    open: (conversationId, options) => openTab(browser, `${server.url}/?conversation=${conversationId}`, options),
    client: () =>
      createTelltaleClient({
        url: `${server.url.replace('http', 'ws')}/trpc`,
        token: () => signIn(server.url, 'grace'),
      }),
    async restart() {
      server = await startDemo(page.directory, server.port, env)
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

/** Signs somebody in; the token. */
export async function signIn(url: string, personId: string): Promise<string> {
  const response = await fetch(`${url}/api/session/${personId}`, { method: 'POST' })
  return ((await response.json()) as SessionToken).token
}
