import { createTelltaleClient } from '@telltale/client'
import { createProducer } from '@telltale/client/producer'
import { toSpanTree } from '@telltale/contract'
import { createTelltale, publicAccess } from '@telltale/server'
import { describe, expect, it } from 'vitest'
import { killed, startWorking } from '../support/working.ts'

/** What the promise allows; the defaults are 20 s until the lease lapses and a look every second. */
const withinMs = 30_000
const poll = { interval: 50, timeout: withinMs }
const conversationId = 'c1'

describe('a producer that is killed in the middle of nested spans', () => {
  it('leaves none of them running: lost within 30 s, once, for every reader; the work of another goes on', async () => {
    const telltale = createTelltale({ access: publicAccess() })
    const { url } = await telltale.listen({ port: 0, host: '127.0.0.1' })
    const victim = await startWorking(url, conversationId, 'victim')
    const other = await startWorking(url, conversationId, 'other')
    const client = createTelltaleClient({ url })
    const stream = client.status({ conversationId })
    const heardLost: string[] = []
    stream.subscribe({ update: ({ span }) => span?.state === 'lost' && heardLost.push(span.name) })
    const filtered = client.status({ conversationId, categories: ['tool'] })
    const stopReading = filtered.store.subscribe(() => undefined)
    const statesIn = (read: typeof stream): string[] => {
      const tree = read.spans
      const walk = (nodes: typeof tree): string[] =>
        nodes.flatMap(({ name, state, children }) => [`${name} ${state}`, ...walk(children)])
      return walk(tree).sort()
    }
    await expect.poll(() => statesIn(stream).length, poll).toBe(6)

    const killedAtMs = performance.now()
    await killed(victim)
    const told = [
      'other engine started',
      'other tool running',
      'other workflow started',
      'victim engine lost',
      'victim tool lost',
      'victim workflow lost',
    ]
    await expect.poll(() => statesIn(stream), poll).toEqual(told)
    expect(performance.now() - killedAtMs).toBeLessThan(withinMs)
    expect(heardLost).toEqual(['victim engine', 'victim tool', 'victim workflow'])
    expect(stream.store.getSnapshot().integrity).toBe('live')
    await expect.poll(() => statesIn(filtered), poll).toEqual(['other tool running', 'victim tool lost'])

    // Who comes later sees the same, and in the log it stands once.
    const late = createTelltaleClient({ url })
    const snapshot = await late.snapshot({ conversationId })
    const latest = toSpanTree(snapshot.spans)
    expect(latest.map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['victim workflow', 'lost', 'its producer was silent for 20 s'],
      ['other workflow', 'started', undefined],
    ])
    const { updates } = await late.history({ conversationId, limit: 200 })
    expect(updates.filter(({ span }) => span?.state === 'lost')).toHaveLength(3)

    // The other one is still believed in, and a new one may work in the same conversation.
    const third = createProducer({ url })
    expect(await third.status.span({ conversationId, category: 'tool', name: 'third' }, async () => 3)).toBe(3)
    await third.close()
    await expect.poll(() => statesIn(stream), poll).toEqual([...told.slice(0, 3), 'third succeeded', ...told.slice(3)])

    stopReading()
    await killed(other)
    await Promise.all([client.close(), late.close()])
    await telltale.close({ drainMs: 0 })
  }, 90_000)
})
