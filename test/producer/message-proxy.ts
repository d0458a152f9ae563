import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

/** What becomes of a message: `swallow` loses it, `cut` loses it and the connection with it. */
export type Fate = 'pass' | 'swallow' | 'cut'

/** A proxy that knows messages, of both directions, and loses those it is told to. */
export interface MessageProxy extends AsyncDisposable {
  /** For a client: `ws://…/trpc`. */
  readonly url: string
  /** How many connections there were so far. */
  readonly connections: number
  /** Everything that came from clients, in order; PINGs too. */
  readonly asked: readonly string[]
  /** Asked for each message to the server. */
  onRequest: (text: string) => Fate
  /** Asked for each message from the server. */
  onAnswer: (text: string) => Fate
  /** While true nobody gets through. */
  isDown: boolean
  /** Ends every connection without a goodbye. */
  cut(): void
}

/** Opens a proxy in front of a server's url. */
export async function openMessageProxy(target: string): Promise<MessageProxy> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const asked: string[] = []
  const sockets = new Set<WebSocket>()
  let connections = 0

  function track(socket: WebSocket): void {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  }

  server.on('connection', (near, { url = '' }) => {
    track(near)
    if (proxy.isDown) return near.terminate()
    connections++
    const far = new WebSocket(new URL(url, target))
    track(far)
    const waiting: string[] = []
    const end = (): void => {
      near.terminate()
      far.terminate()
    }
    near.once('close', end)
    far.once('close', end)
    far.once('open', () => {
      for (const text of waiting) far.send(text)
      waiting.length = 0
    })
    near.on('message', (data) => {
      const text = data.toString()
      asked.push(text)
      const fate = proxy.onRequest(text)
      if (fate === 'cut') end()
      else if (fate === 'pass' && far.readyState === WebSocket.OPEN) far.send(text)
      else if (fate === 'pass') waiting.push(text)
    })
    far.on('message', (data) => {
      const text = data.toString()
      const fate = proxy.onAnswer(text)
      if (fate === 'cut') end()
      else if (fate === 'pass') near.send(text)
    })
  })
  await once(server, 'listening')
  const proxy: MessageProxy = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/trpc`,
    get connections() {
      return connections
    },
    asked,
    onRequest: () => 'pass',
    onAnswer: () => 'pass',
    isDown: false,
    cut() {
      for (const socket of sockets) socket.terminate()
    },
    async [Symbol.asyncDispose]() {
      proxy.cut()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}

/** Whether a message publishes something. */
export const isPublish = (text: string): boolean => text.includes('"status.publishMany"')

/** Whether a message tells what became of what was published. */
export const isPublished = (text: string): boolean => text.includes('"accepted"')
