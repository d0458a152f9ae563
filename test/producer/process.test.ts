import { AsyncLocalStorage } from 'node:async_hooks'
import { createProducer } from '@telltale/client/producer'
import { defaultCategories, defineContract } from '@telltale/contract'
import { createTelltale, publicAccess } from '@telltale/server'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startWatched } from './watched.ts'

const poll = { timeout: 30_000 }
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the conversation and the span a process works in', () => {
  it('go along with the code: nested spans have the right parents, parallel ones too, and two producers do not mix', async () => {
    await using server = await startWatched()
    const heard = await server.hear()
    await using producer = createProducer({ url: server.url })
    await using other = createProducer({ url: server.url })
    const { status } = producer
    const tool = (name: string, work: () => Promise<void>) =>
      status.current().span({ category: 'tool', name }, async () => {
        await nextTurn()
        await work()
      })
    await status.run('c', () =>
      status
        .current()
        .span({ category: 'workflow', name: 'root' }, () =>
          Promise.all([
            tool('a', () => tool('a a', async () => status.current().info('deep'))),
            tool('b', async () => other.status.info('c', 'of another producer')),
          ]),
        ),
    )
    await Promise.all([producer.flush(), other.flush()])
    await expect.poll(() => heard.updates.length, poll).toBe(10)
    const ids = new Map(heard.updates.flatMap(({ span }) => (span ? [[span.id, span.name]] : [])))
    const parents = heard.updates.flatMap(({ span }) =>
      span?.state === 'started' ? [[span.name, ids.get(span.parentId ?? '')]] : [],
    )
    expect(Object.fromEntries(parents)).toEqual({ root: undefined, a: 'root', b: 'root', 'a a': 'a' })
    const saidIn = heard.updates.flatMap(({ text, spanId }) =>
      text === 'deep' || text.startsWith('of') ? [[text, spanId && ids.get(spanId)]] : [],
    )
    expect(Object.fromEntries(saidIn)).toEqual({ deep: 'a a', 'of another producer': undefined })
  })

  it('are lost where the app’s own context is, and nothing is said into the wrong one', async () => {
    await using server = await startWatched()
    const heard = await server.hear()
    await using producer = createProducer({ url: server.url })
    const outside = AsyncLocalStorage.snapshot()
    producer.status.run('c', () => {
      outside(() => producer.status.info('c', 'outside'))
      producer.status.current().span({ category: 'tool', name: 'x' }, () => {
        outside(() => producer.status.info('c', 'outside of the span'))
      })
    })
    await producer.flush()
    await expect.poll(() => heard.updates.length, poll).toBe(4)
    expect(heard.updates.filter(({ spanId }) => spanId !== undefined)).toEqual([])
  })
})

describe('a contract', () => {
  it('gives a producer its categories, and what is told is checked by the server', async () => {
    const contract = defineContract({
      categories: { ...defaultCategories, retrieval: z.object({ chunks: z.number() }) },
    })
    const telltale = createTelltale({ contract, access: publicAccess() })
    const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
    const rejected: string[] = []
    await using producer = createProducer({
      url,
      contract,
      telemetry: (name, event) => {
        if (name === 'producer.rejected' && 'code' in event) rejected.push(event.code)
      },
    })
    producer.status.retrieval('c', 'Found', { chunks: 12 })
    producer.status.retrieval('c', 'Found', { chunks: 'many' as never })
    await producer.flush()
    const { updates } = await telltale.createCaller({ userId: 'u' }).status.history({ conversationId: 'c' })
    expect(updates.map(({ metadata }) => metadata)).toEqual([{ chunks: 12 }])
    expect(rejected).toEqual(['INVALID_METADATA'])
    await producer.close()
    await telltale.close({ drainMs: 0 })
  })
})

describe('a flush', () => {
  it('settles when what was said before it is there, however much is said meanwhile', async () => {
    await using server = await startWatched()
    const heard = await server.hear()
    await using producer = createProducer({ url: server.url })
    const caller = server.telltale.createCaller({ userId: 'u' })
    let isOver = false
    let said = 0
    const chatter = (async () => {
      while (!isOver) {
        while (producer.size().queued < 300) producer.status.info('c', `${said++}`)
        await nextTurn()
      }
    })()
    await expect.poll(() => heard.updates.length, poll).toBeGreaterThan(500)
    for (let flush = 0; flush < 5; flush++) {
      producer.status.tool('c', `flush ${flush}`)
      await producer.flush()
      await server.telltale.flush()
      const { latest } = await caller.status.snapshot({ conversationId: 'c' })
      expect(latest.tool?.text).toBe(`flush ${flush}`)
    }
    isOver = true
    await chatter
  })

  it('and a close of a producer that never said anything settle at once and open nothing', async () => {
    await using server = await startWatched()
    const producer = createProducer({ url: server.url })
    await producer.flush()
    await producer.close()
    await producer.close()
    expect(producer.connection.getSnapshot()).toBe('closed')
    expect(server.telltale.size().connections).toBe(0)
  })

  it('is over, and so is a close, when the server has gone for good; what was not delivered is told', async () => {
    const server = await startWatched()
    const events: [string, unknown][] = []
    const producer = createProducer({ url: server.url, telemetry: (...event) => events.push(event) })
    const span = producer.status.startSpan({ conversationId: 'c', category: 'tool', name: 'x' })
    await producer.flush()
    await server[Symbol.asyncDispose]()
    producer.status.info('c', 'too late')
    const flushed = producer.flush()
    await producer.close({ drainMs: 50 })
    await flushed
    expect(span.state).toBe('lost')
    expect(producer.size()).toEqual({ queued: 0, openSpans: 0 })
    expect(events.at(-1)).toEqual(['producer.undelivered', { count: 1 }])
  })
})
