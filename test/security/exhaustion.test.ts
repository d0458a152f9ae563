import { once } from 'node:events'
import { initTRPC } from '@trpc/server'
import { expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { serve } from '../support/serve.ts'
import { openControl } from './support/control.ts'
import { openRaw, type RawSocket } from './support/raw-socket.ts'
import { answered, looking, publishing, reading, request } from './support/requests.ts'
import { startGuarded } from './support/server.ts'

const patience = { timeout: 9_000, interval: 20 }

it('X2: conversations that nobody reads are forgotten, oldest first, and whoever comes back to one is told', async () => {
  await using server = await startGuarded({ backplane: { conversationsMax: 500 } })
  const { control, remote, port } = server
  const raw = await openRaw(port)
  const { result } = JSON.parse(await answered(raw, publishing('first')))
  await remote.sayInMany(2_000)
  const before = await remote.heldBytes()
  await control.during(remote.sayInMany(40_000))
  expect((await remote.heldBytes()) - before).toBeLessThan(5_000_000)
  const asked = reading('first', { from: { after: result.data.json.position } })
  raw.ask(asked)
  await raw.until(() => raw.texts.some((text) => /"type":"gap".*"reason":"epoch"/.test(text)))
  raw.destroy()
  await control.lives()
})

it('X3: names that make updates idempotent are remembered in a bounded number', async () => {
  await using server = await startGuarded({ limits: { inboundPerSecond: 100_000 } })
  const raw = await openRaw(server.port)
  let named = 0
  const flood = async (batches: number): Promise<void> => {
    for (let batch = 0; batch < batches; batch++) {
      const updates = Array.from({ length: 100 }, () => {
        return { conversationId: 'names', category: 'info', text: 'x', id: `${++named}${'n'.repeat(100)}` }
      })
      const answer = await answered(raw, request('mutation', 'status.publishMany', { updates }))
      expect(answer).toContain('"accepted":100')
    }
  }
  await flood(110)
  const before = await server.remote.heldBytes()
  await server.control.during(flood(100))
  expect((await server.remote.heldBytes()) - before).toBeLessThan(2_000_000)
  raw.destroy()
})

it('X4: names of strangers become no labels: what is measured stays as long as it was', async () => {
  const server = await serve()
  await using control = await openControl({ url: server.url, exitCode: () => server.exitCode })
  const metrics = async (): Promise<string> => (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()
  const seriesOf = (text: string): string[] => {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return lines.map((line) => line.replace(/ [^ ]*$/, '')).toSorted()
  }
  const raw = await openRaw(server.port)
  async function everything(name: string): Promise<void> {
    await answered(raw, publishing(name))
    await answered(raw, publishing(name, { category: name }))
    await answered(raw, publishing(name, { metadata: { source: 5 } }))
    await answered(raw, publishing(`${name} `))
    await answered(raw, request('query', name))
    await answered(raw, looking(name))
    await answered(raw, reading(name, { categories: [name] }))
    const asked = reading(name, { from: { after: `${name}.1.1` } })
    await answered(raw, asked)
    raw.ask({ id: asked.id, method: 'subscription.stop' })
  }
  const counted = (text: string): number => Number(/updates_accepted\w* (\d+)/.exec(text)?.[1] ?? text.length)
  await everything('first')
  await everything('second')
  await control.lives()
  const first = await metrics()
  for (let index = 0; index < 100; index++) await everything(`stranger${index}`)
  await vi.waitFor(async () => expect(counted(await metrics())).not.toBe(counted(first)), patience)
  const last = await metrics()
  expect(last).not.toContain('stranger')
  expect(seriesOf(last).filter((series) => !seriesOf(first).includes(series))).toEqual([])
  raw.destroy()
  await control.lives()
  await control[Symbol.asyncDispose]()
  await server.stop()
})

it('X5: a conversation of many readers that is flooded holds up no other', async () => {
  await using server = await startGuarded()
  const readers = await Promise.all(Array.from({ length: 300 }, () => openRaw(server.port)))
  for (const raw of readers) raw.ask(reading('hot'))
  await vi.waitFor(async () => expect((await server.remote.size()).readers).toBe(301), patience)
  const isTold = (raw: RawSocket): boolean => raw.texts.at(-1)?.includes('"index":499') ?? false
  for (let round = 0; round < 5; round++) {
    await server.remote.say('hot', 500, 100)
    await server.control.during(vi.waitUntil(() => readers.every(isTold), patience))
    for (const raw of readers) raw.texts.length = 0
  }
  expect(server.control.slowestMs).toBeLessThan(2_000)
  for (const raw of readers) raw.destroy()
})

it('X6, X8: whoever comes and goes, in whatever way, leaves nothing: no reader, no timer, no socket, no memory', async () => {
  await using server = await startGuarded()
  const { remote, port, control } = server
  async function comeAndGo(round: number): Promise<void> {
    const isLate = round % 3 === 0
    const raw = await openRaw(port, isLate ? { path: '/trpc?connectionParams=1' } : {})
    if (isLate) raw.ask({ method: 'connectionParams', data: null })
    const presence = request('subscription', 'status.presence', { conversationId: `churn${round % 7}` })
    const asked = [reading(`churn${round % 7}`), presence, reading('churn', { from: 'snapshot' })]
    raw.ask(...asked)
    if (round % 2 === 0) await raw.until(() => raw.texts.length >= 3)
    if (round % 5 === 0) raw.ask({ id: asked[0]?.id, method: 'subscription.stop' })
    const leave = (['resetAndDestroy', 'end', 'destroy'] as const)[round % 4] ?? 'destroy'
    raw.socket[leave]()
  }
  async function churn(times: number): Promise<void> {
    for (let round = 0; round < times; round += 10)
      await Promise.all(Array.from({ length: 10 }, (_, index) => comeAndGo(round + index)))
    await vi.waitFor(async () => expect(await remote.size()).toMatchObject({ connections: 1, readers: 1 }), patience)
  }
  await churn(100)
  const before = { held: await remote.heldBytes(), resources: await remote.resources() }
  await control.during(churn(500))
  // Half-closed sockets take a moment to be seen.
  await vi.waitFor(async () => expect(await remote.resources()).toBeLessThanOrEqual(before.resources), patience)
  expect((await remote.heldBytes()) - before.held).toBeLessThan(1_500_000)
  expect(await remote.size()).toEqual({ queued: 0, openSpans: 0, connections: 1, topics: 1, readers: 1 })
})

it('X7: a query or a mutation whose caller is gone is told so', async () => {
  const aborted: string[] = []
  const t = initTRPC.create()
  const wait = async (name: string, signal: AbortSignal | undefined): Promise<void> => {
    if (signal) await once(signal, 'abort')
    aborted.push(name)
  }
  const slow = {
    slowQuery: t.procedure.query(({ signal }) => wait('query', signal)),
    slowMutation: t.procedure.mutation(({ signal }) => wait('mutation', signal)),
  }
  await using server = await startServer({}, ({ router }) => t.router({ ...slow, telltale: router as never }))
  await using control = await openControl({ url: server.url, prefix: 'telltale.' })
  const raw = await openRaw(Number(new URL(server.url).port))
  raw.ask(request('query', 'slowQuery'), request('mutation', 'slowMutation'))
  raw.say('PING')
  await raw.hears('PONG')
  raw.destroy()
  await vi.waitFor(() => expect(aborted.toSorted()).toEqual(['mutation', 'query']), patience)
  await control.lives()
})

it('X9: whatever goes wrong, and however often, the server writes nothing by itself', async () => {
  await using server = await startGuarded({ access: 'traps' })
  async function provoke(): Promise<void> {
    for (let round = 0; round < 5; round++) {
      for (const token of ['throw', 'reject', 'nothing', 'ada']) {
        const raw = await openRaw(server.port, { path: '/trpc?connectionParams=1' })
        raw.ask({ method: 'connectionParams', data: { token } })
        for (const id of ['throw-1', 'reject-1', 'secret-1', 'c1'])
          raw.ask(looking(id), publishing(id, { category: 'none' }), request('query', 'none'))
        for (let times = 0; times < 30; times++) raw.say('\u001b[31m{"level":"fatal"}\n')
        await raw.closed()
        raw.destroy()
      }
    }
  }
  await server.control.during(provoke())
  expect(server.output).toBe('')
})
