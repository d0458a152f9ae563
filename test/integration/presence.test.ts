import { createTelltale, type Telltale } from '@telltale/server'
import { TRPCClientError } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { describe, expect, it } from 'vitest'
import { createStockClient } from '../support/stock-client.ts'
import { access, connect, conversationId, present, readStock, shortly, start, watch } from '../support/watching.ts'

const poll = { interval: 5, timeout: 15_000 }

describe('who watches a conversation', () => {
  it('is one member a user and one meta a connection, however many streams that has', async () => {
    await using server = await start()
    await using ada = connect(server.url, 'ada')
    await using otherTab = connect(server.url, 'ada')
    await using bob = connect(server.url, 'bob')
    watch(ada)
    ada.status({ conversationId, categories: ['tool'] }).subscribe({})
    watch(otherTab)
    watch(bob)
    watch(bob, 'c2')
    await expect.poll(() => server.telltale.size().readers, poll).toBe(5)
    expect([present(server), present(server, 'c2'), present(server, 'c3')]).toEqual([['ada 2', 'bob 1'], ['bob 1'], []])
    const [member] = server.telltale.presence(conversationId)
    const ids = member?.metas.map(({ connectionId }) => connectionId)
    expect(new Set(ids).size).toBe(2)
    expect(member?.metas[0]).toEqual({
      connectionId: expect.stringMatching(/^[a-z0-9]{12}$/),
      joinedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      transport: 'websocket',
    })
  })

  it('is told in the order it happens: who comes, with which connection, and who goes', async () => {
    await using server = await start({ limits: { flushIntervalMs: 0 } })
    await using reader = readStock(server.url)
    await expect.poll(() => reader.frames.length, poll).toBe(1)
    await using ada = connect(server.url, 'ada')
    await using otherTab = connect(server.url, 'ada')
    await using bob = connect(server.url, 'bob')
    const leaves: (() => void)[] = []
    for (const client of [ada, otherTab, bob]) {
      const { length } = reader.frames
      leaves.push(watch(client))
      await expect.poll(() => reader.frames.length, poll).toBe(length + 1)
    }
    for (const client of [otherTab, bob, ada]) {
      const { length } = reader.frames
      await client.close()
      await expect.poll(() => reader.frames.length, poll).toBe(length + 1)
    }
    const told = reader.frames.map(({ data }) =>
      data.type === 'state' ? data.members.length : `+${shortly(data.joins).join()} -${shortly(data.leaves).join()}`,
    )
    expect(told).toEqual([0, '+ada 1 -', '+ada 1 -', '+bob 1 -', '+ -ada 1', '+ -bob 1', '+ -ada 1'])
    expect(new Set(reader.frames.map(({ id }) => id)).size).toBe(7)
    expect([reader.members, reader.errors]).toEqual([[], []])
  })

  it('is not who only asks who watches, nor who reads in the same process', async () => {
    await using server = await start()
    await using ada = connect(server.url, 'ada')
    const presence = ada.presence({ conversationId })
    presence.subscribe({})
    await expect.poll(() => presence.store.getSnapshot().isLive, poll).toBe(true)
    const ending = new AbortController()
    const reading = server.telltale.subscribe({ conversationId, signal: ending.signal })[Symbol.asyncIterator]()
    await reading.next()
    const caller = server.telltale.createCaller({ userId: 'worker' })
    const streaming = (await caller.status.subscribe({ conversationId }))[Symbol.asyncIterator]()
    await streaming.next()
    expect(server.telltale.size().readers).toBe(2)
    expect([present(server), presence.store.getSnapshot().members]).toEqual([[], []])
    ending.abort()
    await streaming.return?.()
  })

  it('is who the token says, whatever the input says', async () => {
    await using server = await start({ presence: ({ userId }) => ({ name: userId.toUpperCase() }) })
    const socket = new WebSocket(`${server.url}?connectionParams=1`)
    socket.onopen = () => {
      const evil = { userId: 'bob', info: { name: 'BOB' }, connectionId: 'x', identity: { userId: 'bob' } }
      const input = { json: { conversationId, from: 'live', ...evil } }
      const data = { token: 'eve', userId: 'bob', connectionId: 'x' }
      socket.send(JSON.stringify({ method: 'connectionParams', data }))
      socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'status.subscribe', input } }))
    }
    await expect.poll(() => present(server), poll).toEqual(['eve 1'])
    expect(server.telltale.presence(conversationId)).toMatchObject([
      { userId: 'eve', info: { name: 'EVE' }, metas: [{ connectionId: expect.not.stringMatching(/^x$/) }] },
    ])
    socket.close()
    await expect.poll(() => present(server), poll).toEqual([])
  })

  it('comes with what the app tells of each, and without what is unfit', async () => {
    await using server = await start({
      presence: ({ userId }) => {
        if (userId === 'bob') throw new Error('no such profile')
        return { name: userId.repeat(userId === 'cy' ? 1_000 : 1) }
      },
    })
    await using ada = connect(server.url, 'ada')
    await using bob = connect(server.url, 'bob')
    await using cy = connect(server.url, 'cy')
    for (const client of [ada, bob, cy]) watch(client)
    await expect.poll(() => present(server), poll).toEqual(['ada 1', 'bob 1', 'cy 1'])
    const infos = server.telltale.presence(conversationId).map(({ info }) => info)
    expect(infos).toEqual([{ name: 'ada' }, undefined, undefined])
  })

  it('is told over an adapter of somebody else only where that is allowed', async () => {
    const identity = (): { userId: string } => ({ userId: 'u' })
    const t = initTRPC.context<object>().create()
    const through = (telltale: Telltale) =>
      t
        .createCallerFactory(t.router({ live: telltale.router }))({})
        .live.status.presence({ conversationId })
    await using refusing = createTelltale({ identity })
    await expect(through(refusing)).rejects.toMatchObject({ cause: { code: 'UNSAFE_TRANSPORT' } })
    await using allowing = createTelltale({ identity, unsafeTransport: true })
    const frames = (await through(allowing))[Symbol.asyncIterator]()
    // In process a tracked value is a pair.
    expect(await frames.next()).toMatchObject({ value: { 1: { type: 'state', members: [] } } })
    const next = frames.next()
    await allowing.close()
    expect(await next).toMatchObject({ done: true })
  })

  it('cannot be asked of what is no conversation', async () => {
    await using server = await start()
    expect(() => server.telltale.presence('no id!')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })
})

const shapeOf = (error: unknown): unknown => (error instanceof TRPCClientError ? error.shape : error)

describe('who may not see a conversation', () => {
  it('may not see who watches it, and is told the same as of one that does not exist', async () => {
    const denials: string[] = []
    await using server = await start({
      access: {
        ...access,
        authorize: ({ userId }, action, id) => {
          const may = userId === 'ada' && id === 'secret'
          if (!may) denials.push(`${userId} ${action} ${id}`)
          return may
        },
      },
    })
    await using ada = connect(server.url, 'ada')
    watch(ada, 'secret')
    await expect.poll(() => present(server, 'secret'), poll).toEqual(['ada 1'])
    await using secret = readStock(server.url, 'secret')
    await using unknown = readStock(server.url, 'unknown')
    await expect.poll(() => [secret.errors.length, unknown.errors.length], poll).toEqual([1, 1])
    const [told, toldOfNone] = [secret, unknown].map(({ errors }) => shapeOf(errors[0]))
    expect(told).toMatchObject({
      message: 'no such conversation',
      data: { code: 'NOT_FOUND', path: 'status.presence', telltale: { code: 'NOT_FOUND', retryable: false } },
    })
    expect(toldOfNone).toEqual(told)
    expect([secret.frames, unknown.frames]).toEqual([[], []])
    const reader = createStockClient(server.url)
    const refusals: unknown[] = []
    const onError = (error: unknown): unknown => refusals.push(error)
    reader.trpc.status.subscribe.subscribe({ conversationId: 'secret' }, { onError })
    await expect.poll(() => refusals.length, poll).toBe(1)
    // A reader of updates is refused in the same words, under another procedure's name.
    expect(JSON.stringify(shapeOf(refusals[0])).replace('subscribe', 'presence')).toBe(JSON.stringify(told))
    await reader.close()
    expect(denials.sort()).toEqual(['guest presence secret', 'guest presence unknown', 'guest subscribe secret'])
  })

  it('is no watcher of it', async () => {
    await using server = await start()
    await using ada = connect(server.url, 'ada')
    const errors: unknown[] = []
    ada.status({ conversationId: 'secret' }).subscribe({ error: (error) => errors.push(error) })
    await expect.poll(() => errors.length, poll).toBe(1)
    expect(present(server, 'secret')).toEqual([])
  })
})
