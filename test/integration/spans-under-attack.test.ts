import { createTelltaleClient } from '@telltale/client'
import type { Contract } from '@telltale/contract'
import {
  type Access,
  createTelltale,
  memoryBackplane,
  publicAccess,
  type Telltale,
  type TelltaleOptions,
} from '@telltale/server'
import { describe, expect, it } from 'vitest'

const poll = { interval: 20, timeout: 15_000 }
const conversationId = 'c1'
const startedAt = new Date(0).toISOString()

async function listening(options: TelltaleOptions<Contract> = {}) {
  const telltale = createTelltale({ access: publicAccess(), ...options })
  const { port } = await telltale.listen({ port: 0, host: '127.0.0.1' })
  return { telltale, url: `ws://127.0.0.1:${port}/trpc`, http: `http://127.0.0.1:${port}/trpc` }
}

async function statesIn(telltale: Telltale): Promise<string[]> {
  const { spans } = await telltale.createCaller({ userId: 'reader' }).status.snapshot({ conversationId })
  const { open = [], ended = [] } = spans.tool ?? {}
  return [...open, ...ended].map(({ id, state }) => `${id} ${state}`).sort()
}

/** An update of a span as one request over plain HTTP. */
function post(http: string, id: string, state: 'started' | 'running'): Promise<Response> {
  const update = { conversationId, category: 'tool', text: id, span: { id, name: id, state, startedAt } }
  return fetch(`${http}/status.publish`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(update),
  })
}

describe('one update with an impossible duration', () => {
  it('takes nobody along that waits with it', async () => {
    const { telltale, url } = await listening()
    const client = createTelltaleClient({ url })
    const own = telltale.status.startSpan({ conversationId, category: 'tool', name: 'own' })
    const span = { id: 'wild', name: 'wild', state: 'running' as const, startedAt, durationMs: 2 ** 53 - 1 }
    const wild = client.publish({ conversationId, category: 'tool', text: 'wild', span })
    own.end()
    await expect(wild).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    const longest = { ...span, durationMs: 3_155_760_000_000 }
    await client.publish({ conversationId, category: 'tool', text: 'longest', span: longest })
    expect(await statesIn(telltale)).toEqual([`${own.id} succeeded`, 'wild running'].sort())
    await client.close()
    await telltale.close({ drainMs: 0 })
  })
})

describe('a producer without a name', () => {
  it('that vanishes while its call is looked at leaves nothing running', async () => {
    let isAsked = (): void => undefined
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve
    })
    let allow = (_is: boolean): void => undefined
    const access: Access = {
      authenticate: () => ({ userId: 'u' }),
      authorize(_identity, action) {
        if (action !== 'publish') return true
        isAsked()
        return new Promise<boolean>((resolve) => {
          allow = resolve
        })
      },
    }
    const limits = { leaseLapseMs: 600, leaseSweepMs: 50 }
    const { telltale, http } = await listening({ access, limits })
    const leaving = new AbortController()
    const body = {
      conversationId,
      category: 'tool',
      text: 'x',
      span: { id: 'gone', name: 'x', state: 'started', startedAt },
    }
    const headers = { 'content-type': 'application/json' }
    const request = { method: 'POST', headers, body: JSON.stringify(body), signal: leaving.signal }
    const call = fetch(`${http}/status.publish`, request).catch(() => null)
    await asked
    leaving.abort()
    await call
    await expect.poll(() => telltale.size().connections, poll).toBe(0)
    allow(true)
    await expect.poll(async () => (await statesIn(telltale)).length, poll).toBe(1)
    await expect.poll(() => statesIn(telltale), poll).toEqual(['gone lost'])
    await telltale.close({ drainMs: 0 })
  })

  it('over plain HTTP answers for each of its spans by what it says of it, and one that lapsed stops no other', async () => {
    const { telltale, http } = await listening({ limits: { leaseLapseMs: 1_500, leaseSweepMs: 50 } })
    await post(http, 'dead', 'started')
    await post(http, 'alive', 'started')
    await expect
      .poll(async () => {
        await post(http, 'alive', 'running')
        return statesIn(telltale)
      }, poll)
      .toEqual(['alive running', 'dead lost'])
    expect((await post(http, 'new', 'started')).status).toBe(200)
    await telltale.close({ drainMs: 0 })
  })
})

describe('a reader with a floor of priority', () => {
  it('is told what changes of the spans it was shown', async () => {
    const { telltale, url } = await listening()
    const span = telltale.status.startSpan({ conversationId, category: 'tool', name: 'work' })
    span.retrying({ attempt: 2, of: 3 })
    await telltale.flush()
    const client = createTelltaleClient({ url })
    const stream = client.status({ conversationId, minPriority: 'high' })
    const stop = stream.store.subscribe(() => undefined)
    await expect.poll(() => stream.spans[0]?.state, poll).toBe('retrying')
    span.update('again')
    await expect.poll(() => stream.spans[0]?.state, poll).toBe('running')
    span.end()
    await expect.poll(() => stream.spans[0]?.state, poll).toBe('succeeded')
    stop()
    await client.close()
    await telltale.close({ drainMs: 0 })
  })
})

describe('a flood', () => {
  it('does not shed where a span stands, nor how far it is', async () => {
    const { telltale } = await listening({ limits: { queueLimit: 20 } })
    const waits = telltale.status.startSpan({ conversationId, category: 'tool', name: 'waits' })
    const counts = telltale.status.startSpan({ conversationId, category: 'progress', name: 'counts' })
    await telltale.flush()
    waits.waiting({ for: 'user approval' })
    counts.progress(99, 100)
    for (let n = 0; n < 500; n++) telltale.status.info(conversationId, `${n}`, {}, { priority: 'high' })
    await telltale.flush()
    const { spans } = await telltale.createCaller({ userId: 'reader' }).status.snapshot({ conversationId })
    expect(spans).toMatchObject({
      tool: { open: [{ state: 'waiting', waitingFor: 'user approval' }] },
      progress: { open: [{ progress: { current: 99, total: 100, percent: 99 } }] },
    })
    await telltale.close({ drainMs: 0 })
  })
})

describe('what one says of a span again after its conversation was forgotten', () => {
  it('is answered as the first time, and opens nothing', async () => {
    const telltale = createTelltale({ backplane: memoryBackplane({ conversationsMax: 1 }) })
    const caller = telltale.createCaller({ userId: 'u' })
    const said = (id: string, state: 'started' | 'succeeded') =>
      caller.status.publish({
        conversationId,
        category: 'tool',
        text: id,
        id,
        span: { id: 's', name: 's', state, startedAt },
      })
    const first = await said('a', 'started')
    await said('b', 'succeeded')
    for (const other of ['c2', 'c3']) telltale.status.info(other, 'elsewhere')
    await telltale.flush()
    expect(await said('a', 'started')).toEqual(first)
    expect([await statesIn(telltale), telltale.size().openSpans]).toEqual([[], 0])
    await telltale.close({ drainMs: 0 })
  })
})
