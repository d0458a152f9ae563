import { createServer } from 'node:http'
import { initTRPC } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocketServer } from 'ws'

// A server with the stock adapter, for requests that end its process. It tells its parent where it listens.
const t = initTRPC.create()
const router = t.router({ hello: t.procedure.query(() => 'hello') })
const server = createServer()
applyWSSHandler({ wss: new WebSocketServer({ server }), router })
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : null)
})
process.once('disconnect', () => process.exit(0))
