import { createTelltaleClient } from '@telltale/client'
import { SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { greet } from './presence-client.ts'
import { createServer, isWatching } from './presence-server.ts'

const poll = { interval: 5, timeout: 15_000 }
const conversationId = 'c1'
const secret = 'a secret for the tests of the guides'

const tokenOf = (sub: string, claims: object): Promise<string> =>
  new SignJWT({ conversations: [conversationId], ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret))

it('the guide’s server knows who watches, and its client is told who comes and goes, by name', async () => {
  await using telltale = createServer(secret)
  const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
  const connect = (sub: string, claims = {}) => createTelltaleClient({ url, token: () => tokenOf(sub, claims) })
  await using reader = connect('cy')
  const said: string[] = []
  const stop = greet(reader, conversationId, (text) => said.push(text))
  const { store } = reader.presence({ conversationId })
  const unsubscribe = store.subscribe(() => undefined)
  await expect.poll(() => store.getSnapshot().isLive, poll).toBe(true)
  const ada = connect('ada', { name: 'Ada' })
  const bob = connect('bob')
  ada.status({ conversationId }).subscribe({})
  await expect.poll(() => said, poll).toEqual(['Ada is here'])
  bob.status({ conversationId }).subscribe({})
  await expect.poll(() => said.at(-1), poll).toBe('bob is here')
  expect(['ada', 'bob', 'cy'].map((userId) => isWatching(telltale, conversationId, userId))).toEqual([
    true,
    true,
    false,
  ])
  await ada.close()
  await expect.poll(() => said, poll).toEqual(['Ada is here', 'bob is here', 'Ada went'])
  stop()
  unsubscribe()
  await bob.close()
})
