import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { Span } from '../status/span.ts'
import type { Place } from './ambient.ts'
import { openMax } from './life.ts'
import { createStatus } from './status.ts'

/** A face whose sayings are written down, at a time that stands still until it is told to go on. */
function open() {
  let at = 0
  let ids = 0
  let timers: { dueAt: number; call: () => void }[] = []
  const said: { text: string; span: Span }[] = []
  const { status, spans } = createStatus(
    { names: ['tool', 'progress'] },
    {
      say: (_conversation, _category, text, _metadata, options) => {
        if (options?.span) said.push({ text, span: options.span })
      },
      ambient: new AsyncLocalStorage<Place>(),
      clock: {
        now: () => Date.UTC(2026, 0, 1) + at,
        monotonic: () => at,
        after: (delayMs, call) => {
          const timer = { dueAt: at + delayMs, call }
          timers.push(timer)
          return () => {
            timers = timers.filter((other) => other !== timer)
          }
        },
      },
      nextSpanId: () => `s${++ids}`,
      warn: () => undefined,
    },
  )
  const advance = (ms: number): void => {
    at += ms
    const due = timers.filter(({ dueAt }) => dueAt <= at)
    timers = timers.filter(({ dueAt }) => dueAt > at)
    for (const { call } of due) call()
  }
  const start = (name = 'work') => status.startSpan({ conversationId: 'c', category: 'tool', name } as never)
  const told = () => said.map(({ span }) => span.progress?.current ?? span.state)
  return { start, spans, said, told, advance, timers: () => timers.length }
}

describe('progress', () => {
  it('is said at most every 50 ms, and the last of it always', () => {
    const { start, told, advance, timers } = open()
    const span = start()
    for (let n = 1; n <= 3; n++) span.progress(n)
    expect(told()).toEqual(['started', 1])
    advance(49)
    expect(told()).toEqual(['started', 1])
    advance(1)
    expect(told()).toEqual(['started', 1, 3])
    span.progress(4)
    advance(50)
    expect([told(), timers()]).toEqual([['started', 1, 3, 4], 0])
    advance(50)
    span.progress(5)
    expect(told()).toEqual(['started', 1, 3, 4, 5])
  })

  it('is counted by span: one does not keep the other waiting', () => {
    const { start, told } = open()
    const [a, b] = [start('a'), start('b')]
    a.progress(1)
    b.progress(10)
    a.progress(2)
    expect(told()).toEqual(['started', 'started', 1, 10])
  })

  it('that was put off goes along with whatever is said next', () => {
    const { start, said, timers } = open()
    const span = start()
    span.progress(1, 3)
    span.progress(2, 3, 'two')
    span.waiting({ for: 'user approval' })
    expect(said.at(-1)?.span).toMatchObject({ state: 'waiting', progress: { current: 2, total: 3, percent: 66 } })
    span.progress(3, 3)
    span.end()
    expect(said.at(-1)?.span).toMatchObject({ state: 'succeeded', progress: { current: 3, percent: 100 } })
    expect(timers()).toBe(0)
  })

  it('that was put off is said at a flush, and leaves no timer', () => {
    const { start, spans, told, advance, timers } = open()
    const span = start()
    span.progress(1)
    span.progress(2)
    spans.flush()
    expect([told(), timers()]).toEqual([['started', 1, 2], 0])
    spans.flush()
    advance(100)
    expect(told()).toEqual(['started', 1, 2])
  })

  it('of a million calls in a loop is one saying and one timer, and then the last', () => {
    const { start, told, advance, timers } = open()
    const span = start()
    for (let n = 1; n <= 1_000_000; n++) span.progress(n, 1_000_000)
    expect([told(), timers()]).toEqual([['started', 1], 1])
    advance(50)
    expect([told(), timers()]).toEqual([['started', 1, 1_000_000], 0])
  })

  it('comes at once when the span was not running', () => {
    const { start, told, said } = open()
    const span = start()
    span.progress(1)
    span.waiting({ for: 'rate limit' })
    span.progress(2)
    expect(said.map(({ span }) => span.state)).toEqual(['started', 'running', 'waiting', 'running'])
    expect(told().at(-1)).toBe(2)
  })

  it.each([
    ['3 of 10', [3, 10], { current: 3, total: 10, percent: 30 }],
    ['3 of an unknown number', [3], { current: 3 }],
    ['0 of 0', [0, 0], { current: 0 }],
    ['150 of 100', [150, 100], { current: 150, total: 100, percent: 100 }],
    ['-1 of 10', [-1, 10], { current: -1, total: 10, percent: 0 }],
    ['3 of -10', [3, -10], { current: 3 }],
    ['NaN of 10', [Number.NaN, 10], { total: 10 }],
    ['infinitely many of 10', [Number.POSITIVE_INFINITY, 10], { total: 10 }],
    ['3 of infinitely many', [3, Number.POSITIVE_INFINITY], { current: 3 }],
    ['more than a number can count', [1e300, 1e301], {}],
    ['a total that is a text', [3, '10'], { current: 3 }],
    ['an object', [{ current: 3, total: 10, unit: 'pages' }], { current: 3, total: 10, percent: 30, unit: 'pages' }],
    ['a percentage alone', [{ percent: 41.9 }], { percent: 41 }],
    ['a percentage beyond all', [{ percent: 180 }], { percent: 100 }],
    ['a percentage below nothing', [{ percent: -5 }], { percent: 0 }],
    ['texts for numbers', [{ current: '3', total: '10' }], {}],
    ['a unit of a thousand characters', [{ unit: 'x'.repeat(1_000) }], { unit: `${'x'.repeat(31)}…` }],
    ['a unit that ends in half a character', [{ unit: `${'x'.repeat(30)}😀😀` }], { unit: `${'x'.repeat(30)}…` }],
  ] as const)('of %s is told as far as it can be known', (_what, said, told) => {
    const probe = open()
    const span = probe.start()
    ;(span.progress as (...said: readonly unknown[]) => void)(...said)
    expect(probe.said.at(-1)?.span.progress).toEqual(told)
  })

  it.each([[['3', '10']], [[]], [[null]], [[undefined, 10]]])('that is none changes nothing: %j', (said) => {
    const { start, said: all } = open()
    ;(start().progress as (...said: readonly unknown[]) => void)(...said)
    expect(all.map(({ span }) => span.state)).toEqual(['started'])
  })
})

describe('what a span says of itself', () => {
  const circumstances = ['retryInMs', 'waitingFor', 'error', 'reason'] as const
  const circumstancesOf = (span: Span | undefined) => circumstances.filter((key) => span && key in span)

  it('while it is retrying is which attempt comes, when, and why; afterwards the attempt alone stays', () => {
    const { start, said } = open()
    const span = start()
    span.retrying({ attempt: 2, of: 3, delayMs: 1_500.4, error: new Error('rate limited') })
    expect(said.at(-1)).toMatchObject({
      text: 'Trying again: attempt 2 of 3',
      span: { state: 'retrying', attempt: 2, attempts: 3, retryInMs: 1_500, error: { message: 'rate limited' } },
    })
    span.progress(1)
    expect(said.at(-1)?.span).toMatchObject({ state: 'running', attempt: 2, attempts: 3 })
    expect(circumstancesOf(said.at(-1)?.span)).toEqual([])
    span.retrying({ attempt: 3 }, 'once more')
    expect(said.at(-1)).toMatchObject({ text: 'once more', span: { attempt: 3 } })
    expect(said.at(-1)?.span).not.toHaveProperty('attempts')
  })

  it('while it is waiting is for what, until it goes on', () => {
    const { start, said } = open()
    const span = start()
    span.waiting({ for: 'user approval' })
    expect(said.at(-1)).toMatchObject({
      text: 'Waiting for user approval',
      span: { state: 'waiting', waitingFor: 'user approval' },
    })
    span.update('approved')
    expect(said.at(-1)).toMatchObject({ text: 'approved', span: { state: 'running' } })
    expect(circumstancesOf(said.at(-1)?.span)).toEqual([])
  })

  it('of a fallback is what took the place of what, and that stays', () => {
    const { start, said } = open()
    const span = start()
    span.fallback({ from: 'large-model', to: 'small-model' })
    expect(said.at(-1)).toMatchObject({ text: 'Using small-model instead of large-model', span: { state: 'running' } })
    span.end()
    expect(said.at(-1)?.span.fallback).toEqual({ from: 'large-model', to: 'small-model' })
  })

  it('at its end is what it was called, why it failed, or why it was given up', () => {
    const { start, said } = open()
    start().end()
    start().fail(new TypeError('no'))
    start().cancel('not needed')
    start().cancel()
    expect(said.filter(({ span }) => span.durationMs !== undefined).map(({ text }) => text)).toEqual([
      'work',
      'no',
      'Cancelled: not needed',
      'Cancelled',
    ])
  })

  it.each([
    [{ attempt: 1 }, { attempt: 2 }],
    [
      { attempt: Number.NaN, of: 'x', delayMs: -5 },
      { attempt: 2, attempts: 2, retryInMs: 0 },
    ],
    [
      { attempt: 4, of: 2, delayMs: Number.POSITIVE_INFINITY },
      { attempt: 4, attempts: 4, retryInMs: 0 },
    ],
    [undefined, { attempt: 2 }],
  ])('of a retry that cannot be is the nearest that can: %j', (retry, told) => {
    const { start, said } = open()
    start().retrying(retry as never)
    expect(said.at(-1)?.span).toMatchObject(told)
  })

  it('is as long as its clock says, never less than nothing', () => {
    const { start, said, advance } = open()
    const span = start()
    advance(12.6)
    span.end()
    expect(said.at(-1)?.span).toMatchObject({ startedAt: '2026-01-01T00:00:00.000Z', durationMs: 13 })
  })
})

describe('a life', () => {
  it('that is lost ends all that was open in it, silently: others have told it', () => {
    const { start, spans, said, timers } = open()
    const span = start()
    span.progress(1)
    span.progress(2)
    spans.lose()
    expect([span.state, spans.open, timers()]).toEqual(['lost', 0, 0])
    span.progress(3)
    span.end()
    expect(said).toHaveLength(2)
    expect([start().state, spans.open]).toEqual(['started', 1])
  })

  it('tells again where all that is open stands, to who asks', () => {
    const { start, spans, said } = open()
    start('ended').end()
    start('open').progress(5)
    const before = said.length
    spans.retell()
    expect(said.slice(before)).toMatchObject([{ span: { name: 'open', state: 'running', progress: { current: 5 } } }])
  })

  it('remembers no more than 20,000 open spans, however many nobody ends', () => {
    const { start, spans } = open()
    for (let n = 0; n < openMax + 5; n++) start()
    expect(spans.open).toBe(openMax)
  })
})
