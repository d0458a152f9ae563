import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { Contract } from '../status/contract.ts'
import type { Place } from './ambient.ts'
import { createStatus } from './status.ts'

interface Saying {
  conversationId: string
  category: string
  text: string
  metadata: unknown
  options: object | undefined
}

/** A face whose sayings and warnings are written down; it is 5 s after the clock began. */
function open() {
  const said: Saying[] = []
  const warned: string[] = []
  let ids = 0
  const { status } = createStatus<Contract>(
    { names: ['tool', 'progress', 'info'] },
    {
      say: (conversationId, category, text, metadata, options) =>
        said.push({ conversationId, category, text, metadata, options }),
      ambient: new AsyncLocalStorage<Place>(),
      clock: { now: () => Date.UTC(2026, 0, 1), monotonic: () => 5_000, after: () => () => undefined },
      nextSpanId: () => `s${++ids}`,
      warn: (message) => warned.push(message),
    },
  )
  return { status, said, warned }
}

describe('several updates at once', () => {
  it('are said in their order, each with what belongs to it', () => {
    const { status, said } = open()
    status.bulkUpdate('c', [
      { category: 'tool', text: 'one', metadata: { tool: 'a' } },
      { category: 'info', text: 'two', key: 'k' },
      { category: 'tool', text: 'three', priority: 'high', id: 'mine' },
    ])
    expect(said).toEqual([
      { conversationId: 'c', category: 'tool', text: 'one', metadata: { tool: 'a' }, options: {} },
      { conversationId: 'c', category: 'info', text: 'two', metadata: undefined, options: { key: 'k' } },
      {
        conversationId: 'c',
        category: 'tool',
        text: 'three',
        metadata: undefined,
        options: { priority: 'high', id: 'mine' },
      },
    ])
  })

  it('of a condition are said only when it holds', () => {
    const { status, said } = open()
    status.maybeUpdate('c', false, 'tool', 'no')
    status.in('c').maybeUpdate(true, 'tool', 'yes', { tool: 'a' }, { key: 'k' })
    expect(said).toMatchObject([{ text: 'yes', metadata: { tool: 'a' }, options: { key: 'k' } }])
  })
})

describe('how long something took', () => {
  it.each([
    ['by performance.now()', 3_765.4, 1_235],
    ['by a date', new Date(Date.UTC(2025, 11, 31, 23, 59, 58)), 2_000],
    ['from a time still to come', 9_000, 0],
    ['from a date still to come', new Date(Date.UTC(2027, 0, 1)), 0],
    ['from a time of the wrong clock', Date.UTC(2026, 0, 1), 0],
  ])('is counted in whole milliseconds, never less than nothing: %s', (_what, startedAt, durationMs) => {
    const { status, said } = open()
    status.withTiming('c', 'tool', 'Searched', startedAt, { tool: 'web_search' })
    status.in('c').withTiming('tool', 'Searched', startedAt)
    expect(said.map(({ metadata }) => metadata)).toEqual([{ tool: 'web_search', durationMs }, { durationMs }])
  })

  it.each([[Number.NaN], [new Date(Number.NaN)], ['5']])('is left out where it cannot be known: %s', (startedAt) => {
    const { status, said } = open()
    status.withTiming('c', 'tool', 'Searched', startedAt as number, { tool: 'web_search' })
    expect(said[0]?.metadata).toEqual({ tool: 'web_search' })
  })
})

describe('a percentage', () => {
  it.each([
    [3, 10, { current: 3, total: 10, percent: 30 }],
    [999, 1_000, { current: 999, total: 1_000, percent: 99 }],
    [10, 10, { current: 10, total: 10, percent: 100 }],
    [0, 10, { current: 0, total: 10, percent: 0 }],
    [0, 0, { current: 0, total: 0 }],
    [150, 100, { current: 150, total: 100, percent: 100 }],
    [-1, 10, { current: -1, total: 10, percent: 0 }],
    [1, -10, { current: 1, total: -10 }],
    [Number.NaN, 10, { total: 10 }],
    [1, Number.NaN, { current: 1 }],
    [Number.POSITIVE_INFINITY, 10, { total: 10 }],
    [1, Number.POSITIVE_INFINITY, { current: 1 }],
  ])('of %d of %d is what can be known', (current, total, metadata) => {
    const { status, said } = open()
    status.progressPercentage('c', 'Parsing', current, total)
    status.in('c').progressPercentage('Parsing', current, total, { unit: 'pages', percent: 1 })
    expect(said.map(({ category, metadata }) => [category, metadata])).toEqual([
      ['progress', metadata],
      ['progress', { unit: 'pages', percent: 1, ...metadata }],
    ])
  })
})

describe('the conversation that code runs in', () => {
  it('is that of the innermost run, and what that returns is returned', async () => {
    const { status, said } = open()
    const value = await status.run('a', async () => {
      status.current().info('in a')
      const inner = status.run('b', () => {
        status.current().info('in b')
        return 'b is done'
      })
      await Promise.resolve()
      status.current().info('in a again')
      return inner
    })
    expect(value).toBe('b is done')
    expect(said.map(({ conversationId, text }) => `${conversationId} ${text}`)).toEqual([
      'a in a',
      'b in b',
      'a in a again',
    ])
  })

  it('is none outside: nothing is said, work is done, and one warning is given', async () => {
    const { status, said, warned } = open()
    const fault = new Error('no')
    status.current().info('nowhere')
    expect(
      status.current().span({ category: 'tool', name: 'x' }, (span) => `${span.state} ${span.conversationId}.`),
    ).toBe('started .')
    expect(() =>
      status.current().span({ category: 'tool', name: 'x' }, () => {
        throw fault
      }),
    ).toThrow(fault)
    const span = status.current().startSpan({ category: 'tool', name: 'x' })
    span.progress(1, 2)
    span.status.info('nowhere')
    span.end()
    expect(span.state).toBe('succeeded')
    expect([said, warned.length]).toEqual([[], 1])
    expect(warned[0]).toContain('status.run()')
  })

  it('is lent to what is said in a span, unless that is about another, or names another span', () => {
    const { status, said } = open()
    status.span({ conversationId: 'a', category: 'tool', name: 'x' }, (span) => {
      status.info('a', 'inside')
      status.info('b', 'elsewhere')
      status.current().info('here')
      status.info('a', 'of another', {}, { spanId: 'mine' })
      status.run('a', () => status.info('a', 'run again'))
      status.run('b', () => status.startSpan({ conversationId: 'b', category: 'tool', name: 'no child' }))
      expect(span.parentId).toBeUndefined()
    })
    const spanIds = said.flatMap(({ text, options }) => (options && 'span' in options ? [] : [[text, options]]))
    expect(spanIds).toEqual([
      ['inside', { spanId: 's1' }],
      ['elsewhere', undefined],
      ['here', { spanId: 's1' }],
      ['of another', { spanId: 'mine' }],
      ['run again', { spanId: 's1' }],
    ])
    expect(said.find(({ text }) => text === 'no child')?.options).not.toHaveProperty('span.parentId')
  })
})
