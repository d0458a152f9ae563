import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A line to a server that can be cut and mended. */
export interface Line extends AsyncDisposable {
  readonly url: string
  /** Drops every connection, and each new one, until it is mended. */
  cut(): void
  mend(): void
}

/** Lays a line to a port of this machine. */
export async function layLine(port: number): Promise<Line> {
  const sockets = new Set<Socket>()
  let isWhole = true
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => other.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      other.destroy()
    })
  }
  const server = createServer((near) => {
    if (!isWhole) {
      near.destroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    keep(near, far)
    keep(far, near)
    near.pipe(far).pipe(near)
  })
  const cut = (): void => {
    isWhole = false
    for (const socket of sockets) socket.destroy()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      isWhole = true
    },
    [Symbol.asyncDispose]: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
