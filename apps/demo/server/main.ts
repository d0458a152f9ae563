import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTelltale, publicAccess } from '@telltale/server'
import closeWithGrace from 'close-with-grace'
import { servePage } from './page.ts'
import { readSettings } from './settings.ts'

try {
  await start()
} catch (error) {
  console.error(`The demo did not start: ${reasonOf(error)}`)
  process.exit(1)
}

async function start(): Promise<void> {
  const { port, host, pageDir } = readSettings(process.env)
  const server = createServer(servePage(pageDir))
  const telltale = createTelltale({ access: publicAccess() })
  telltale.attach(server)

  server.listen(port, host)
  await once(server, 'listening')

  closeWithGrace({ delay: 10_000 }, async ({ err }) => {
    if (err) console.error(err)
    await telltale.close({ drainMs: 3_000 })
    server.close()
    server.closeAllConnections()
  })

  // Last: whoever waits for this line may connect, and stop us, at once.
  const isHere = ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(host)
  console.log(`http://${isHere ? 'localhost' : host}:${(server.address() as AddressInfo).port}`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  return code === 'EADDRINUSE' ? `port ${port} is in use, set PORT to another` : error.message
}
