import type { StatusUpdate } from '@telltale/contract/wire'
import { describe, expect, it } from 'vitest'
import type { Analysis } from '../../api/analysis.ts'
import { settled } from './settled.ts'
import { stepsOf } from './steps-of.ts'
import { newestOf } from './told.ts'

let offset = 0

function update(category: 'workflow' | 'progress' | 'error', text: string, metadata: object): StatusUpdate {
  offset++
  const base = {
    id: `u${offset}`,
    offset,
    conversationId: 'c',
    text,
    timestamp: new Date(offset * 1_000).toISOString(),
  }
  return { ...base, category, metadata: { analysisId: 'a', ...metadata } } as StatusUpdate
}

const stateOf = (updates: readonly StatusUpdate[], name: string) =>
  stepsOf(updates, 'a').steps.find((step) => step.name === name)?.state

describe('stepsOf', () => {
  it('follows a step from waiting to its end, with how far it is and how long it took', () => {
    const updates = [update('workflow', 'Reading', { step: 'parse', status: 'running' })]
    updates.push(update('progress', 'Read 3 of 12 pages', { step: 'parse', current: 3, total: 12, unit: 'pages' }))
    expect(stepsOf(updates, 'a').steps[0]).toMatchObject({ state: 'running', fraction: { done: 3, total: 12 } })
    expect(stateOf(updates, 'language')).toBe('waiting')
    updates.push(update('workflow', 'Read 12 pages', { step: 'parse', status: 'succeeded', durationMs: 40 }))
    expect(stepsOf(updates, 'a').steps[0]).toMatchObject({ state: 'succeeded', durationMs: 40, text: 'Read 12 pages' })
  })

  it('takes a step as running whose start it did not hear of', () => {
    expect(stateOf([update('progress', 'Half', { step: 'count', current: 1, total: 2 })], 'count')).toBe('running')
  })

  it('does not begin again what ended', () => {
    const updates = [
      update('workflow', 'Done', { step: 'links', status: 'succeeded' }),
      update('progress', 'Late', { step: 'links', current: 1, total: 2 }),
      update('workflow', 'Again', { step: 'links', status: 'running' }),
    ]
    expect(stateOf(updates, 'links')).toBe('succeeded')
  })

  it('hears of no other analysis, and of nothing that anyone made up', () => {
    const updates = [
      update('workflow', 'Other', { analysisId: 'b', step: 'parse', status: 'running' }),
      update('workflow', 'Odd', { step: 'nonsense', status: 'exploded', durationMs: -1 }),
      update('workflow', 'Odder', { analysisId: 7 }),
    ]
    const work = stepsOf(updates, 'a')
    expect(work.state).toBeNull()
    expect(work.steps.every(({ state }) => state === 'waiting')).toBe(true)
    expect(newestOf(updates)).toBe('a')
  })

  it('keeps why it failed when something else is said afterwards', () => {
    const work = stepsOf(
      [
        update('error', 'The PDF is broken', { step: 'parse', code: 'UNREADABLE' }),
        update('workflow', 'Read the document: failed', { step: 'parse', status: 'failed' }),
        update('workflow', 'The analysis failed', { status: 'failed' }),
      ],
      'a',
    )
    expect(work).toMatchObject({ state: 'failed', problem: 'The PDF is broken' })
    expect(work.steps[0]).toMatchObject({ state: 'failed', problem: 'The PDF is broken' })
  })
})

describe('settled', () => {
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

  it('fills in from the answer what the updates do not tell any more', () => {
    const work = settled(
      stepsOf([update('workflow', 'Finding', { step: 'language', status: 'running' })], 'a'),
      analysis,
    )
    expect(work).toMatchObject({ state: 'cancelled', durationMs: 2_500 })
    expect(work.steps.map(({ state }) => state).slice(0, 3)).toEqual(['succeeded', 'cancelled', 'unreached'])
  })

  it('believes an end that was heard rather than an answer from before it', () => {
    const heard = stepsOf([update('workflow', 'Done', { status: 'succeeded', durationMs: 7 })], 'a')
    const work = settled(heard, { ...analysis, state: 'running', endedAt: null })
    expect(work).toMatchObject({ state: 'succeeded', durationMs: 7 })
    expect(work.steps.every(({ state }) => state === 'succeeded')).toBe(true)
  })
})
