import { connect } from 'node:net'
import { createTelltaleClient } from '@telltale/client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startServer } from '../support/live-server.ts'
import { openControl } from './support/control.ts'
import { closeFrame, frame, opcodes } from './support/frames.ts'
import { answerTo, openRaw, RawSocket, upgradeText } from './support/raw-socket.ts'
import { type Guarded, startGuarded } from './support/server.ts'

const patience = { timeout: 9_000, interval: 10 }
const statusOf = (answer: string): number => Number(answer.split(' ', 2)[1])

let server: Guarded
beforeAll(async () => {
  server = await startGuarded()
})
afterAll(() => server[Symbol.asyncDispose]())

const malformedUrls = [
  ...['//', '///', '//[::1', 'http://[', 'http://', 'http://localhost:99999/trpc', 'trpc', '*', '?', '#'],
  ...['/%', '/%%%[', '/%zz', '/%00', '/trpc/../%', '/\u0001', '/\u007f', '/trpc\u00e4', '/\\', '/[', '/trpc|', '/{}'],
  ...['/trpc%2f', '/TRPC', '/trpc/', '/trpcx', '/.', '/..', '/;', '/@', '/:80', `/${'a'.repeat(16_000)}`],
]

it('T1: a malformed upgrade url is answered with 400 or 404, and nobody else notices', async () => {
  const answers = malformedUrls.map(async (path) => [
    path,
    statusOf(await answerTo(server.port, upgradeText({ path }))),
  ])
  for (const [path, status] of await server.control.during(Promise.all(answers))) {
    expect([path, [400, 404, 431].includes(Number(status))]).toEqual([path, true])
  }
  expect(statusOf(await answerTo(server.port, upgradeText({ path: '/trpc\u0000' })))).toBe(400)
})

it('T2: a malformed host is answered with 400, and so are none and two', async () => {
  const hosts = [
    '[',
    '[::1',
    'a b',
    'x:99999',
    'x:',
    ':80',
    '',
    'a/b',
    'a@b',
    'a..b',
    '.a',
    'a?b',
    'a#b',
    'ä',
    '%',
    'a,b',
  ]
  const texts = [
    ...hosts.map((Host) => upgradeText({ headers: { Host } })),
    upgradeText().replace('Host: localhost\r\n', ''),
    upgradeText().replace('Host:', 'Host: localhost\r\nHost:'),
    upgradeText().replace('Host:', 'Host: elsewhere\r\nhost:'),
  ]
  const answers = await server.control.during(Promise.all(texts.map((text) => answerTo(server.port, text))))
  expect(answers.map(statusOf)).toEqual(texts.map(() => 400))
})

it('T3: an upgrade to a wrong path is answered with 404, and a broken frame behind it reaches nobody', async () => {
  const broken = Buffer.from([0xf1, 0x80, 0, 0, 0, 0])
  const attack = Promise.all(
    Array.from({ length: 20 }, () => answerTo(server.port, upgradeText({ path: '/elsewhere' }), broken, closeFrame())),
  )
  expect((await server.control.during(attack)).map(statusOf)).toEqual(Array.from({ length: 20 }, () => 404))
})

it('T8: compression is never agreed to, however it is offered', async () => {
  for (const offered of [
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits=15',
    'x-webkit-deflate-frame',
  ]) {
    const raw = await openRaw(server.port, { headers: { 'Sec-WebSocket-Extensions': offered } })
    expect(raw.head.toLowerCase()).not.toContain('sec-websocket-extensions')
    // A message that says it is compressed is an error, not something to unpack.
    raw.socket.write(frame(opcodes.text, Buffer.from([0x4b, 0x04, 0x00]), { reserved: 4 }))
    expect(await raw.closed()).toBe(1_002)
    raw.destroy()
  }
  await server.control.lives()
})

it('T11: whoever connects and says nothing, or a byte at a time, is gone in a few seconds, and others get in at once', async () => {
  const startedAt = performance.now()
  const slow = Array.from({ length: 200 }, (_, index) => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume()
    if (index % 2 === 1) socket.write('GET /trpc HTTP/1.1\r\nHost: localhost\r\n')
    return socket
  })
  const raw = await openRaw(server.port)
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  raw.destroy()
  while (slow.some(({ destroyed }) => !destroyed)) {
    await server.control.lives()
    for (const [index, socket] of slow.entries()) if (index % 2 === 1 && socket.writable) socket.write('x')
    expect(performance.now() - startedAt).toBeLessThan(8_500)
  }
})

it('T22: headers that are too large, too many or ambiguous are refused, and hide no second request', async () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`x-${index}`, 'filler']))
  const hidden = 'GET /trpc/status.categories HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const post = 'POST /trpc HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
  const texts = [
    [431, upgradeText({ headers: { 'X-Large': 'x'.repeat(20_000) } })],
    [431, upgradeText({ headers: many })],
    [400, `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    [400, `${post}Content-Length: 2\r\nContent-Length: 80\r\n\r\n[]${hidden}`],
    [400, `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`],
    [400, `${post}Content-Length : 2\r\n\r\n[]${hidden}`],
    [400, `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n${hidden}`],
  ] as const
  for (const [status, text] of texts) {
    const answer = await server.control.during(answerTo(server.port, text))
    expect([statusOf(answer), answer.match(/HTTP\/1\.1 /g)?.length]).toEqual([status, 1])
  }
})

it('T17: sockets of an address and of a user are counted, the others are refused with 429, and all with 503', async () => {
  await using guarded = await startGuarded({
    access: 'traps',
    limits: { socketsPerAddress: 20, socketsPerUser: 3, connectionsMax: 40 },
  })
  const { port, control } = guarded
  const knock = async (path: string): Promise<RawSocket> => {
    const raw = new RawSocket(port)
    raw.socket.write(upgradeText({ path }))
    await raw.until(() => raw.status > 0)
    return raw
  }
  const strangers = await control.during(
    Promise.all(Array.from({ length: 100 }, () => knock('/trpc?connectionParams=1'))),
  )
  const counts = (sockets: readonly RawSocket[], status: number): number =>
    sockets.filter((raw) => raw.status === status).length
  expect([counts(strangers, 101), counts(strangers, 429)]).toEqual([20, 80])
  expect(strangers.find(({ status }) => status === 429)?.head).toMatch(/^retry-after: 5\r$/im)
  const signIn = async (raw: RawSocket, token: string): Promise<number | null> => {
    raw.ask({ method: 'connectionParams', data: { token } })
    raw.say('PING')
    await raw.until(() => raw.texts.length > 0)
    return raw.texts[0] === 'PONG' ? null : raw.closed()
  }
  const inside = strangers.filter(({ status }) => status === 101)
  expect(await Promise.all(inside.slice(0, 5).map((raw) => signIn(raw, 'ada')))).toEqual([
    null,
    null,
    null,
    4_529,
    4_529,
  ])
  // Those inside and the others outside are as many as there may be.
  await Promise.all(inside.slice(5).map((raw, index) => signIn(raw, `user${index}`)))
  const more = await control.during(Promise.all(Array.from({ length: 30 }, () => knock('/trpc?connectionParams=1'))))
  expect([counts(more, 101), counts(more, 503) + counts(more, 429)]).toEqual([20, 10])
  expect((await knock('/trpc?connectionParams=1')).status).not.toBe(101)
  for (const raw of [...strangers, ...more]) raw.destroy()
  await vi.waitFor(async () => expect(await guarded.remote.size()).toMatchObject({ connections: 1 }), patience)
  await control.lives()
})

it('T19: a client that is refused does not hammer: it connects a few times in the beginning, or not again', async () => {
  const reasons = { 401: null, 429: { socketsPerUser: 1 }, 503: { connectionsMax: 1 } }
  for (const limits of Object.values(reasons)) {
    await using inner = await startServer({
      access: {
        authenticate: ({ token }) => (limits || token === 'control' ? { userId: 'ada' } : null),
        authorize: () => true,
      },
      ...(limits && { limits }),
    })
    await using control = await openControl({ url: inner.url, token: 'control' })
    const before = inner.urls.length
    // Half of each bound: it comes back after a quarter of a second, a half, a whole, two.
    const half = { transport: 'websocket', token: () => 'wrong', random: () => 0.5 } as const
    await using client = createTelltaleClient({ url: inner.url, ...half })
    const asked = client.snapshot({ conversationId: 'c' }).catch((error: unknown) => error)
    await vi.waitFor(() => expect(inner.urls.length).toBeGreaterThan(before), patience)
    const until = performance.now() + 2_000
    while (performance.now() < until) await control.lives()
    expect(inner.urls.length - before).toBeLessThanOrEqual(4)
    await client.close()
    await asked
  }
})
