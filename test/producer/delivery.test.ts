import { createProducer, type ProducerEvents } from '@telltale/client/producer'
import { describe, expect, it, onTestFailed } from 'vitest'
import { isPublish, isPublished, openMessageProxy } from './message-proxy.ts'
import { startWatched } from './watched.ts'

const backoff = { baseMs: 5, maxMs: 20 }
const poll = { timeout: 30_000 }

/** A seeded chance (mulberry32): the same cuts again with `CUTS_SEED=…`. */
function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('what a producer elsewhere says', () => {
  it('arrives once and in order through 50 cuts, before a message, behind it, and before its answer', async () => {
    const seed = Number(process.env['CUTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
    onTestFailed(() => console.log(`CUTS_SEED=${seed}`))
    const chance = chanceOf(seed)
    await using server = await startWatched()
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    let cutsLeft = 50
    const fate = (isOurs: (text: string) => boolean) => (text: string) => {
      if (cutsLeft === 0 || !isOurs(text) || chance() > 0.3) return 'pass'
      cutsLeft--
      return 'cut'
    }
    proxy.onRequest = fate(isPublish)
    proxy.onAnswer = fate(isPublished)
    const told: string[] = []
    await using producer = createProducer({
      url: proxy.url,
      backoff,
      queueLimit: 20_000,
      telemetry: (name) => told.push(name),
    })
    for (let n = 0; n < 10_000; n++) {
      producer.status.info('c', `${n}`)
      if (chance() < 0.02) await nextTurn()
      if (chance() < 0.001) proxy.cut()
    }
    await producer.flush()
    expect(cutsLeft).toBe(0)
    await expect.poll(() => heard.updates.length, poll).toBe(10_000)
    expect(heard.updates.map(({ text }) => Number(text))).toEqual(Array.from({ length: 10_000 }, (_, n) => n))
    expect(new Set(told)).toEqual(new Set(['producer.waiting']))
  })

  it('is taken once when every message is sent twice, spans that have ended since too', async () => {
    await using server = await startWatched()
    await using proxy = await openMessageProxy(server.url)
    const heard = await server.hear()
    const seen = new Set<string>()
    // The first answer to each message never comes.
    proxy.onAnswer = (text) => {
      if (!isPublished(text) || seen.has(lastMessage())) return 'pass'
      seen.add(lastMessage())
      return 'cut'
    }
    // A message is known by the names of its updates: what is asked along with them is another matter.
    const lastMessage = (): string => (proxy.asked.findLast(isPublish)?.match(/"id":"[^"]+"/g) ?? []).join()
    const rejected: ProducerEvents['producer.rejected'][] = []
    await using producer = createProducer({
      url: proxy.url,
      backoff,
      telemetry: (name, event) => {
        if (name === 'producer.rejected') rejected.push(event as ProducerEvents['producer.rejected'])
      },
    })
    for (let n = 0; n < 20; n++) {
      await producer.status.span({ conversationId: 'c', category: 'tool', name: `${n}` }, async (span) => {
        span.progress(1, 2)
        span.status.info('in between')
        if (n % 3 === 0) await producer.flush()
      })
    }
    await producer.flush()
    expect(rejected).toEqual([])
    expect(seen.size).toBeGreaterThan(5)
    await expect.poll(() => heard.updates.length, poll).toBe(80)
    expect(heard.states).toEqual(
      Array.from({ length: 20 }, (_, n) => [`${n} started`, `${n} running`, `${n} succeeded`]).flat(),
    )
    expect(server.telltale.size().openSpans).toBe(0)
  })
})
