import type { SpanNode } from '@telltale/react'
import { describe, expect, it } from 'vitest'
import type { Analysis } from '../../api/analysis.ts'
import { atWorkIn, heardAt, newestOf, rootOf, standingOf } from './standing.ts'

let spans = 0

/** A span, a second younger than the one before it. */
function span(name: string, metadata: object, rest: Partial<SpanNode> = {}): SpanNode {
  spans++
  const at = new Date(spans * 1_000).toISOString()
  const base = { id: `s${spans}`, category: 'workflow', state: 'running', text: name, offset: spans, children: [] }
  return {
    ...base,
    name,
    startedAt: at,
    updatedAt: at,
    metadata: { analysisId: 'a', ...metadata },
    ...rest,
  } as SpanNode
}

const analysis: Analysis = {
  id: 'a',
  conversationId: 'c',
  document: { name: 'report.pdf', kind: 'pdf', bytes: 1 },
  state: 'cancelled',
  createdAt: '2030-01-01T00:00:00.000Z',
  startedAt: '2030-01-01T00:00:01.000Z',
  endedAt: '2030-01-01T00:00:03.500Z',
  failure: null,
  findings: { parse: { pages: 1, characters: 9, title: null } },
}

describe('standingOf', () => {
  it('puts the steps that began among those that are planned', () => {
    const children = [
      span('Read', { step: 'parse' }, { state: 'succeeded', durationMs: 40 }),
      span('Find', { step: 'language' }, { state: 'started' }),
    ]
    const { state, steps } = standingOf('a', span('All', {}, { children }), undefined)
    expect(state).toBe('running')
    expect(steps.map((step) => step.state).slice(0, 3)).toEqual(['succeeded', 'running', 'planned'])
    expect(steps[0]?.span?.durationMs).toBe(40)
  })

  it('says what is at work deepest and was heard of last, and when that was', () => {
    const early = span('Early', {}, { category: 'tool' })
    const late = span('Late', {}, { category: 'tool' })
    const root = span('All', {}, { children: [early, late], offset: 0, updatedAt: new Date(0).toISOString() })
    expect(atWorkIn(root)).toBe(late)
    expect(heardAt(root)).toBe(late.updatedAt)
    expect(standingOf('a', root, undefined)).toMatchObject({ text: 'Late', heardAt: late.updatedAt })
  })

  it('believes a span that is lost rather than an answer from before, and does not wait for anything more', () => {
    const root = span('All', {}, { state: 'lost', reason: 'its producer was silent for 5 s', durationMs: 7 })
    const standing = standingOf('a', root, { ...analysis, state: 'running', endedAt: null })
    expect(standing).toMatchObject({ state: 'lost', text: 'Lost: its producer was silent for 5 s', heardAt: null })
    expect(standing.steps.map(({ state }) => state).slice(0, 2)).toEqual(['succeeded', 'unreached'])
  })

  it('fills in from the answer what no span tells any more', () => {
    const standing = standingOf('a', null, analysis)
    expect(standing).toMatchObject({ state: 'cancelled', durationMs: 2_500, span: null })
    expect(standing.steps.map(({ state }) => state).slice(0, 2)).toEqual(['succeeded', 'unreached'])
  })

  it('does not take the wait for its turn for the analysis', () => {
    const turn = span('Queue', { isTurn: true }, { state: 'waiting', waitingFor: 'one of 10 workers' })
    expect(standingOf('a', turn, undefined)).toMatchObject({ state: 'waiting', span: null })
    const running = { ...analysis, state: 'running', endedAt: null } as const
    expect(standingOf('a', { ...turn, state: 'succeeded' }, running)).toMatchObject({ state: 'running', span: null })
  })
})

it('finds the span of an analysis whatever else somebody made up', () => {
  const root = span('All', {})
  const odd = [
    span('Step', { step: 'parse' }),
    span('Odd', { analysisId: 7 }),
    span('None', {}, { metadata: null } as never),
  ]
  expect(rootOf([root, ...odd], 'a')).toBe(root)
  expect(rootOf(odd, 'a')).toBeNull()
  expect(newestOf([...odd, span('Other', { analysisId: 'b' })])).toBe('b')
  expect(newestOf(odd.slice(1))).toBeNull()
})
