import type { Clock } from '../lib/clock.ts'

/** What a WebSocket class has to be like: the browser's, Node's own, or the one of the package `ws`. */
export type WebSocketClass = typeof WebSocket

/** How long the other side has to answer a goodbye, in milliseconds. */
const goodbyeTimeoutMs = 1_000

/** How long a server that is asked whether it is there has for an answer, in milliseconds. */
const probeTimeoutMs = 2_000

/** What a {@link watchSocket} looks out for. */
export interface SocketWatch {
  readonly clock: Clock
  /** A server that takes the call and then says nothing is given up after this time, in milliseconds. */
  readonly connectTimeoutMs: () => number
  /** The server's first words were that it does not want us. They come before the close, which may be too late to hear. */
  readonly onRefused: (code: string) => void
  /** Something came through. */
  readonly onProven: () => void
  /** It is over, and the server may have said when to come back, in milliseconds; one that opened and was let go before anything was said says nothing of the way it took. */
  readonly onLost: (wasProven: boolean, retryAfterMs: number) => void
  /** Those that are open, or may come to be, put themselves in here. */
  readonly sockets: Set<WatchedSocket>
}

/** A socket that is not closed. */
export interface WatchedSocket {
  readonly isOpen: boolean
  /** Asks whether anybody is there; where nobody is, it is lost soon. */
  probe(): void
  /** It is of no use: it is lost now. */
  drop(): void
}

/** Open for so long without a word, although it was asked for one, in milliseconds: nothing comes through. */
const mutedAfterMs = 9_000

/** The same class, watched over. */
export function watchSocket(Socket: WebSocketClass, watch: SocketWatch): WebSocketClass {
  const { clock, onRefused, onProven, onLost } = watch
  return class extends Socket {
    #isClosing = false

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      const cancel = clock.after(watch.connectTimeoutMs(), () => {
        if (this.readyState === Socket.CONNECTING) this.close()
      })
      for (const event of ['open', 'close', 'error'] as const) this.addEventListener(event, cancel)
      let openedAtMs: number | null = null
      let isProven = false
      let retryAfterMs = 0
      let hasFailed = false
      this.addEventListener('error', () => {
        hasFailed = true
      })
      const watched = this.#watched(clock)
      watch.sockets.add(watched)
      this.addEventListener('open', () => {
        openedAtMs = clock.now()
      })
      this.addEventListener('close', () => watch.sockets.delete(watched))
      const hearFirst = ({ data }: MessageEvent): void => {
        this.removeEventListener('message', hearFirst)
        isProven = true
        onProven()
        const refusal = refusalOf(data)
        retryAfterMs = refusal?.retryAfterMs ?? 0
        if (refusal) onRefused(refusal.code)
      }
      this.addEventListener('message', hearFirst)
      this.addEventListener(
        'close',
        () => {
          const isMuted = openedAtMs !== null && clock.now() - openedAtMs > mutedAfterMs
          if (isProven || openedAtMs === null || isMuted || !this.#isClosing) onLost(isProven, retryAfterMs)
          // Some classes say only that it is over; who waits for it to open would wait for ever.
          if (openedAtMs === null && !hasFailed) this.dispatchEvent(new Event('error'))
        },
        { once: true },
      )
    }

    #watched(clock: Clock): WatchedSocket {
      const isOpen = (): boolean => this.readyState === Socket.OPEN
      return {
        get isOpen() {
          return isOpen()
        },
        probe: () => this.#probe(clock),
        drop: () => this.#drop(),
      }
    }

    /** Asks for a sign of life. Who slept, or was offline, may hold on to somebody who is long gone. */
    #probe(clock: Clock): void {
      const cancel = clock.after(probeTimeoutMs, () => this.#drop())
      for (const event of ['message', 'close'] as const) this.addEventListener(event, cancel, { once: true })
      this.send('PING')
    }

    #drop(): void {
      this.#isClosing = true
      super.close()
      hangUp(this)
    }

    override close(code?: number, reason?: string): void {
      this.#isClosing = true
      const isFirst = this.readyState === Socket.CONNECTING || this.readyState === Socket.OPEN
      // A peer that is gone does not answer the goodbye either; who waited for it would wait for minutes.
      if (isFirst)
        this.addEventListener(
          'close',
          clock.after(goodbyeTimeoutMs, () => hangUp(this)),
        )
      super.close(code, reason)
    }
  }
}

/** Ends a socket without its peer: by force where the class can, else by saying that it is over. */
function hangUp(socket: WebSocket & { terminate?(): void }): void {
  if (socket.terminate) socket.terminate()
  else socket.dispatchEvent(new Event('close'))
}

/** An error that names no request is how a server refuses a connection; null for anything else. */
function refusalOf(data: unknown): { readonly code: string; readonly retryAfterMs: number } | null {
  if (typeof data !== 'string' || !data.startsWith('{"id":null,"error"')) return null
  try {
    const { error } = JSON.parse(data) as {
      error?: { data?: { code?: unknown; telltale?: { retryAfterMs?: unknown } } }
    }
    const { code, telltale } = error?.data ?? {}
    const retryAfterMs = typeof telltale?.retryAfterMs === 'number' ? telltale.retryAfterMs : 0
    return typeof code === 'string' ? { code, retryAfterMs } : null
  } catch {
    return null
  }
}
