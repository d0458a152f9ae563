import type { ReadableStore } from '@telltale/client'

/**
 * Cuts the line between this page and the server, for real: what hangs on it drops. Who calls meanwhile gets no answer
 * until the line is whole again, as in a dead zone.
 */
export interface Scissors {
  /** Give it to the client: its sockets can be cut. */
  readonly WebSocket: typeof WebSocket
  /** Give it to the client: its event streams can be cut. */
  readonly fetch: typeof fetch
  /** Cuts the line for a while, in milliseconds. Again while it is cut does nothing. */
  cut(ms: number): void
  /** When the line is whole again, as `Date.now()` says it; `null` while it is. */
  readonly mendsAt: ReadableStore<number | null>
}

/** Makes scissors for one line. */
export function createScissors(): Scissors {
  const sockets = new Set<WebSocket>()
  const listeners = new Set<() => void>()
  let line = new AbortController()
  let mended = Promise.withResolvers<void>()
  let mendsAt: number | null = null

  function set(value: number | null): void {
    mendsAt = value
    for (const listener of listeners) listener()
  }

  class CuttableSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      let isHeld = false
      sockets.add(this)
      // First in line to hear, so that nobody else hears of it before its time.
      this.addEventListener('open', (event) => {
        if (mendsAt === null) return
        event.stopImmediatePropagation()
        isHeld = true
        void mended.promise.then(() => {
          isHeld = false
          if (this.readyState === WebSocket.OPEN) this.dispatchEvent(new Event('open'))
        })
      })
      this.addEventListener('close', () => {
        sockets.delete(this)
        // One that never opened, as others saw it, ends with an error.
        if (isHeld) this.dispatchEvent(new Event('error'))
      })
    }
  }

  return {
    WebSocket: CuttableSocket,
    async fetch(input, init) {
      if (mendsAt !== null) await mended.promise
      const signals = init?.signal ? [init.signal, line.signal] : [line.signal]
      return fetch(input, { ...init, signal: AbortSignal.any(signals) })
    },
    cut(ms) {
      if (mendsAt !== null) return
      mended = Promise.withResolvers()
      set(Date.now() + ms)
      line.abort(new TypeError('the line is cut'))
      for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.close()
      setTimeout(() => {
        line = new AbortController()
        set(null)
        mended.resolve()
      }, ms)
    },
    mendsAt: {
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      getSnapshot: () => mendsAt,
    },
  }
}

/** What cuts the line of this page, so that one can see it come back. */
export const scissors = createScissors()
