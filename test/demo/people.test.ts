import { createTelltaleClient, type TelltaleClient } from '@telltale/client'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { ConversationSummary } from '../../apps/demo/api/analysis.ts'
import { type RunningDemo, runDemo } from './running-demo.ts'

const poll = { timeout: 20_000, interval: 10 }
let demo: RunningDemo
beforeAll(async () => {
  demo = await runDemo()
  return () => demo[Symbol.asyncDispose]()
})

/** A client that is somebody; `null` is a guest. */
function connect(personId: string | null): TelltaleClient {
  const url = demo.url.replace('http', 'ws').concat('/trpc')
  return createTelltaleClient({ url, token: () => (personId === null ? null : demo.signIn(personId)) })
}

const ask = (method: string, path: string, token: string | null): Promise<Response> =>
  fetch(`${demo.url}/api/conversations/${path}`, {
    method,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  })

describe('who one is', () => {
  it('is one of two people, and nobody else', async () => {
    expect((await fetch(`${demo.url}/api/session/mallory`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${demo.url}/api/session/worker`, { method: 'POST' })).status).toBe(404)
    const foreign = { method: 'POST', headers: { origin: 'https://evil.example' } }
    expect((await fetch(`${demo.url}/api/session/ada`, foreign)).status).toBe(403)
  })

  it('is not believed without a token of this server', async () => {
    const [head, , signature] = (await demo.signIn('ada')).split('.')
    const claims = Buffer.from(JSON.stringify({ sub: 'worker', iat: 1, exp: 9_999_999_999 })).toString('base64url')
    expect((await ask('GET', 'c', `${head}.${claims}.${signature}`)).status).toBe(401)
  })

  it('lets a guest watch, and say and give nothing', async () => {
    await using guest = connect(null)
    await guest.snapshot({ conversationId: 'watched' })
    const update = { conversationId: 'watched', category: 'info', text: 'I was here' } as const
    await expect(guest.publish(update)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const given = await ask('POST', 'watched/analyses?sample=essay', null)
    expect([given.status, await given.json()]).toEqual([403, expect.objectContaining({ code: 'GUEST' })])
    expect((await ask('DELETE', 'watched/me', null)).status).toBe(403)
    expect((await demo.conversation('watched')).analyses).toEqual([])
  })

  it('is told to those who watch, once for each person', async () => {
    await using clients = new AsyncDisposableStack()
    for (const id of ['ada', 'ada', 'grace', null]) {
      const client = clients.use(connect(id))
      client.status({ conversationId: 'together' }).subscribe({})
    }
    const { store } = clients.use(connect('grace')).presence({ conversationId: 'together' })
    clients.defer(store.subscribe(() => undefined))
    await vi.waitFor(() => {
      const seen = store.getSnapshot().members.map(({ info, metas }) => [info?.['name'], metas.length])
      expect(seen).toEqual([
        ['Ada', 2],
        ['Grace', 1],
        ['Guest', 1],
      ])
    }, poll)
  })
})

describe('a right that is taken away', () => {
  it('ends what is open at once, everywhere, and for one person in one conversation only', async () => {
    await demo.handIn('private', 'A short text.', 'name=private.txt')
    await demo.ended('private')
    await using ada = connect('ada')
    await using grace = connect('grace')
    const heard = { ada: [] as string[], other: [] as string[], grace: [] as string[] }
    const errors: string[] = []
    const from = 'live'
    ada.status({ conversationId: 'private', from }).subscribe({
      update: ({ text }) => heard.ada.push(text),
      error: ({ code }) => errors.push(code),
    })
    ada.status({ conversationId: 'other', from }).subscribe({ update: ({ text }) => heard.other.push(text) })
    grace.status({ conversationId: 'private', from }).subscribe({ update: ({ text }) => heard.grace.push(text) })
    const say = async (text: string): Promise<void> => {
      for (const conversationId of ['private', 'other']) {
        await grace.publish({ conversationId, category: 'info', text })
      }
    }
    await say('before')
    await vi.waitFor(() => expect(heard).toEqual({ ada: ['before'], other: ['before'], grace: ['before'] }), poll)

    const token = await demo.signIn('ada')
    const revoked = await ask('DELETE', 'private/me', token)
    expect([revoked.status, await revoked.json()]).toEqual([200, { streams: 1 }])
    await say('while')
    await vi.waitFor(() => expect(heard.other).toEqual(['before', 'while']), poll)
    await vi.waitFor(() => expect(errors).toEqual(['NOT_FOUND']), poll)
    expect(heard).toMatchObject({ ada: ['before'], grace: ['before', 'while'] })
    // No other way in: not by a new token, not over HTTP.
    await using again = connect('ada')
    await expect(again.snapshot({ conversationId: 'private' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await ask('GET', 'private', token)).status).toBe(404)
    expect((await ask('POST', 'private/analyses?sample=essay', token)).status).toBe(404)
    const listed = async (personId: string): Promise<string[]> => {
      const response = await fetch(`${demo.url}/api/conversations`, {
        headers: { authorization: `Bearer ${await demo.signIn(personId)}` },
      })
      return ((await response.json()) as ConversationSummary[]).map(({ id }) => id)
    }
    expect(await listed('ada')).not.toContain('private')
    expect(await listed('grace')).toContain('private')

    expect((await ask('PUT', 'private/me', token)).status).toBe(204)
    await using back = connect('ada')
    const { counts } = await back.snapshot({ conversationId: 'private' })
    expect(counts.info).toBeGreaterThanOrEqual(2)
  })
})

describe('a line that is slow', () => {
  it('is told what it missed, and what a later update stood for, while another hears everything', async () => {
    const url = demo.url.replace('http', 'ws').concat('/trpc')
    await using slow = createTelltaleClient({ url: `${url}?line=l1`, token: () => demo.signIn('ada') })
    await using swift = connect('grace')
    const heard = { slow: [] as number[], swift: [] as number[] }
    const gaps: { reason: string; missed: number | null }[] = []
    const swiftGaps: unknown[] = []
    slow.status({ conversationId: 'busy' }).subscribe({
      update: ({ offset }) => heard.slow.push(offset),
      gap: ({ reason, missed }) => gaps.push({ reason, missed }),
    })
    swift.status({ conversationId: 'busy' }).subscribe({
      update: ({ offset }) => heard.swift.push(offset),
      gap: (gap) => swiftGaps.push(gap),
    })
    const inside = { conversationId: 'busy', category: 'info', text: 'Both hear' } as const
    await swift.publish(inside)
    await vi.waitFor(() => expect(heard).toEqual({ slow: [1], swift: [1] }), poll)

    const token = await demo.signIn('ada')
    const running = ask('POST', 'busy/slow?line=l1', token)
    await vi.waitFor(() => expect(heard.swift.length).toBeGreaterThan(100), poll)
    expect((await ask('POST', 'busy/slow?line=l1', token)).status).toBe(409)
    const { said } = (await (await running).json()) as { said: number }
    // What was said before, and the last word.
    const last = said + 2
    await vi.waitFor(() => expect([heard.swift.at(-1), heard.slow.at(-1)]).toEqual([last, last]), poll)
    expect(heard.swift).toEqual(Array.from({ length: last }, (_, index) => index + 1))
    expect(swiftGaps).toEqual([])
    expect(gaps).toEqual([{ reason: 'slow', missed: expect.any(Number) }])
    const missed = gaps[0]?.missed ?? 0
    expect(missed).toBeGreaterThan(1_000)
    const replaced = last - heard.slow.length - missed
    expect(replaced).toBeGreaterThan(500)
    expect(heard.slow).toEqual(heard.slow.toSorted((a, b) => a - b))
  })

  it('is a WebSocket of the one path there is; others are hung up on', async () => {
    const elsewhere = new WebSocket(`${demo.url.replace('http', 'ws')}/elsewhere?line=l2`)
    const outcome = await new Promise<string>((resolve) => {
      elsewhere.addEventListener('open', () => resolve('open'))
      elsewhere.addEventListener('error', () => resolve('refused'))
    })
    expect(outcome).toBe('refused')
    expect((await ask('POST', 'c/slow?line=l2', await demo.signIn('ada'))).status).toBe(409)
  })

  it('has to be there, and is nobody’s who is a guest', async () => {
    expect((await ask('POST', 'c/slow?line=none', await demo.signIn('ada'))).status).toBe(409)
    expect((await ask('POST', 'c/slow', await demo.signIn('ada'))).status).toBe(409)
    expect((await ask('POST', 'c/slow?line=none', null)).status).toBe(403)
  })
})
