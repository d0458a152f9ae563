import { buildErrorMetadata, buildLlmMetadata, buildToolMetadata, buildWorkflowMetadata } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { openTold, stillClock } from './told.ts'

describe('what a producer says with a helper', () => {
  it('is several updates, in their order', async () => {
    await using told = await openTold()
    told.status.bulkUpdate('c', [
      { category: 'workflow', text: 'one', metadata: buildWorkflowMetadata('analysis', 0, 3) },
      { category: 'tool', text: 'two', metadata: buildToolMetadata('web_search', { query: 'q', apiKey: 'abc' }) },
      { category: 'engine', text: 'three', metadata: buildLlmMetadata('a-model', 'a-provider', { inputTokens: 5 }) },
      { category: 'error', text: 'four', metadata: buildErrorMetadata(new RangeError('no')), priority: 'normal' },
    ])
    expect((await told.updates()).map(({ text, metadata }) => [text, metadata])).toEqual([
      ['one', { workflow: 'analysis', completedSteps: 0, totalSteps: 3, percent: 0 }],
      ['two', { tool: 'web_search', params: { query: 'q', apiKey: '[redacted]' } }],
      [
        'three',
        { 'gen_ai.request.model': 'a-model', 'gen_ai.provider.name': 'a-provider', 'gen_ai.usage.input_tokens': 5 },
      ],
      ['four', { type: 'RangeError', message: 'no' }],
    ])
    expect(told.rejected).toEqual([])
  })

  it('is said only when its condition holds', async () => {
    await using told = await openTold()
    for (const condition of [true, false]) told.status.maybeUpdate('c', condition, 'info', `when ${condition}`)
    expect((await told.updates()).map(({ text }) => text)).toEqual(['when true'])
  })

  it('has how long it took, by the clock it was read from', async () => {
    const clock = stillClock()
    await using told = await openTold({ clock })
    const [monotonic, date] = [clock.monotonic(), new Date(clock.now())]
    clock.advance(1_234)
    told.status.withTiming('c', 'tool', 'Searched', monotonic, { tool: 'web_search' })
    told.status.in('c').withTiming('info', 'Imported', date)
    told.status.withTiming('c', 'info', 'Not begun', clock.monotonic() + 1_000)
    expect((await told.updates()).map(({ metadata }) => metadata)).toEqual([
      { tool: 'web_search', durationMs: 1_234 },
      { durationMs: 1_234 },
      { durationMs: 0 },
    ])
  })

  it('takes what performance.now() and Date say of this process', async () => {
    await using told = await openTold()
    const [monotonic, date] = [performance.now() - 5_000, new Date(Date.now() - 5_000)]
    told.status.withTiming('c', 'tool', 'Searched', monotonic)
    told.status.withTiming('c', 'tool', 'Searched', date)
    for (const { metadata } of await told.updates()) {
      expect(metadata).toMatchObject({ durationMs: expect.closeTo(5_000, -3) })
    }
  })

  it('is a percentage where it can be known', async () => {
    await using told = await openTold()
    told.status.progressPercentage('c', 'Parsing', 3, 10, { unit: 'pages' })
    told.status.progressPercentage('c', 'Parsing', 0, 0)
    told.status.progressPercentage('c', 'Parsing', 150, 100)
    told.status.progressPercentage('c', 'Parsing', -1, 10)
    told.status.progressPercentage('c', 'Parsing', Number.NaN, 10)
    expect((await told.updates()).map(({ metadata }) => metadata)).toEqual([
      { unit: 'pages', current: 3, total: 10, percent: 30 },
      { current: 0, total: 0 },
      { current: 150, total: 100, percent: 100 },
      { current: -1, total: 10, percent: 0 },
      { total: 10 },
    ])
    expect(told.rejected).toEqual([])
  })

  it('belongs to the span that it is said in', async () => {
    await using told = await openTold()
    told.status.span({ conversationId: 'c', category: 'workflow', name: 'around' }, () => {
      told.status.bulkUpdate('c', [
        { category: 'info', text: 'one' },
        { category: 'info', text: 'two', spanId: 'mine' },
      ])
      told.status.withTiming('c', 'info', 'three', 0)
      told.status.current().progressPercentage('four', 1, 2)
      told.status.current().maybeUpdate(true, 'info', 'five')
    })
    const around = (await told.last('around'))?.id
    const spanIds = (await told.updates()).flatMap(({ span, spanId }) => (span ? [] : [spanId]))
    expect(spanIds).toEqual([around, 'mine', around, around, around])
  })
})
