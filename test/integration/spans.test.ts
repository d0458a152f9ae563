import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
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
    type Settle = (value: unknown) => void
    const begin = (outcome: () => unknown) => (resolve: Settle, reject: Settle) => {
      begun++
      queueMicrotask(() => {
        try {
          resolve(outcome())
        } catch (error) {
          reject(error)
        }
      })
    }
    const query = (outcome: () => unknown) =>
      new Proxy({} as PromiseLike<unknown>, { get: (_target, key) => (key === 'then' ? begin(outcome) : undefined) })
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
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('do not look')
        },
      },
    )
    const isSame = told.status.span(tool('hostile'), () => hostile) === hostile
    expect(isSame).toBe(true)
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
