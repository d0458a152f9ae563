import { expect, it } from 'vitest'
import { exchange, requestText } from '../sse/raw-http.ts'
import { startServer } from '../support/live-server.ts'
import { openControl } from './support/control.ts'
import { answerTo, knock, openRaw, upgradeText } from './support/raw-socket.ts'

const portOf = (url: string): number => Number(new URL(url).port)
const statusOf = (answer: string): number => Number(answer.split(' ', 2)[1])

/** Signed in by a cookie, as a browser sends it along for any page. */
const cookies: (string | undefined)[] = []
const startWithCookies = () =>
  startServer({
    origins: ['https://good.example'],
    access: {
      authenticate: ({ token, headers: { cookie } }) => {
        cookies.push(cookie)
        if (token !== null) return { userId: token }
        return cookie === 'session=ada' ? { userId: 'ada' } : null
      },
      authorize: () => true,
    },
  })

const trusted = ['https://good.example', 'http://localhost', 'https://localhost', 'http://localhost:5173']
const foreign = [
  ...[
    'https://evil.example',
    'https://good.example.evil.com',
    'https://evil.com/good.example',
    'https://notgood.example',
  ],
  ...[
    'http://good.example',
    'https://good.example:444',
    'https://good.example.',
    'https://good.example/',
    'good.example',
  ],
  ...[
    'https://GOOD.example',
    'HTTPS://good.example',
    'https://user@good.example',
    'https://xn--god-sna.example',
    'null',
    '',
  ],
  ...[
    'https://localhost.evil.com',
    'http://127.0.0.1.evil.com',
    'https://good.example, https://evil.example',
    'file://',
  ],
  ...['https://gооd.example', 'https://good.example\u00a0', 'chrome-extension://abc', 'https://good.example%00'],
]

it('A1: a page of another site does not get in by the cookies that its browser adds', async () => {
  await using server = await startWithCookies()
  await using control = await openControl({ url: server.url, token: 'control' })
  const port = portOf(server.url)
  const from = (Origin: string): string => upgradeText({ headers: { Cookie: 'session=ada', Origin } })
  const admitted: string[] = []
  for (const origin of foreign) {
    const status = await control.during(knock(port, Buffer.from(from(origin))))
    if (status !== 403) admitted.push(`${origin} ${status}`)
  }
  expect(admitted).toEqual([])
  const two = from('https://good.example').replace('Origin:', 'Origin: https://evil.example\r\nOrigin:')
  expect(await knock(port, two)).toBe(403)
  for (const origin of trusted) expect([origin, await knock(port, from(origin))]).toEqual([origin, 101])
  // Who says no origin is no browser.
  expect(await knock(port, upgradeText({ headers: { Cookie: 'session=ada' } }))).toBe(101)
})

it('A1: a page of another site that shows a token gets in by that alone; its cookies are not seen', async () => {
  await using server = await startWithCookies()
  await using control = await openControl({ url: server.url, token: 'control' })
  const port = portOf(server.url)
  for (const Origin of ['https://evil.example', 'null']) {
    cookies.length = 0
    const headers = { Origin, Cookie: 'session=ada' }
    const raw = await openRaw(port, { path: '/trpc?connectionParams=1', headers })
    raw.ask({ method: 'connectionParams', data: { token: 'page' } })
    raw.ask({ id: 1, method: 'query', params: { path: 'status.categories' } })
    await raw.hears('"title"')
    expect(cookies).toEqual([undefined])
    raw.destroy()
    const without = await openRaw(port, { path: '/trpc?connectionParams=1', headers })
    without.ask({ method: 'connectionParams', data: null })
    expect(await control.during(without.closed())).toBe(4_401)
    without.destroy()
  }
})

it('A1: over plain HTTP no page of another site may read an answer, or send what changes anything', async () => {
  await using server = await startWithCookies()
  await using control = await openControl({ url: server.url, token: 'control' })
  const port = portOf(server.url)
  const update = JSON.stringify({ conversationId: 'c', category: 'info', text: 'forged' })
  for (const Origin of ['https://evil.example', 'null', 'https://good.example.evil.com']) {
    const headers = { Origin, Cookie: 'session=ada' }
    const read = await exchange(port, requestText('GET /trpc/status.categories', { headers }))
    expect(read).not.toMatch(/access-control-allow/i)
    const asked = await exchange(port, requestText('OPTIONS /trpc/status.publish', { headers }))
    expect([statusOf(asked), /access-control-allow/i.test(asked)]).toEqual([405, false])
    // What a browser sends for a form or a script without asking first.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const simple = { ...headers, 'Content-Type': type }
      expect(
        statusOf(await exchange(port, requestText('POST /trpc/status.publish', { body: update, headers: simple }))),
      ).toBe(415)
    }
    const input = encodeURIComponent(update)
    expect(statusOf(await exchange(port, requestText(`GET /trpc/status.publish?input=${input}`, { headers })))).toBe(
      403,
    )
    // Nothing of hers is taken: neither her seats nor her place among those who watch.
    const stream = encodeURIComponent(JSON.stringify({ json: { conversationId: 'c' } }))
    expect(statusOf(await exchange(port, requestText(`GET /trpc/status.subscribe?input=${stream}`, { headers })))).toBe(
      403,
    )
  }
  const { updates } = await server.telltale.createCaller({ userId: 'u' }).status.history({ conversationId: 'c' })
  expect(updates).toEqual([])
  await control.lives()
})

it('A1: without an access option, no page of another site and no other name of this machine gets in', async () => {
  await using server = await startServer()
  await using control = await openControl({ url: server.url })
  const port = portOf(server.url)
  for (const headers of [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://evil.example', Host: 'evil.example' },
    { Host: 'evil.example' },
    { Host: 'localhost.evil.example' },
    { Host: '127.0.0.1.evil.example' },
    { Host: '127.evil.example', Origin: 'http://127.evil.example' },
  ]) {
    expect(await knock(port, upgradeText({ headers }))).toBe(403)
    const read = await exchange(port, requestText('GET /trpc/status.categories', { headers }))
    expect(headers.Host === undefined || statusOf(read) === 403).toBe(true)
    expect(read).not.toMatch(/access-control-allow/i)
  }
  await control.lives()
})

it('A2: a token in the url is refused by every door, and nothing that is told repeats it', async () => {
  await using server = await startWithCookies()
  await using control = await openControl({ url: server.url, token: 'control' })
  const port = portOf(server.url)
  const answers = [
    await answerTo(port, upgradeText({ path: '/trpc?token=hunter2' })),
    await answerTo(port, upgradeText({ path: '/trpc?connectionParams=1&token=hunter2' })),
    await answerTo(port, upgradeText({ path: '/trpc?to%6ben=hunter2' })),
    await exchange(port, requestText('GET /trpc/status.categories?token=hunter2')),
    await exchange(port, requestText('GET /trpc/status.categories?connectionParams=%7B%22token%22%3A%22hunter2%22%7D')),
    await exchange(port, requestText('POST /trpc?token=hunter2', { body: '[]' })),
  ]
  expect(answers.map(statusOf)).toEqual(answers.map(() => 400))
  expect(answers.join()).not.toContain('hunter2')
  await control.lives()
})
