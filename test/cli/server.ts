import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createTelltale, type Telltale, type TelltaleOptions } from '@telltale/server'
import { onTestFinished } from 'vitest'

/** A server in the test's own process, on a free port, until the test is over. */
export async function listen(
  options: TelltaleOptions<Telltale['contract']> = {},
): Promise<{ telltale: Telltale; url: string }> {
  const telltale = createTelltale(options)
  onTestFinished(() => telltale.close({ drainMs: 100 }))
  const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
  return { telltale, url }
}

/** An address where nobody serves: whoever calls is hung up on. */
export async function hangUp(): Promise<string> {
  const server = createServer((socket) => socket.destroy())
  onTestFinished(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/trpc`
}
