import { createHmac, generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTelltaleClient } from '@telltale/client'
import { jwtAccess, systemClock } from '@telltale/server'
import { expect, it, vi } from 'vitest'
import { type LiveServer, startServer } from '../support/live-server.ts'
import { type Control, openControl } from './support/control.ts'
import { openRaw, type RawSocket } from './support/raw-socket.ts'
import { answered, codeOf, looking, publishing, reading, request } from './support/requests.ts'
import { byToken, forge, secret, sign } from './support/tokens.ts'

const patience = { timeout: 8_000, interval: 10 }

async function watched(server: LiveServer): Promise<Control> {
  return openControl({ url: server.url, token: await sign('control') })
}

/** Shows a token; answers the connection, and what it was closed with when the token was refused. */
async function show(server: LiveServer, token: string): Promise<RawSocket & { code?: number | null }> {
  const raw = await openRaw(Number(new URL(server.url).port), { path: '/trpc?connectionParams=1' })
  raw.ask({ method: 'connectionParams', data: { token } })
  raw.ask(request('query', 'status.categories'))
  await raw.until(() => raw.texts.length > 0)
  return raw.texts[0]?.includes('"title"') ? raw : Object.assign(raw, { code: await raw.closed() })
}

async function expectRefused(server: LiveServer, token: string, name: string): Promise<void> {
  const raw = await show(server, token)
  raw.destroy()
  expect.soft([name, raw.code]).toEqual([name, 4_401])
}

it('A3: a token that has ended is refused, and a connection that it opened is closed within seconds', async () => {
  let shiftMs = 0
  const clock = { ...systemClock, now: () => Date.now() + shiftMs }
  await using server = await startServer({ clock, access: byToken({ now: clock.now }) })
  const token = await sign('ada', { lifetimeSeconds: 60 })
  await using control = await openControl({ url: server.url, token: await sign('control', { lifetimeSeconds: 7_200 }) })
  const raw = await show(server, token)
  expect(raw.code).toBeUndefined()
  raw.ask(reading('c1'))
  await raw.hears('"ready"')
  shiftMs = 61_000
  const startedAt = performance.now()
  expect(await control.during(raw.closed())).toBe(4_206)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  await expectRefused(server, token, 'replayed')
  raw.destroy()
})

it('A4: a token of another issuer or audience, without an end, or for longer than we take, is refused', async () => {
  await using server = await startServer({
    access: byToken({ issuer: 'https://issuer.example', audience: 'telltale', lifetimeMaxSeconds: 3_600 }),
  })
  const good = { iss: 'https://issuer.example', aud: ['other', 'telltale'] }
  await using control = await openControl({ url: server.url, token: await sign('control', { claims: good }) })
  const table = {
    'no issuer': { claims: { aud: 'telltale' } },
    'another issuer': { claims: { ...good, iss: 'https://issuer.example.evil.com' } },
    'no audience': { claims: { iss: good.iss } },
    'another audience': { claims: { ...good, aud: 'telltale2' } },
    'too long a life': { claims: good, lifetimeSeconds: 3_601 },
    'issued in the future': { claims: good, issuedAt: Date.now() + 3_600_000 },
    'of nobody': { claims: { ...good, sub: '' } },
    'no end': { claims: { ...good, exp: undefined } },
    'an end that is no number': { claims: { ...good, exp: 'never' } },
    'not yet': { claims: { ...good, nbf: Math.floor(Date.now() / 1_000) + 600 } },
  }
  for (const [name, options] of Object.entries(table)) {
    const { claims, ...rest } = options
    const token = await sign(name === 'of nobody' ? '' : 'ada', { claims, ...rest })
    const [head = '', body = ''] = token.split('.')
    // Where the library insists on what is correct, the signature is made by hand.
    const payload = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), ...claims }
    const signed = `${head}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`
    const signature = createHmac('sha256', secret).update(signed).digest('base64url')
    await control.during(expectRefused(server, `${signed}.${signature}`, name))
  }
})

it('A5: no token chooses how it is checked: none, another kind of key, a path for a name, or one too long', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  await using symmetric = await startServer({ access: byToken() })
  await using asymmetric = await startServer({ access: jwtAccess({ publicKey: pem }) })
  await using control = await watched(symmetric)
  const now = Math.floor(Date.now() / 1_000)
  const claims = { sub: 'ada', iat: now, exp: now + 60, conversations: ['*'] }
  const signedWith = (header: object, key: string): string => {
    const [head, body] = forge(header, claims).split('.')
    return `${head}.${body}.${createHmac('sha256', key).update(`${head}.${body}`).digest('base64url')}`
  }
  const good = await sign('ada')
  const [head = '', body = '', signature = ''] = good.split('.')
  const table = {
    none: forge({ alg: 'none' }, claims),
    None: forge({ alg: 'None', typ: 'JWT' }, claims, 'x'),
    'no algorithm': forge({}, claims, 'x'),
    'the public key as a secret': signedWith({ alg: 'HS256' }, pem),
    'a secret of nothing': signedWith({ alg: 'HS256' }, ''),
    'a path for a key': signedWith({ alg: 'HS256', kid: '../../../../dev/null' }, ''),
    'a key of its own': signedWith({ alg: 'HS256', jwk: { kty: 'oct', k: 'AA' }, jku: 'http://evil.example/' }, '\0'),
    'a header that must be understood': signedWith({ alg: 'HS256', crit: ['exp'] }, secret),
    'another claim under the same signature': `${head}.${Buffer.from('{"sub":"root"}').toString('base64url')}.${signature}`,
    'no signature': `${head}.${body}.`,
    'a signature too much': `${good}.${signature}`,
    'more than 4 KiB': await sign('ada', { claims: { pad: 'x'.repeat(5_000) } }),
    nothing: '',
    'not a token': 'ada',
    'a byte of zero': `${good}\0`,
    'a line after it': `${good}\nx`,
  }
  for (const [name, token] of Object.entries(table)) {
    await control.during(expectRefused(symmetric, token, name))
    await expectRefused(asymmetric, token, name)
  }
  expect((await show(symmetric, good)).code).toBeUndefined()
})

it('A6: a user who is disconnected reads nothing more within two seconds, and its tokens are worth nothing', async () => {
  await using server = await startServer({ access: byToken() })
  await using control = await watched(server)
  const token = await sign('ada', { issuedAt: Date.now() - 5_000 })
  const sockets = await Promise.all([1, 2, 3].map(() => show(server, token)))
  for (const raw of sockets) {
    raw.ask(reading('c1'))
    await raw.hears('"ready"')
  }
  const startedAt = performance.now()
  expect(server.telltale.disconnect({ userId: 'ada' })).toEqual({ connections: 3 })
  server.telltale.status.info('c1', 'for others')
  expect(await control.during(Promise.all(sockets.map((raw) => raw.closed())))).toEqual([4_206, 4_206, 4_206])
  await vi.waitFor(() => expect(server.telltale.size().readers).toBe(1), patience)
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  expect(sockets.map(({ texts }) => texts.join().includes('for others'))).toEqual([false, false, false])
  await expectRefused(server, token, 'issued before')
  for (const raw of sockets) raw.destroy()
})

it('A7: of what is said after a user was removed from a conversation nothing comes, in the middle of a flood', async () => {
  await using server = await startServer({ access: byToken() })
  await using control = await watched(server)
  const { status } = server.telltale
  const raw = await show(server, await sign('ada', { issuedAt: Date.now() - 5_000 }))
  raw.ask(reading('c1'), reading('c2'))
  await raw.until(() => raw.texts.filter((text) => text.includes('"ready"')).length === 2)
  const say = (text: string): void => {
    for (let index = 0; index < 500; index++) for (const id of ['c1', 'c2']) status.info(id, text)
  }
  say('before')
  await raw.hears('before')
  say('during')
  await server.telltale.flush()
  expect(server.telltale.revoke({ userId: 'ada', conversationId: 'c1' })).toEqual({ streams: 1 })
  say('after')
  await control.during(raw.until(() => raw.texts.join().split('"text":"after"').length === 501))
  const read = raw.texts.join()
  expect(read).not.toMatch(/"conversationId":"c1","category":"info","text":"after"/)
  expect(codeOf(await answered(raw, reading('c1')))).toBe('NOT_FOUND')
  expect(codeOf(await answered(raw, looking('c1')))).toBe('NOT_FOUND')
  raw.destroy()
})

it('A18: nothing in the server compares a secret by itself: what is signed is checked by a library that takes its time', () => {
  const folder = join(import.meta.dirname, '../../packages/server/src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  )
  const suspicious = files.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => /\b(token|secret|signature|password|digest|hmac)\w*\s*[!=]==/i.test(line))
      .filter((line) => !/typeof|[!=]== (null|undefined|'')/.test(line))
      .map((line) => `${name}: ${line.trim()}`),
  )
  expect(files.length).toBeGreaterThan(60)
  expect(suspicious).toEqual([])
  expect(readFileSync(join(folder, 'adapters/jwt/access.ts'), 'utf8')).toContain("from 'jose'")
})

it('A19: credentials that allow less end at once what they do not allow, and what is asked for later', async () => {
  await using server = await startServer({ access: byToken() })
  await using control = await watched(server)
  const raw = await show(server, await sign('ada'))
  raw.ask(reading('c1'), reading('c2'))
  await raw.until(() => raw.texts.filter((text) => text.includes('"ready"')).length === 2)
  const less = await sign('ada', { claims: { conversations: ['c2'], actions: ['subscribe'] } })
  expect(await answered(raw, request('mutation', 'auth.refresh', { token: less }))).toContain('expiresAt')
  server.telltale.status.info('c1', 'not any more')
  server.telltale.status.info('c2', 'still')
  await control.during(raw.hears('"still"'))
  expect(raw.texts.join()).not.toContain('not any more')
  const denied = [reading('c1'), looking('c1'), looking('c2'), publishing('c2'), publishing('c1')]
  for (const asked of denied) expect(codeOf(await answered(raw, asked))).toBe('NOT_FOUND')
  const other = await sign('grace')
  expect(codeOf(await answered(raw, request('mutation', 'auth.refresh', { token: other })))).toBe('UNAUTHORIZED')
  raw.destroy()
})

it('A20: a client shows a fresh token before the last one ends, and its connection stays open', async () => {
  await using server = await startServer({ access: byToken() })
  await using control = await watched(server)
  let fetched = 0
  const token = (): Promise<string> => {
    fetched++
    return sign('ada', { lifetimeSeconds: 3 })
  }
  await using client = createTelltaleClient({ url: server.url, transport: 'websocket', token })
  const states: string[] = []
  const texts: string[] = []
  const stream = client.status({ conversationId: 'c1', from: 'live' })
  stream.subscribe({ update: ({ text }) => texts.push(text), gap: () => texts.push('gap') })
  await vi.waitFor(() => expect(stream.store.getSnapshot().integrity).toBe('live'), patience)
  client.connection.subscribe(() => states.push(client.connection.getSnapshot()))
  const startedAt = performance.now()
  // Longer than a token lives, and than the server takes to see that it ended.
  while (performance.now() - startedAt < 6_500) await control.lives()
  server.telltale.status.info('c1', 'still here')
  await vi.waitFor(() => expect(texts).toEqual(['still here']), patience)
  expect(states).toEqual([])
  expect([fetched >= 3, fetched <= 6]).toEqual([true, true])
})

it('A20: a token that lives for months is not asked for again and again', async () => {
  await using server = await startServer({
    access: { authenticate: ({ token }) => (token === null ? null : { userId: 'ada' }), authorize: () => true },
  })
  await using control = await openControl({ url: server.url, token: 'control' })
  const now = Math.floor(Date.now() / 1_000)
  let fetched = 0
  const token = (): string => {
    fetched++
    return forge({ alg: 'none' }, { iat: now, exp: now + 90 * 24 * 3_600 })
  }
  await using client = createTelltaleClient({ url: server.url, transport: 'websocket', token })
  client.status({ conversationId: 'c1' }).subscribe({})
  await vi.waitFor(() => expect(server.telltale.size().readers).toBe(2), patience)
  for (let times = 0; times < 20; times++) await control.lives()
  expect(fetched).toBe(1)
})
