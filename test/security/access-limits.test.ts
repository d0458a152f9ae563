import { createTelltaleClient } from '@telltale/client'
import { type Access, systemClock } from '@telltale/server'
import { expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { openControl } from './support/control.ts'
import { openRaw, type RawSocket } from './support/raw-socket.ts'
import { answered, codeOf, publishing, reading, request } from './support/requests.ts'

const patience = { timeout: 8_000, interval: 10 }
const portOf = (url: string): number => Number(new URL(url).port)
const access: Access = {
  authenticate: ({ token }) => (token === null ? null : { userId: token }),
  authorize: () => true,
}

async function openAs(url: string, token: string): Promise<RawSocket> {
  const raw = await openRaw(portOf(url), { path: '/trpc?connectionParams=1' })
  raw.ask({ method: 'connectionParams', data: { token } })
  return raw
}

/** Subscribes, and answers the name that the stream was given; null when it was refused. */
async function streamOf(raw: RawSocket, more: object = {}, conversationId = 'c1'): Promise<string | null> {
  const asked = reading(conversationId, more)
  const first = await answered(raw, asked)
  if (codeOf(first) !== null) return null
  const mine = (): string[] => raw.texts.filter((text) => text.startsWith(`{"id":${asked.id},`))
  await raw.until(() => mine().some((text) => text.includes('"streamId"')))
  return /"streamId":"([^"]+)"/.exec(mine().join())?.[1] ?? null
}

it('A16: a user changes categories so often and no more, over however many sockets and conversations', async () => {
  await using server = await startServer({ access, limits: { changesPerMinute: 10 } })
  await using control = await openControl({ url: server.url, token: 'control' })
  let changed = 0
  let refused = 0
  async function change(raw: RawSocket, conversationId: string): Promise<void> {
    let stream = await streamOf(raw, { categories: ['info'] }, conversationId)
    for (let times = 0; times < 4; times++) {
      const next = await streamOf(raw, { categories: ['tool'], replaces: stream }, conversationId)
      if (next === null) refused++
      else {
        changed++
        stream = next
      }
    }
  }
  for (let round = 0; round < 3; round++) {
    const sockets = await Promise.all([1, 2, 3].map(() => openAs(server.url, 'mallory')))
    await control.during(Promise.all(sockets.map((raw, index) => change(raw, `c${round}-${index}`))))
    for (const raw of sockets) raw.destroy()
  }
  expect([changed, refused]).toEqual([10, 26])
  // It is her limit alone.
  const grace = await openAs(server.url, 'grace')
  const stream = await streamOf(grace)
  expect(await streamOf(grace, { categories: ['tool'], replaces: stream })).not.toBeNull()
  grace.destroy()
})

it('A16: a change that is refused says when there is room again, and leaves the stream as it is', async () => {
  await using server = await startServer({ access, limits: { changesPerMinute: 1 } })
  await using control = await openControl({ url: server.url, token: 'control' })
  const raw = await openAs(server.url, 'mallory')
  const first = await streamOf(raw, { categories: ['info'] })
  const second = await streamOf(raw, { categories: ['tool'], replaces: first })
  const answer = await answered(raw, reading('c1', { categories: ['info'], replaces: second }))
  expect(codeOf(answer)).toBe('TOO_MANY_REQUESTS')
  const waitMs = Number(/"retryAfterMs":(\d+)/.exec(answer)?.[1])
  expect(waitMs > 50_000 && waitMs <= 60_000).toBe(true)
  server.telltale.status.tool('c1', 'still here')
  await control.during(raw.hears('still here'))
  raw.destroy()
})

it('A17: a clock that is set an hour forward or back changes no limit, hangs up on nobody and keeps the order', async () => {
  let shiftMs = 0
  const clock = { ...systemClock, now: () => Date.now() + shiftMs }
  const limits = { malformedMax: 5, pingIntervalMs: 200, deadAfterMs: 900, stuckAfterMs: 500, leaseLapseMs: 1_500 }
  await using server = await startServer({ access, clock, limits })
  await using control = await openControl({ url: server.url, token: 'control' })
  const raw = await openAs(server.url, 'mallory')
  const span = { id: 's1', name: 'work', state: 'running', startedAt: new Date().toISOString() }
  await answered(raw, publishing('c1', { span }))
  const texts: string[] = []
  await using client = createTelltaleClient({ url: server.url, transport: 'websocket', token: () => 'ada' })
  client.status({ conversationId: 'c1', from: 'live' }).subscribe({ update: ({ text }) => texts.push(text) })
  await vi.waitFor(() => expect(server.telltale.size().readers).toBe(2), patience)
  for (const [index, step] of [3_600_000, -3_600_000, 0, -86_400_000].entries()) {
    shiftMs = step
    raw.say('nonsense')
    server.telltale.status.info('c1', `${index}`)
    for (let times = 0; times < 5; times++) await control.lives()
    await vi.waitFor(() => expect(texts).toHaveLength(index + 1), patience)
    expect(server.telltale.size()).toMatchObject({ connections: 3, openSpans: 1 })
  }
  expect(texts).toEqual(['0', '1', '2', '3'])
  // Four of five were spent, whatever the clock said in between.
  raw.say('nonsense', 'nonsense')
  expect(await raw.closed()).toBe(1_008)
  raw.destroy()
})

it('X1: subscriptions of a socket are 128 and those of a user as many as its sockets carry; the others are refused', async () => {
  await using server = await startServer({ access, limits: { subscriptionsMax: 20, socketsPerUser: 3 } })
  await using control = await openControl({ url: server.url, token: 'control' })
  const sockets = await Promise.all([1, 2, 3].map(() => openAs(server.url, 'mallory')))
  for (const raw of sockets) {
    const asked = Array.from({ length: 100 }, (_, index) => reading(`c${index}`))
    raw.ask(...asked)
    await control.during(raw.until(() => asked.every(({ id }) => raw.messages.some((message) => message.id === id))))
    expect(raw.texts.filter((text) => codeOf(text) === 'TOO_MANY_REQUESTS')).toHaveLength(80)
  }
  expect(server.telltale.size().readers).toBe(61)
  const fourth = await openAs(server.url, 'mallory')
  expect(await fourth.closed()).toBe(4_529)
  // To stand in for one that is there makes room for one, not for as many as name it.
  const [raw] = sockets
  if (raw) {
    const stream = /"streamId":"([^"]+)"/.exec(raw.texts.join())?.[1]
    const asked = Array.from({ length: 50 }, () => reading('c0', { replaces: stream, categories: ['info'] }))
    raw.ask(...asked)
    await raw.until(() => asked.every(({ id }) => raw.messages.some((message) => message.id === id)))
    await answered(raw, request('query', 'status.categories'))
    await vi.waitFor(() => expect(server.telltale.size().readers).toBeLessThanOrEqual(61), patience)
  }
  for (const one of [...sockets, fourth]) one.destroy()
  await vi.waitFor(() => expect(server.telltale.size().readers).toBe(1), patience)
})

it('X1: to name a stream that is there, and a place, does not open one more, again and again', async () => {
  await using server = await startServer({ access, limits: { subscriptionsMax: 10 } })
  await using control = await openControl({ url: server.url, token: 'control' })
  const raw = await openAs(server.url, 'mallory')
  let stream: string | null = null
  for (let index = 0; index < 10; index++) stream = await streamOf(raw)
  const lastEventId = /"from":"([^"]+)"/.exec(raw.texts.join())?.[1]
  for (let index = 0; index < 20 && stream !== null; index++)
    stream = await streamOf(raw, { replaces: stream, lastEventId })
  await control.lives()
  expect(server.telltale.size().readers).toBeLessThanOrEqual(11)
  raw.destroy()
})
