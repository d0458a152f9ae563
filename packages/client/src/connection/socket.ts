import type { Clock } from '../lib/clock.ts'

/** What a WebSocket class has to be like: the browser's, Node's own, or the one of the package `ws`. */
export type WebSocketClass = typeof WebSocket

/** The class with a limit on how long a connection may take: a server that takes the call and says nothing is given up. */
export function withConnectTimeout(Socket: WebSocketClass, timeoutMs: number, clock: Clock): WebSocketClass {
  return class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      const cancel = clock.after(timeoutMs, () => {
        if (this.readyState === Socket.CONNECTING) this.close()
      })
      this.addEventListener('open', cancel)
      this.addEventListener('close', cancel)
      this.addEventListener('error', cancel)
    }
  }
}
