import { createTelltaleClient } from '@telltale/client'
import { createTelltale } from '@telltale/server'
import { afterEach, expect, it } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { showTools } from './delivery-change.ts'
import { follow } from './delivery-client.ts'
import { client as placedClient } from './delivery-places.ts'
import { connect, read } from './delivery-stock.ts'
import { hint } from './delivery-worth.ts'

const poll = { interval: 5, timeout: 10_000 }

afterEach(() => placedClient.close())

it('the guide’s reader writes what came, and where something is missing, that it is', async () => {
  await using server = await startServer({ limits: { queueLimit: 3 } })
  const client = createTelltaleClient({ url: server.url })
  const lines: string[] = []
  const reading = follow(client, 'c', (line) => lines.push(line))
  await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
  for (let number = 1; number <= 5; number++) server.telltale.status.info('c', `${number}`)
  await expect.poll(() => lines, poll).toEqual(['2 missed (overflow); it is now: undefined', '3', '4', '5'])
  await client.close()
  await reading
})

it('the guide’s stream carries tools for a while, and what came before them comes in the state', async () => {
  await using server = await startServer()
  await using client = createTelltaleClient({ url: server.url })
  server.telltale.status.tool('c', 'Searched the web')
  const stream = client.status({ conversationId: 'c', categories: ['info', 'error'] })
  const subscription = stream.subscribe({})
  await expect.poll(() => stream.store.getSnapshot().integrity, poll).toBe('live')
  const lines: string[] = []
  const enough = Promise.withResolvers<void>()
  const shown = showTools(client, 'c', (line) => lines.push(line), enough.promise)
  await expect.poll(() => stream.store.getSnapshot().latest, poll).toMatchObject({ tool: { text: 'Searched the web' } })
  server.telltale.status.tool('c', 'Reading a page')
  await expect.poll(() => lines, poll).toEqual(['tool: Reading a page'])
  enough.resolve()
  await shown
  expect([...stream.categories].sort()).toEqual(['error', 'info'])
  subscription.unsubscribe()
})

it('the guide’s hint is said, with what it is worth', async () => {
  const telltale = createTelltale()
  hint(telltale, 'c', 3)
  await telltale.flush()
  const { updates } = await telltale.createCaller({ userId: 'u' }).status.history({ conversationId: 'c' })
  expect(updates).toMatchObject([{ text: 'About 3 s left', priority: 'low', key: 'time left' }])
  await telltale.close()
})

it('the guide’s stock client reads on where it was when it is cut', async () => {
  await using server = await startServer()
  const client = connect(server.url, async () => 'a token')
  const lines: string[] = []
  const subscription = read(client, 'c', (line) => lines.push(line))
  await expect.poll(() => server.telltale.size().readers, poll).toBe(1)
  server.telltale.status.info('c', 'before')
  await expect.poll(() => lines, poll).toEqual(['before'])
  server.cut()
  server.telltale.status.info('c', 'meanwhile')
  await expect.poll(() => lines, poll).toEqual(['before', 'meanwhile'])
  subscription.unsubscribe()
  await client.close()
})
