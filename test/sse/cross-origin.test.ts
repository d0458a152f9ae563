import { createTelltaleClient } from '@telltale/client'
import { createTelltale } from '@telltale/server'
import { describe, expect, it } from 'vitest'
import { startServer } from '../support/live-server.ts'

const origins = ['https://app.example.com']
const httpOf = (url: string): string => url.replace('ws', 'http')
const ask = (url: string, origin: string, method = 'OPTIONS') =>
  fetch(url, {
    method,
    headers: { origin, 'content-type': 'application/json' },
    ...(method === 'POST' && { body: '[]' }),
  })
const allowed = (response: Response) => response.headers.get('access-control-allow-origin')

describe('a page of another origin', () => {
  it('that is named may ask, and read the answers', async () => {
    await using server = await startServer({ origins })
    const url = httpOf(server.url)
    const preflight = await ask(url, 'https://app.example.com')
    expect([preflight.status, allowed(preflight)]).toEqual([204, 'https://app.example.com'])
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
    for (const [path, method] of [
      ['', 'POST'],
      ['/status.categories', 'GET'],
      ['/status.subscribe', 'GET'],
    ] as const) {
      const response = await ask(url + path, 'https://app.example.com', method)
      expect([response.status, allowed(response)]).toEqual([200, 'https://app.example.com'])
      expect(response.headers.get('vary')).toContain('origin')
      await response.body?.cancel()
    }
  })

  it.each(['https://app.example.com.evil.example', 'http://app.example.com', 'https://app.example.com:444', 'null'])(
    'that is not named is told nothing: %s',
    async (origin) => {
      await using server = await startServer({ origins })
      const preflight = await ask(httpOf(server.url), origin)
      expect([preflight.status, allowed(preflight)]).toEqual([405, null])
      expect(allowed(await ask(httpOf(server.url), origin, 'POST'))).toBeNull()
    },
  )

  it('is not let in without a name, and everybody else is as before', async () => {
    await using server = await startServer()
    expect(allowed(await ask(httpOf(server.url), 'https://app.example.com', 'POST'))).toBeNull()
    await using client = createTelltaleClient({ url: server.url, transport: 'sse' })
    expect((await client.history({ conversationId: 'c', limit: 1 })).updates).toEqual([])
  })

  it('has to be named as an origin', () => {
    for (const origin of ['https://app.example.com/', 'app.example.com', '*', 'https://App.example.com'])
      expect(() => createTelltale({ origins: [origin] })).toThrow(
        `an origin is like https://app.example.com, not ${origin}`,
      )
  })
})
