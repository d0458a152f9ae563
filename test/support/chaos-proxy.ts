import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import type { Random } from '@telltale/server'
import { ChaosPipe, calm, type Weather } from './chaos-proxy-pipe.ts'

export type { Weather } from './chaos-proxy-pipe.ts'

/** Which way bytes go. */
export type Direction = 'toClient' | 'toServer' | 'both'

/** One connection through the proxy. */
export interface ChaosConnection {
  /** Changes the weather of this connection alone. */
  set(direction: Direction, change: Partial<Weather>): void
  /** Ends both sides with a TCP reset. */
  reset(): void
}

/** A TCP proxy on this machine that treats bytes as bad networks do. Everything can be changed while it runs. */
export interface ChaosProxy {
  readonly port: number
  readonly url: string
  /** How many connections there were so far, those that were turned away too. */
  readonly connections: number
  /** Those that are open, oldest first. */
  readonly open: readonly ChaosConnection[]
  /** What becomes of new connections: `refuse` resets them, `mute` takes them and says nothing. */
  door: 'open' | 'refuse' | 'mute'
  /** Changes the weather for all, and for those to come. */
  set(direction: Direction, change: Partial<Weather>): void
  /** Ends all bad weather and opens the door. */
  heal(): void
  /** Resets every connection now. */
  reset(): void
  /** New connections go to another port, as a load balancer has it. */
  retarget(port: number): void
  close(): Promise<void>
}

/** Opens a proxy in front of a port of this machine. */
export async function openChaosProxy(target: number, random: Random): Promise<ChaosProxy> {
  const sockets = new Set<Socket>()
  const open = new Set<ChaosConnection>()
  const weather = { toClient: calm, toServer: calm }
  let upstreamPort = target
  let connections = 0

  function keep(socket: Socket): void {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    connections++
    keep(client)
    if (proxy.door === 'refuse') return void client.resetAndDestroy()
    if (proxy.door === 'mute') return void client.resume()
    const upstream = connect({ port: upstreamPort, host: '127.0.0.1', allowHalfOpen: true })
    keep(upstream)
    const pipes = {
      toServer: new ChaosPipe(client, upstream, weather.toServer, random),
      toClient: new ChaosPipe(upstream, client, weather.toClient, random),
    }
    const connection: ChaosConnection = {
      set: (direction, change) => {
        for (const way of waysOf(direction)) pipes[way].set(change)
      },
      reset() {
        client.resetAndDestroy()
        upstream.resetAndDestroy()
      },
    }
    open.add(connection)
    const leave = (): void => {
      if (!client.destroyed || !upstream.destroyed) return
      open.delete(connection)
      pipes.toServer.stop()
      pipes.toClient.stop()
    }
    client.once('close', leave)
    upstream.once('close', leave)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy: ChaosProxy = {
    port,
    url: `ws://127.0.0.1:${port}/trpc`,
    get connections() {
      return connections
    },
    get open() {
      return [...open]
    },
    door: 'open',
    set(direction, change) {
      for (const way of waysOf(direction)) weather[way] = { ...weather[way], ...change }
      for (const connection of open) connection.set(direction, change)
    },
    heal() {
      proxy.door = 'open'
      proxy.set('both', calm)
    },
    reset() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    retarget(next) {
      upstreamPort = next
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
  return proxy
}

function waysOf(direction: Direction): readonly ('toClient' | 'toServer')[] {
  return direction === 'both' ? ['toClient', 'toServer'] : [direction]
}
