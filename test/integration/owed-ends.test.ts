import type { Contract } from '@telltale/contract'
import {
  type BackplaneFactory,
  createTelltale,
  memoryBackplane,
  type SpanHandle,
  type Telltale,
} from '@telltale/server'
import { createManualClock } from '@telltale/server/testing'
import { describe, expect, it } from 'vitest'

/** The memory backplane behind a door that can be closed: then it takes nothing. */
function doored() {
  const door = { isOpen: true }
  const memory = memoryBackplane()
  const backplane: BackplaneFactory = (host) => {
    const inner = memory<never, never>(host)
    return {
      ...inner,
      append(...args: Parameters<typeof inner.append>) {
        if (!door.isOpen) throw new Error('the log is away')
        return inner.append(...args)
      },
    } as never
  }
  return { door, backplane }
}

async function statesIn(telltale: Telltale): Promise<string[]> {
  const { spans } = await telltale.createCaller({ userId: 'reader' }).status.snapshot({ conversationId: 'c1' })
  return [...(spans.tool?.open ?? []), ...(spans.tool?.ended ?? [])].map(({ name, state }) => `${name} ${state}`).sort()
}

const start = (telltale: Telltale, name: string): SpanHandle<Contract, 'tool'> =>
  telltale.status.startSpan({ conversationId: 'c1', category: 'tool', name })

describe('the end of a span', () => {
  it('that the log did not take is said again until it does', async () => {
    const { door, backplane } = doored()
    const clock = createManualClock()
    const telltale = createTelltale({ backplane, clock })
    const span = start(telltale, 'work')
    clock.settle()
    door.isOpen = false
    span.end()
    clock.settle()
    expect(await statesIn(telltale)).toEqual(['work started'])
    clock.advance(1_000)
    expect(await statesIn(telltale)).toEqual(['work started'])
    door.isOpen = true
    clock.advance(1_000)
    expect(await statesIn(telltale)).toEqual(['work succeeded'])
    expect(telltale.size().openSpans).toBe(0)
  })

  it('of a span of which nothing was taken is not waited for: nothing says that it runs', async () => {
    const { door, backplane } = doored()
    const clock = createManualClock()
    const telltale = createTelltale({ backplane, clock })
    door.isOpen = false
    start(telltale, 'work').end()
    clock.settle()
    door.isOpen = true
    clock.advance(10_000)
    expect([await statesIn(telltale), telltale.size().openSpans]).toEqual([[], 0])
  })

  it('is told as it was, not as lost, when the server closes before the log was back', async () => {
    const { door, backplane } = doored()
    const clock = createManualClock()
    const telltale = createTelltale({ backplane, clock })
    const span = start(telltale, 'work')
    clock.settle()
    const frames = telltale.subscribe({ conversationId: 'c1' })[Symbol.asyncIterator]()
    await frames.next()
    door.isOpen = false
    span.end('done')
    clock.settle()
    door.isOpen = true
    void telltale.close({ drainMs: 0 })
    const { value } = await frames.next()
    expect(value).toMatchObject({ type: 'batch', updates: [{ text: 'done', span: { state: 'succeeded' } }] })
    await frames.return?.()
  })

  it('is never shed: with a queue of ten and thousands of updates every span that was told ends', async () => {
    const clock = createManualClock()
    const telltale = createTelltale({ clock, limits: { queueLimit: 10 } })
    const spans = Array.from({ length: 100 }, (_, n) => {
      const span = start(telltale, `${n}`)
      clock.settle()
      return span
    })
    for (const [n, span] of spans.entries()) {
      for (let flood = 0; flood < 50; flood++) telltale.status.error('c1', `${n}`)
      span.end()
      for (let flood = 0; flood < 50; flood++) telltale.status.error('c1', `${n}`)
    }
    // In the same turn: neither is told, or both.
    for (let n = 0; n < 500; n++) start(telltale, `short ${n}`).end()
    clock.settle()
    const states = await statesIn(telltale)
    expect(states.filter((state) => !state.endsWith('succeeded'))).toEqual([])
    expect(telltale.size()).toMatchObject({ openSpans: 0, queued: 0 })
  })
})
