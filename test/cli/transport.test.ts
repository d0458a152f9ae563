import { describe, expect, it } from 'vitest'
import { openRefusingProxy } from '../support/refusing-proxy.ts'
import { run, start } from './command.ts'
import { hangUp, listen } from './server.ts'

describe('where WebSockets are blocked, telltale', () => {
  it('tails and publishes by server-sent events, and says so', async () => {
    const { telltale, url } = await listen()
    await using proxy = await openRefusingProxy(Number(new URL(url).port))
    const tail = start(['tail', 'c1', '--json', '--url', proxy.url])
    await tail.tells(`connected to ${proxy.url} by server-sent events: WebSockets do not get through\n`)
    const published = await run(['publish', 'c1', 'info', 'over plain HTTP', '--url', proxy.url])
    expect([published.code, published.err]).toEqual([0, ''])
    await tail.prints('over plain HTTP')
    proxy.cut()
    telltale.status.info('c1', 'said meanwhile')
    await tail.prints('said meanwhile')
    expect(tail.events.map(({ update }) => update.text)).toEqual(['over plain HTTP', 'said meanwhile'])
  })

  it('publishes every line of its input in order', async () => {
    const { telltale, url } = await listen()
    await using proxy = await openRefusingProxy(Number(new URL(url).port))
    const lines = Array.from({ length: 250 }, (_, index) => `line ${index}`)
    const published = await run(['publish', 'c1', 'info', '-', '--url', proxy.url], lines.join('\n'))
    expect([published.code, published.out]).toEqual([0, 'published 250 updates\n'])
    const { updates } = await telltale
      .createCaller({ userId: 'test' })
      .status.history({ conversationId: 'c1', limit: 200 })
    expect(updates.map(({ text }) => text)).toEqual(lines.slice(50))
  })

  it('uses no WebSocket when it is told to, and nothing else when it is told that', async () => {
    const { url } = await listen()
    await using proxy = await openRefusingProxy(Number(new URL(url).port))
    const byEvents = await run(['publish', 'c1', 'info', 'x', '--url', proxy.url, '--transport', 'sse'])
    expect([byEvents.code, proxy.upgrades]).toEqual([0, 0])
    const bySocket = await run(['publish', 'c1', 'info', 'x', '--url', proxy.url, '--transport', 'websocket'])
    expect([bySocket.code, bySocket.err]).toEqual([1, `error: CONNECTION_LOST: cannot reach ${proxy.url}\n`])
  })

  it('gives up soon when nothing gets through at all', async () => {
    const url = await hangUp()
    const published = await run(['publish', 'c1', 'info', 'x', '--url', url])
    expect([published.code, published.err]).toEqual([1, `error: CONNECTION_LOST: cannot reach ${url}\n`])
  })
})
