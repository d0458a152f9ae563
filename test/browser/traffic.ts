import type { Page } from 'playwright'

/** What goes over a page's WebSockets. */
export interface Traffic {
  /** How many subscriptions the page asked for. */
  readonly subscriptions: number
  /** How many it stopped. */
  readonly stops: number
  /** How many WebSockets it opened. */
  readonly sockets: number
  /** How often it gave an open connection another token. */
  readonly refreshes: number
  /** All that came in, as text. */
  readonly received: string
}

/** Listens to a page's WebSockets from now on. */
export function readTraffic(page: Page): Traffic {
  const sent: string[] = []
  const received: string[] = []
  let sockets = 0
  page.on('websocket', (socket) => {
    sockets++
    socket.on('framesent', ({ payload }) => sent.push(String(payload)))
    socket.on('framereceived', ({ payload }) => received.push(String(payload)))
  })
  const requests = (): Request[] => sent.flatMap(requestsOf)
  const count = (wanted: string): number => requests().filter(({ method }) => method === wanted).length
  return {
    get subscriptions() {
      return count('subscription')
    },
    get stops() {
      return count('subscription.stop')
    },
    get sockets() {
      return sockets
    },
    get refreshes() {
      return requests().filter(({ params }) => params?.path === 'auth.refresh').length
    },
    get received() {
      return received.join('\n')
    },
  }
}

interface Request {
  readonly method?: string
  readonly params?: { readonly path?: string }
}

/** The requests in a frame: one, or several in one array. */
function requestsOf(frame: string): Request[] {
  if (!frame.startsWith('{') && !frame.startsWith('[')) return []
  const requests: Request | Request[] = JSON.parse(frame)
  return [requests].flat()
}
