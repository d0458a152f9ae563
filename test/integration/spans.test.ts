import { setImmediate as nextTurn } from 'node:timers/promises'
import { createTelltale } from '@telltale/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createStockClient, record } from '../support/stock-client.ts'
import { openTold, stillClock } from './told.ts'

const unhandled: unknown[] = []
const note = (error: unknown): number => unhandled.push(error)
process.on('unhandledRejection', note)
afterEach(() => {
  unhandled.length = 0
})

const tool = (name: string) => ({ conversationId: 'c', category: 'tool', name }) as const
/** Rejections are told to be unhandled after the microtasks of their turn. */
const settle = async (): Promise<void> => {
  await nextTurn()
  await nextTurn()
}

describe('what the work of a span returns', () => {
  it('is returned as it is: a value, nothing, the very same promise', async () => {
    await using told = await openTold()
    const value = { n: 1 }
    const promise = Promise.resolve(value)
    class Request extends Promise<number> {
      readonly url = 'https://example.com'
    }
    const request = new Request((resolve) => resolve(5))
    expect(told.status.span(tool('a value'), () => value)).toBe(value)
    expect(told.status.span(tool('nothing'), () => undefined)).toBeUndefined()
    expect(told.status.span(tool('a promise'), () => promise)).toBe(promise)
    expect(told.status.span(tool('a promise of a class'), () => request)).toBe(request)
    await settle()
    const states = await told.states()
    for (const name of ['a value', 'nothing', 'a promise', 'a promise of a class']) {
      const own = states.filter(
        (state) => state.startsWith(name) && !state.includes('class') === !name.includes('class'),
      )
      expect(own).toEqual([`${name} started`, `${name} succeeded`])
    }
  })

  it.each([
    ['an error', new TypeError('no')],
    ['a frozen error', Object.freeze(new Error('no'))],
    ['a text', 'no'],
    ['null', null],
    ['nothing', undefined],
  ])('is thrown as it is: %s, at once and later', async (_what, thrown) => {
    await using told = await openTold()
    const caught = (action: () => unknown): unknown => {
      try {
        action()
      } catch (error) {
        return error
      }
      return 'nothing was thrown'
    }
    expect(
      caught(() =>
        told.status.span(tool('at once'), () => {
          throw thrown
        }),
      ),
    ).toBe(thrown)
    const rejected = told.status.span(tool('later'), () => Promise.reject(thrown))
    expect(
      await rejected.then(
        () => 'nothing was thrown',
        (error: unknown) => error,
      ),
    ).toBe(thrown)
    expect(await told.last('at once')).toMatchObject({ state: 'failed', durationMs: expect.any(Number) })
    expect(await told.last('later')).toMatchObject({ state: 'failed', durationMs: expect.any(Number) })
    await settle()
    expect(unhandled).toEqual([])
  })

  it('is looked at when it is a promise: one that nobody else looks at is told as failed, and not as unhandled', async () => {
    await using told = await openTold()
    void told.status.span(tool('forgotten'), () => Promise.reject(new Error('no')))
    await settle()
    expect(await told.last('forgotten')).toMatchObject({ state: 'failed' })
    expect(unhandled).toEqual([])
  })

  it('is awaited once when it begins only then, and comes as a promise of its result', async () => {
    await using told = await openTold()
    let begun = 0
    const query = (outcome: () => unknown) => ({
      // biome-ignore lint/suspicious/noThenProperty: queries that begin when they are awaited look like this
      then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
        begun++
        queueMicrotask(() => {
          try {
            resolve(outcome())
          } catch (error) {
            reject(error)
          }
        })
      },
    })
    const fault = new Error('no such table')
    expect(await told.status.span(tool('query'), () => query(() => 'rows'))).toBe('rows')
    const failing = told.status.span(tool('wrong query'), () =>
      query(() => {
        throw fault
      }),
    )
    expect(failing).toBeInstanceOf(Promise)
    await expect(failing).rejects.toBe(fault)
    expect(begun).toBe(2)
    expect(await told.last('query')).toMatchObject({ state: 'succeeded' })
    expect(await told.last('wrong query')).toMatchObject({ state: 'failed', error: { message: 'no such table' } })
  })

  it('ends the span when it is a stream or a generator: what comes of it later is not waited for', async () => {
    await using told = await openTold()
    const pages = told.status.span(tool('generator'), async function* () {
      yield 1
      yield 2
    })
    expect(await told.last('generator')).toMatchObject({ state: 'succeeded' })
    const read: number[] = []
    for await (const page of pages) read.push(page)
    expect(read).toEqual([1, 2])
  })

  it('is returned also when reading it throws', async () => {
    await using told = await openTold()
    const hostile = Object.defineProperty({}, 'then', {
      get() {
        throw new Error('do not look')
      },
    })
    expect(told.status.span(tool('hostile'), () => hostile)).toBe(hostile)
    expect(await told.last('hostile')).toMatchObject({ state: 'succeeded' })
  })
})

describe('an exception', () => {
  it('through three nested spans fails each, from the inside out, with how long each took', async () => {
    const clock = stillClock()
    await using told = await openTold({ clock })
    const fault = new RangeError('page 12 of 10 in /srv/app/secret/pages.ts')
    const deep = told.status.span(tool('outer'), async (outer) =>
      outer.status.span({ category: 'tool', name: 'middle' }, async () => {
        clock.advance(10)
        return told.status.span(tool('inner'), async () => {
          clock.advance(20)
          throw fault
        })
      }),
    )
    await expect(deep).rejects.toBe(fault)
    expect(await told.states()).toEqual([
      'outer started',
      'middle started',
      'inner started',
      'inner failed',
      'middle failed',
      'outer failed',
    ])
    const [inner, middle, outer] = [await told.last('inner'), await told.last('middle'), await told.last('outer')]
    expect([inner?.durationMs, middle?.durationMs, outer?.durationMs]).toEqual([20, 30, 30])
    expect([inner?.parentId, middle?.parentId, outer?.parentId]).toEqual([middle?.id, outer?.id, undefined])
    expect(inner?.error).toEqual({ type: 'RangeError', message: 'page 12 of 10 in …/pages.ts' })
    expect(outer?.error).toEqual(inner?.error)
  })

  it('that is an abort cancels', async () => {
    await using told = await openTold()
    const aborting = new AbortController()
    const work = told.status.span(tool('fetch'), async () => aborting.signal.throwIfAborted())
    await work
    aborting.abort()
    const aborted = told.status.span(tool('fetch again'), async () => aborting.signal.throwIfAborted())
    await expect(aborted).rejects.toBe(aborting.signal.reason)
    expect(await told.last('fetch again')).toMatchObject({ state: 'cancelled' })
    expect(await told.last('fetch again')).not.toHaveProperty('error')
  })

  it('that was caught inside is no failure', async () => {
    await using told = await openTold()
    const answer = told.status.span(tool('outer'), () => {
      try {
        return told.status.span(tool('inner'), () => {
          throw new Error('no')
        })
      } catch {
        return 'instead'
      }
    })
    expect(answer).toBe('instead')
    expect(await told.states()).toEqual(['outer started', 'inner started', 'inner failed', 'outer succeeded'])
  })
})

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
