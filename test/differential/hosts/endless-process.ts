import { createServer } from 'node:http'
import { createTelltale, publicAccess } from '@telltale/server'
import { initTRPC } from '@trpc/server'

// A server of ours with a subscription that always has one more value. It tells its parent where it listens.
const t = initTRPC.create()
const router = t.router({
  endless: t.procedure.subscription(async function* () {
    for (let n = 0; ; n++) yield n
  }),
})
const server = createServer()
createTelltale({ access: publicAccess() }).attach(server, { router })
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : null)
})
process.once('disconnect', () => process.exit(0))
