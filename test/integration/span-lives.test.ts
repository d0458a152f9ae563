import { setImmediate as nextTurn } from 'node:timers/promises'
import { createTelltale } from '@telltale/server'
import { describe, expect, it, vi } from 'vitest'
import { createStockClient, record } from '../support/stock-client.ts'
import { openTold, stillClock } from './told.ts'

const tool = (name: string) => ({ conversationId: 'c', category: 'tool', name }) as const

describe('spans in spans', () => {
  it('that run side by side have the same parent, and theirs have them', async () => {
    await using told = await openTold()
    await told.status.span(tool('all'), async () => {
      await Promise.all(
        ['a', 'b', 'c'].map((name) =>
          told.status.span(tool(name), async () => {
            await nextTurn()
            await told.status.span(tool(`${name} inside`), () => nextTurn())
          }),
        ),
      )
    })
    const all = await told.last('all')
    for (const name of ['a', 'b', 'c']) {
      const child = await told.last(name)
      expect(child?.parentId).toBe(all?.id)
      expect((await told.last(`${name} inside`))?.parentId).toBe(child?.id)
    }
  })

  it('may outlive their parent, and then end by themselves', async () => {
    await using told = await openTold()
    const [child] = told.status.span(tool('parent'), (parent) => [
      parent.status.startSpan({ category: 'tool', name: 'child' }),
    ])
    expect(await told.states()).toEqual(['parent started', 'child started', 'parent succeeded'])
    child?.update('still here')
    const snapshot = await told.telltale.createCaller({ userId: 'u' }).status.snapshot({ conversationId: 'c' })
    expect(snapshot.spans.tool?.open.map(({ name }) => name)).toEqual(['child'])
    child?.end()
    expect((await told.states()).slice(3)).toEqual(['child running', 'child succeeded'])
    expect((await told.last('child'))?.parentId).toBe((await told.last('parent'))?.id)
  })
})

describe('the end of a span', () => {
  it('is the first that is told; what is said after it is not heard', async () => {
    await using told = await openTold()
    const span = told.status.startSpan(tool('once'))
    span.end('done', { resultCount: 3 })
    span.end('done twice')
    span.fail(new Error('no'))
    span.cancel()
    span.update('more')
    span.progress(1, 2)
    span.retrying({ attempt: 2 })
    span.waiting({ for: 'Godot' })
    span.fallback({ from: 'a', to: 'b' })
    expect(span.state).toBe('succeeded')
    const updates = await told.updates()
    expect(updates.map(({ text }) => text)).toEqual(['once', 'done'])
    expect(updates.at(-1)).toMatchObject({ metadata: { resultCount: 3 }, span: { state: 'succeeded' } })
  })

  it('inside the work stands, whatever the work does then', async () => {
    await using told = await openTold()
    const fault = new Error('after the end')
    const work = (): never =>
      told.status.span(tool('ended'), (span) => {
        span.end('done')
        throw fault
      })
    expect(work).toThrow(fault)
    expect(told.status.span(tool('given up'), (span) => span.cancel('not needed'))).toBeUndefined()
    expect(await told.states()).toEqual(['ended started', 'ended succeeded', 'given up started', 'given up cancelled'])
    expect(await told.last('given up')).toMatchObject({ reason: 'not needed' })
  })

  it('is told by `using` when nobody else did', async () => {
    await using told = await openTold()
    const fault = new Error('out of the block')
    const leave = (outcome: (span: { end(): void }) => void, name: string): void => {
      using span = told.status.startSpan(tool(name))
      outcome(span)
    }
    leave((span) => span.end(), 'ended')
    leave(() => undefined, 'left')
    const thrown = (): void =>
      leave(() => {
        throw fault
      }, 'thrown')
    expect(thrown).toThrow(fault)
    expect(await told.last('ended')).toMatchObject({ state: 'succeeded' })
    for (const name of ['left', 'thrown']) {
      expect(await told.last(name)).toMatchObject({ state: 'cancelled', reason: 'left without an outcome' })
    }
  })

  it('is that it is lost when its server closes: once, and readers hear it before they are let go', async () => {
    const telltale = createTelltale()
    const { url } = await telltale.listen({ port: 0 })
    const client = createStockClient(url)
    const received = record(client, { conversationId: 'c' })
    await vi.waitFor(() => expect(received.frames).toHaveLength(1))
    const parent = telltale.status.startSpan(tool('parent'))
    const child = parent.status.startSpan({ category: 'engine', name: 'child' })
    parent.progress(1, 3)
    parent.progress(2, 3, 'two of three')
    await Promise.all([telltale.close(), telltale.close()])
    // Its socket is closed: what it has, it had before the goodbye.
    expect(received.updates.map(({ text, span }) => `${span?.name} ${span?.state}: ${text}`)).toEqual([
      'parent started: parent',
      'child started: child',
      'parent running: parent',
      'parent running: two of three',
      'child lost: Lost: its server was closed',
      'parent lost: Lost: its server was closed',
    ])
    expect(received.updates.at(-1)?.span).toMatchObject({
      reason: 'its server was closed',
      progress: { current: 2, total: 3 },
    })
    await client.close()
    child.end()
    parent.end()
    expect(telltale.size()).toMatchObject({ openSpans: 0, queued: 0 })
  })
})

describe('progress', () => {
  it('of a million calls in a loop is a few updates and then the last, with the end', async () => {
    await using told = await openTold()
    const total = 1_000_000
    const startedAt = performance.now()
    told.status.span(tool('flood'), (span) => {
      for (let n = 1; n <= total; n++) span.progress(n, total)
      expect(told.telltale.size().queued).toBeLessThan(100)
    })
    const tookMs = performance.now() - startedAt
    const updates = await told.updates()
    expect(updates.length).toBeLessThanOrEqual(3 + tookMs / 50)
    expect(updates.at(-1)?.span).toMatchObject({ state: 'succeeded', progress: { current: total, percent: 100 } })
  })

  it('is told without its end, too: at a flush, and in its time', async () => {
    const clock = stillClock()
    await using told = await openTold({ clock })
    const span = told.status.startSpan(tool('open'))
    for (let n = 1; n <= 5; n++) span.progress(n)
    expect((await told.last('open'))?.progress).toEqual({ current: 5 })
    for (let n = 6; n <= 9; n++) span.progress(n)
    const timers = clock.timers
    for (let beat = 0; beat < 2; beat++) {
      clock.advance(50)
      await nextTurn()
    }
    await vi.waitFor(() => {
      const frame = told.frames.at(-1)
      const updates = frame?.type === 'batch' ? frame.updates : []
      expect(updates.at(-1)?.span?.progress).toEqual({ current: 9 })
    })
    expect(clock.timers).toBeLessThan(timers)
  })
})
