import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTelltaleClient } from '@telltale/client'
import {
  type Backplane,
  type BackplaneFactory,
  type BackplaneHost,
  createTelltale,
  memoryBackplane,
  publicAccess,
  type TelltaleOptions,
} from '@telltale/server'
import { expect, it, vi } from 'vitest'
import { openControl } from './support/control.ts'
import { openRaw } from './support/raw-socket.ts'
import { codeOf, looking, publishing, reading } from './support/requests.ts'
import { startGuarded } from './support/server.ts'

const patience = { timeout: 8_000, interval: 10 }
const message = 'the database password is hunter2'

it('M17: what hooks throw is never shown: no message, no stack, no path, to nobody, by no door', async () => {
  await using server = await startGuarded({ access: 'traps' })
  let heard = ''
  for (const token of ['throw', 'reject', 'nothing', 'ada']) {
    const raw = await openRaw(server.port, { path: '/trpc?connectionParams=1' })
    raw.ask({ method: 'connectionParams', data: { token } })
    raw.ask(
      ...['throw-1', 'reject-1', 'c1'].flatMap((id) => [looking(id), reading(id), publishing(id, { metadata: 5 })]),
    )
    await raw.until(() => raw.isEnded || raw.closeCode !== null || raw.texts.length >= 9)
    heard += raw.texts.join()
    raw.destroy()
    const headers = { authorization: `Bearer ${token}` }
    for (const path of [
      '/status.history?input={"conversationId":"throw-1"}',
      '/status.none',
      '',
      '/status.history?input=%7B',
    ]) {
      const response = await fetch(`http://127.0.0.1:${server.port}/trpc${path}`, { headers })
      heard += `${await response.text()}${[...response.headers].join()}`
    }
  }
  expect(heard.length).toBeGreaterThan(2_000)
  expect(codeOf(heard)).not.toBeNull()
  expect(heard).not.toMatch(/hunter2|database|\bat .+:\d+:\d+|node_modules|\.ts\b|"stack"|ZodError|SyntaxError/)
  await server.control.lives()
})

const rejectAtOnce = (_resolve: unknown, reject: (error: Error) => void): void => reject(new Error(message))

/** Everything by which a hook can go wrong. */
const wrongs: Readonly<Record<string, () => never>> = {
  throws: () => {
    throw new Error(message)
  },
  rejects: () => Promise.reject(new Error(message)) as never,
  'throws nothing': () => {
    throw undefined
  },
  'throws what throws when it is looked at': () => {
    throw Object.defineProperty({}, 'message', {
      get: () => {
        throw new Error(message)
      },
    })
  },
  'rejects with nothing': () => Promise.reject() as never,
  'answers with what rejects when it is waited for': () =>
    new Proxy({}, { get: (_target, name) => (name === 'then' ? rejectAtOnce : undefined) }) as never,
}

/** A backplane that fails for one conversation. */
function poisoned(wrong: () => never): BackplaneFactory {
  return <TEvent, TState>(host: BackplaneHost): Backplane<TEvent, TState> => {
    const backplane = memoryBackplane()<TEvent, TState>(host)
    return {
      ...backplane,
      append: (topic, ...more) => (topic === 'status:poison' ? wrong() : backplane.append(topic, ...more)),
    }
  }
}

/** Runs a server whose hooks go wrong for others than the control reader; answers everything that others heard. */
async function listenTo(options: TelltaleOptions<never>, createContext?: () => object): Promise<string> {
  const telltale = createTelltale(options as object)
  const http = createServer()
  telltale.attach(http, createContext ? { createContext } : {})
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const url = `ws://127.0.0.1:${port}/trpc`
  let heard = ''
  {
    await using control = await openControl({ url, token: 'control' })
    const raw = await openRaw(port, { path: '/trpc?connectionParams=1' })
    raw.ask({ method: 'connectionParams', data: { token: 'mallory' } })
    raw.ask(looking('c1'), reading('c1', { from: 'snapshot' }), publishing('c1'), publishing('poison'))
    await raw.until(() => raw.isEnded || raw.closeCode !== null || raw.texts.length >= 4)
    heard += raw.texts.join()
    raw.destroy()
    const response = await fetch(`http://127.0.0.1:${port}/trpc/status.categories`, {
      headers: { authorization: 'Bearer mallory' },
    })
    heard += await response.text()
    for (let times = 0; times < 3; times++) await control.lives()
  }
  await telltale.close({ drainMs: 0 })
  http.close()
  return heard
}

it.each(Object.entries(wrongs))('B11: a hook that %s harms nobody but who it is asked about', async (_name, wrong) => {
  const uncaught: unknown[] = []
  const note = (error: unknown): void => void uncaught.push(error)
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  const isMallory = ({ userId }: { userId: string }): boolean => userId === 'mallory'
  const byName = { authenticate: ({ token }: { token: string | null }) => ({ userId: token ?? 'nobody' }) }
  const all = { ...byName, authorize: () => true }
  const servers: readonly TelltaleOptions<never>[] = [
    { access: { ...all, authenticate: ({ token }) => (token === 'mallory' ? wrong() : { userId: 'control' }) } },
    { access: { ...byName, authorize: (identity) => (isMallory(identity) ? wrong() : true) } },
    { access: all, presence: wrong },
    { access: all, telemetry: wrong },
    { access: all, backplane: poisoned(wrong) },
  ]
  let heard = ''
  for (const options of servers) heard += await listenTo(options)
  let made = 0
  heard += await listenTo({ access: all }, () => (made++ === 0 ? {} : wrong()))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('uncaughtException', note)
  process.off('unhandledRejection', note)
  expect(uncaught).toEqual([])
  expect(heard).not.toMatch(/hunter2|\bat .+:\d+:\d+|"stack"/)
})

it('B11: hooks that hang deny in their time, and a sink that hangs holds up nothing', async () => {
  const never = (): Promise<never> => new Promise(() => undefined)
  await using telltale = createTelltale({
    access: { ...publicAccess(), authorize: (_identity, _action, id) => (id === 'hang' ? never() : true) },
    limits: { accessTimeoutMs: 200 },
    telemetry: never as never,
    presence: never as never,
  })
  const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
  await using control = await openControl({ url })
  await using client = createTelltaleClient({ url, transport: 'websocket' })
  const asked = client.snapshot({ conversationId: 'hang' }).catch(({ code }: { code: string }) => code)
  expect(await control.during(asked)).toBe('NOT_FOUND')
})

it('B12: a hook that blocks everything for a while costs nobody the connection', async () => {
  await using server = await startGuarded({ access: 'traps' })
  const clients = Array.from({ length: 20 }, (_, index) =>
    createTelltaleClient({ url: server.url, transport: 'websocket', token: () => `user${index}` }),
  )
  const faults: unknown[] = []
  for (const client of clients)
    client
      .status({ conversationId: 'c1' })
      .subscribe({ gap: (gap) => faults.push(gap), error: (error) => faults.push(error) })
  await vi.waitFor(async () => expect((await server.remote.size()).readers).toBe(21), patience)
  for (const client of clients) client.connection.subscribe(() => faults.push(client.connection.getSnapshot()))
  const [first] = clients
  const asked = first?.snapshot({ conversationId: 'busy-1' })
  await server.control.during(Promise.resolve(asked))
  expect(server.control.slowestMs).toBeGreaterThan(1_000)
  await server.control.lives()
  expect([faults, (await server.remote.size()).connections]).toEqual([[], 21])
  await Promise.all(clients.map((client) => client.close()))
})
