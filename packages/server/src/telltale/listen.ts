import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TelltaleError } from '@telltale/contract'
import { isLoopback } from '../transport/loopback.ts'
import type { AttachOptions, Listening, ListenOptions } from './telltale-type.ts'

/** Answers what is not for us, when the app does not. */
const answerNothing: RequestListener = (_request, response) => {
  response
    .writeHead(404, { 'content-type': 'text/plain' })
    .end('There is nothing here: tRPC is spoken at another path.\n')
}

/** Opens a port with our endpoint on it, with deadlines for those who connect and say nothing. */
export async function listenOn(
  { port = 4_000, host, path, onRequest = answerNothing }: ListenOptions,
  parts: { isLocalOnly: boolean; attach: (server: Server, options: AttachOptions) => unknown },
): Promise<Listening & { closeServer(): Promise<void> }> {
  const address = host ?? (parts.isLocalOnly ? '127.0.0.1' : undefined)
  if (parts.isLocalOnly && address !== 'localhost' && !isLoopback(address ?? '')) {
    const cure = 'give createTelltale an access option, such as publicAccess()'
    throw new TelltaleError('INVALID_OPTION', `others could reach ${address} without signing in: ${cure}`)
  }
  const server = createServer(
    { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 },
    onRequest,
  )
  parts.attach(server, path === undefined ? {} : { path })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address() as AddressInfo
  return {
    port: bound.port,
    url: `ws://localhost:${bound.port}${path ?? '/trpc'}`,
    server,
    closeServer: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
