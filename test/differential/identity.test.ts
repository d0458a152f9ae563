import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Access, createTelltale } from '@telltale/server'
import { initTRPC } from '@trpc/server'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'

const ownRoomsOnly: Access = {
  authenticate: ({ token }) => (token === null ? null : { userId: token }),
  authorize: ({ userId }, _, conversationId) => conversationId === `room-of-${userId}`,
}

it('users whose app gives all of them one context object stay who they are', async () => {
  await using telltale = createTelltale({ access: ownRoomsOnly })
  const t = initTRPC.create()
  const context = { database: 'the only one' }
  const server = createServer()
  telltale.attach(server, { router: t.router({ live: telltale.router }), createContext: () => context })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const ada = await connect(port, 'ada')
  const bob = await connect(port, 'bob')
  expect(await ada.mayRead('room-of-ada')).toBe(true)
  expect(await bob.mayRead('room-of-bob')).toBe(true)
  expect(await ada.mayRead('room-of-bob')).toBe(false)
  expect(await ada.mayRead('room-of-ada')).toBe(true)
  for (const { socket } of [ada, bob]) socket.terminate()
  await telltale.close()
  server.close()
})

async function connect(port: number, token: string) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/trpc?connectionParams=1`)
  await once(socket, 'open')
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
  const mayRead = async (conversationId: string): Promise<boolean> => {
    const params = { path: 'live.status.snapshot', input: { conversationId } }
    socket.send(JSON.stringify({ id: 1, method: 'query', params }))
    const [answer] = await once(socket, 'message')
    return 'result' in JSON.parse(String(answer))
  }
  return { socket, mayRead }
}
