import type { Span, SpanState, Topic } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { type OpenSpanLimits, OpenSpans, type SpanSaying, type SpanStanding } from './open-spans.ts'

const topic: Topic = 'status:c'

function saying(id: string, state: SpanState, more: Partial<SpanSaying> = {}): SpanSaying {
  const span: Span = { id, name: id, state, startedAt: '2026-01-01T00:00:00.000Z' }
  return { topic, category: 'tool', span, producer: 'p', owner: 'ann', ...more }
}

function standingOf({ span, category }: SpanSaying): SpanStanding {
  return { conversationId: 'c', category, metadataJson: '{}', span }
}

function setUp(limits: OpenSpanLimits = { openSpansMax: 100, openSpansPerUser: 100 }) {
  const held: Topic[] = []
  const released: Topic[] = []
  const spans = new OpenSpans(limits, (name) => {
    held.push(name)
    return () => {
      held.splice(held.indexOf(name), 1)
      released.push(name)
    }
  })
  /** What the publisher does with an update: what becomes of it, and it is noted. */
  function say(one: SpanSaying) {
    const ruling = spans.rule(one)
    if (ruling.ok) spans.note({ ...one, span: ruling.span }, standingOf(one))
    return ruling
  }
  return { spans, held, released, say }
}

const reasonOf = (ruling: ReturnType<OpenSpans['rule']>): string | null | undefined =>
  ruling.ok ? undefined : (ruling.error?.message ?? null)

describe('what becomes of an update of a span', () => {
  it('may be left out for a slow reader when the span goes on as it was, and never when it begins, changes or ends', () => {
    const { say } = setUp()
    const states: SpanState[] = ['started', 'started', 'running', 'running', 'waiting', 'running', 'succeeded']
    const replaceable = states.map((state) => {
      const ruling = say(saying('a', state))
      return ruling.ok && ruling.isReplaceable
    })
    expect(replaceable).toEqual([false, true, false, true, false, false, false])
  })

  it('keeps the time it began at, whatever is said later', () => {
    const { say } = setUp()
    say(saying('a', 'started'))
    const later = saying('a', 'running')
    const ruling = say({ ...later, span: { ...later.span, startedAt: '2020-01-01T00:00:00.000Z' } })
    expect(ruling).toMatchObject({ ok: true, span: { startedAt: '2026-01-01T00:00:00.000Z', state: 'running' } })
  })

  it('tells what was accepted of it before', () => {
    const { say } = setUp()
    expect(say(saying('a', 'started'))).toMatchObject({ ok: true, before: null })
    expect(say(saying('a', 'running'))).toMatchObject({ ok: true, before: { span: { id: 'a', state: 'started' } } })
  })

  it('is refused after the end, also when the beginning was never heard of', () => {
    const { say, spans } = setUp()
    say(saying('a', 'started'))
    say(saying('a', 'failed'))
    say(saying('b', 'succeeded'))
    for (const id of ['a', 'b']) {
      for (const state of ['started', 'running', 'succeeded', 'lost'] as const) {
        expect(reasonOf(say(saying(id, state)))).toBe('the span has ended')
      }
    }
    expect(spans.size).toBe(0)
  })

  it('is refused for another category, and in another name', () => {
    const { say } = setUp()
    say(saying('a', 'started'))
    expect(reasonOf(say(saying('a', 'running', { category: 'info' })))).toBe("the span's category is tool")
    expect(reasonOf(say(saying('a', 'running', { owner: 'bob' })))).toBe('the span is of another producer')
    expect(reasonOf(say(saying('a', 'running', { topic: 'status:d', category: 'info', owner: 'bob' })))).toBeUndefined()
  })

  it('is refused for a span too many, but an end never is', () => {
    const { say, spans } = setUp({ openSpansMax: 2, openSpansPerUser: 2 })
    say(saying('a', 'started'))
    say(saying('b', 'started'))
    const refused = say(saying('c', 'started'))
    expect(refused).toMatchObject({ ok: false, error: { code: 'TOO_MANY_REQUESTS' } })
    expect([say(saying('c', 'succeeded')).ok, say(saying('a', 'running')).ok, spans.size]).toEqual([true, true, 2])
    say(saying('a', 'succeeded'))
    expect([say(saying('d', 'started')).ok, spans.size]).toEqual([true, 2])
  })

  it('leaves each user their part, and this process its own, whatever others do', () => {
    const { say } = setUp({ openSpansMax: 4, openSpansPerUser: 2 })
    const of = (owner: string, id: string) => say({ ...saying(id, 'started'), owner, producer: owner }).ok
    expect([of('u1', 'a'), of('u1', 'b'), of('u1', 'c')]).toEqual([true, true, false])
    expect([of('u2', 'd'), of('u2', 'e'), of('u3', 'f')]).toEqual([true, true, false])
    expect(['g', 'h', 'i', 'j', 'k'].map((id) => of('', id))).toEqual([true, true, true, true, false])
  })

  it('that was said before is answered as it was, and not said again', () => {
    const { say, spans } = setUp()
    const start = { ...saying('a', 'started'), dedupe: 'one' }
    say(start)
    expect(spans.rule(start)).toMatchObject({ ok: true, accepted: null })
    spans.accepted(start, { id: 'x', position: 'e.1.1' })
    say(saying('a', 'succeeded'))
    expect(spans.rule(start)).toMatchObject({ ok: true, accepted: { id: 'x', position: 'e.1.1' } })
  })

  it('changes nothing by being asked for', () => {
    const { spans, held } = setUp()
    spans.rule(saying('a', 'started'))
    expect([spans.size, held]).toEqual([0, []])
  })
})

describe('what is open', () => {
  it('is told by producer, children before their parents, with what was last said', () => {
    const { spans, say } = setUp()
    for (const id of ['a', 'b']) say(saying(id, 'started'))
    say(saying('c', 'started', { producer: 'q' }))
    say(saying('a', 'running'))
    say(saying('d', 'started', { topic: 'status:d' }))
    expect(spans.of('p').map(({ standing: { span } }) => `${span.id} ${span.state}`)).toEqual([
      'd started',
      'b started',
      'a running',
    ])
    expect(spans.of('p').map((open) => open.topic)).toEqual(['status:d', topic, topic])
    expect(spans.of('q').map(({ owner }) => owner)).toEqual(['ann'])
    expect(spans.of('nobody')).toEqual([])
  })

  it('hangs on whoever of the same user spoke of it last', () => {
    const { spans, say } = setUp()
    say(saying('a', 'started'))
    say(saying('a', 'running', { producer: 'q' }))
    expect([spans.of('p').length, spans.of('q').length]).toEqual([0, 1])
  })

  it('holds its conversation from the first beginning to the last end', () => {
    const { say, held } = setUp()
    say(saying('a', 'started'))
    say(saying('b', 'started'))
    say(saying('c', 'started', { topic: 'status:d' }))
    expect(held).toEqual([topic, 'status:d'])
    say(saying('a', 'succeeded'))
    expect(held).toEqual([topic, 'status:d'])
    say(saying('b', 'succeeded'))
    expect(held).toEqual(['status:d'])
    say(saying('e', 'started'))
    expect(held).toEqual(['status:d', topic])
  })
})

describe('a verdict on a span whose producer died', () => {
  const verdict = (id: string, producer = 'p') => saying(id, 'lost', { isVerdict: true, producer })

  it('ends it', () => {
    const { spans, say } = setUp()
    say(saying('a', 'started'))
    expect(say(verdict('a')).ok).toBe(true)
    expect([spans.size, reasonOf(say(saying('a', 'running')))]).toEqual([0, 'the span has ended'])
  })

  it('is dropped without a word when the span ended, was never open, or is somebody else’s by now', () => {
    const { say } = setUp()
    say(saying('a', 'started'))
    say(saying('a', 'succeeded'))
    say(saying('b', 'started'))
    say(saying('b', 'running', { producer: 'q' }))
    expect(['a', 'b', 'c'].map((id) => reasonOf(say(verdict(id))))).toEqual([null, null, null])
    expect(say(verdict('b', 'q')).ok).toBe(true)
  })
})

describe('what the log did not take', () => {
  it('is as if it had not been said: the beginning, a change, the end', () => {
    const { spans, held, released } = setUp()
    const [start, wait, end] = [saying('a', 'started'), saying('a', 'waiting'), saying('a', 'succeeded')]
    spans.note(start, standingOf(start))
    spans.forget(start, null)
    expect([spans.size, held]).toEqual([0, []])

    spans.note(start, standingOf(start))
    spans.note(wait, standingOf(wait))
    spans.forget(wait, standingOf(start))
    expect(spans.of('p').map(({ standing: { span } }) => `${span.id} ${span.state}`)).toEqual(['a started'])
    // Released only once, for the beginning that was not taken: one that nobody holds may be forgotten at once.
    expect(released).toEqual([topic])

    spans.note(end, standingOf(end))
    spans.forget(end, standingOf(start))
    expect([spans.size, held]).toEqual([1, [topic]])
    expect(spans.rule(end).ok).toBe(true)
  })

  it('may be said again under the same name', () => {
    const { spans } = setUp()
    const start = saying('a', 'started', { dedupe: 'ann 1' })
    spans.note(start, standingOf(start))
    spans.forget(start, null)
    expect(spans.rule(start)).toMatchObject({ ok: true, before: null })
    spans.note(start, standingOf(start))
    expect(spans.size).toBe(1)
  })
})

describe('what is sent twice', () => {
  it('is no fault, also after the end: the log knows it by its name', () => {
    const { say } = setUp()
    const [start, end] = [saying('a', 'started', { dedupe: 'ann 1' }), saying('a', 'succeeded', { dedupe: 'ann 2' })]
    for (const one of [start, start, end, end, start]) expect(say(one).ok).toBe(true)
    expect(reasonOf(say(saying('a', 'running', { dedupe: 'ann 3' })))).toBe('the span has ended')
    expect(say(saying('a', 'started', { topic: 'status:d', dedupe: 'ann 1' })).ok).toBe(true)
  })

  it('opens no span again: nobody would ever end it', () => {
    const { spans, say, held } = setUp()
    const [start, end] = [saying('a', 'started', { dedupe: 'ann 1' }), saying('a', 'succeeded', { dedupe: 'ann 2' })]
    for (const one of [start, end, start]) say(one)
    expect([spans.size, held, spans.of('p')]).toEqual([0, [], []])
  })

  it('takes a span back to nothing that was said before', () => {
    const { spans, say } = setUp()
    const first = saying('a', 'running', { dedupe: 'ann 1' })
    for (const one of [first, saying('a', 'waiting'), first]) say(one)
    expect(spans.of('p').map(({ standing: { span } }) => `${span.id} ${span.state}`)).toEqual(['a waiting'])
  })

  it('is not taken back when the log fails for the second: the first was taken', () => {
    const { spans, say } = setUp()
    const end = saying('a', 'succeeded', { dedupe: 'ann 2' })
    say(saying('a', 'started'))
    say(end)
    const again = { ...end }
    spans.note(again, standingOf(again))
    spans.forget(again, null)
    expect([spans.size, reasonOf(spans.rule(saying('a', 'running')))]).toEqual([0, 'the span has ended'])
    expect(spans.rule(end).ok).toBe(true)
  })
})
