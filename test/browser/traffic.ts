import type { Page } from 'playwright'

/** What goes over a page's WebSockets. */
export interface Traffic {
  /** How many subscriptions the page asked for. */
  readonly subscriptions: number
  /** How many it stopped. */
  readonly stops: number
  /** All that came in, as text. */
  readonly received: string
}

/** Listens to a page's WebSockets from now on. */
export function readTraffic(page: Page): Traffic {
  const sent: string[] = []
  const received: string[] = []
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => sent.push(String(payload)))
    socket.on('framereceived', ({ payload }) => received.push(String(payload)))
  })
  const count = (method: string): number => sent.flatMap(methodsOf).filter((name) => name === method).length
  return {
    get subscriptions() {
      return count('subscription')
    },
    get stops() {
      return count('subscription.stop')
    },
    get received() {
      return received.join('\n')
    },
  }
}

/** The methods of the requests in a frame: one, or several in one array. */
function methodsOf(frame: string): string[] {
  if (!frame.startsWith('{') && !frame.startsWith('[')) return []
  const requests: { method?: string }[] = [JSON.parse(frame)].flat()
  return requests.flatMap(({ method }) => method ?? [])
}
