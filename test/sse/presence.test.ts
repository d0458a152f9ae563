import { describe, expect, it } from 'vitest'
import { connect, conversationId, present, shortly, start, watch } from '../support/watching.ts'
import { createStockHttpClient, recordHttp } from './stock-http.ts'

const poll = { interval: 5, timeout: 15_000 }

describe('presence over server-sent events', () => {
  it('has the same of a client that goes by them, and tells it the same', async () => {
    await using server = await start()
    await using ada = connect(server.url, 'ada', { transport: 'sse' })
    await using bob = connect(server.url, 'bob')
    const shown = ada.presence({ conversationId })
    shown.subscribe({})
    watch(ada)
    const leave = watch(bob)
    const both = [
      { userId: 'ada', metas: [{ transport: 'sse' }] },
      { userId: 'bob', metas: [{ transport: 'websocket' }] },
    ]
    await expect.poll(() => shown.store.getSnapshot(), poll).toMatchObject({ members: both, isLive: true })
    expect(server.telltale.presence(conversationId)).toEqual(shown.store.getSnapshot().members)
    leave()
    await bob.close()
    await expect.poll(() => shortly(shown.store.getSnapshot().members), poll).toEqual(['ada 1'])
    await ada.close()
    await expect.poll(() => present(server), poll).toEqual([])
  })

  it('has a stock client too, one meta a stream, for each is a connection of its own', async () => {
    await using server = await start()
    const trpc = createStockHttpClient(server.url, { token: 'cy' })
    const streams = [1, 2].map(() => recordHttp(trpc, { conversationId, from: 'live' }))
    await expect.poll(() => present(server), poll).toEqual(['cy 2'])
    const told: string[] = []
    const presence = trpc.status.presence.subscribe(
      { conversationId },
      {
        onData: ({ data }) =>
          told.push(`${data.type} ${shortly(data.type === 'state' ? data.members : data.leaves).join()}`),
      },
    )
    await expect.poll(() => told, poll).toEqual(['state cy 2'])
    streams[0]?.stop()
    await expect.poll(() => told, poll).toEqual(['state cy 2', 'diff cy 1'])
    expect(present(server)).toEqual(['cy 1'])
    streams[1]?.stop()
    await expect.poll(() => present(server), poll).toEqual([])
    presence.unsubscribe()
  })
})
