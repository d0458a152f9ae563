import type { SpanState } from '@telltale/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../support/seeded.ts'
import { createModel, type Model } from './delivery-model.ts'

/** One thing that happens to a conversation. */
type Step =
  | { do: 'say'; category: string; key: string | undefined; times: number }
  | { do: 'work'; span: number; state: SpanState; isLate: boolean; times: number }
  | { do: 'burst'; spans: number[] }
  | { do: 'lose' }
  | { do: 'join'; filter: number }
  | { do: 'flood'; category: string; times: number }
  | { do: 'read'; reader: number; filter: number; from: 'snapshot' | 'live' | { last: number } }
  | { do: 'pull'; reader: number; frames: number }
  | { do: 'drop'; reader: number }
  | { do: 'resume'; reader: number }
  | { do: 'wait'; ms: number }
  | { do: 'evict' }

const filters = [undefined, ['error'], ['info', 'progress'], ['tool'], ['progress']]
const category = fc.constantFrom('info', 'progress', 'error', 'tool')
const reader = fc.integer({ min: 0, max: 2 })
const state = fc.oneof(
  { weight: 4, arbitrary: fc.constant<SpanState>('running') },
  { weight: 3, arbitrary: fc.constantFrom<SpanState>('started', 'waiting', 'retrying') },
  { weight: 3, arbitrary: fc.constantFrom<SpanState>('succeeded', 'failed', 'cancelled') },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      category,
      key: fc.constantFrom(undefined, 'k'),
      times: fc.integer({ min: 1, max: 120 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      span: fc.nat({ max: 7 }),
      state,
      isLate: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 80 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('burst' as const),
      spans: fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('join' as const), filter: fc.nat({ max: filters.length - 1 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('flood' as const), category, times: fc.integer({ min: 30, max: 120 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      reader,
      filter: fc.integer({ min: 0, max: filters.length - 1 }),
      from: fc.oneof(
        fc.constantFrom('snapshot' as const, 'live' as const),
        fc.record({ last: fc.integer({ min: 1, max: 50 }) }),
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('pull' as const), reader, frames: fc.integer({ min: 1, max: 20 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), reader }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('resume' as const), reader }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 700 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('evict' as const) }) },
)

describe('delivery', () => {
  it('is once and in order, or the reader is told exactly what it missed', async () => {
    const seen = new Map<string, number>()
    const lagMaxBytes = fc.constantFrom(20_000, 1_500_000)
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 28, size: 'max' }),
        lagMaxBytes,
        async (steps, bytes) => {
          const model = createModel(bytes, seen)
          try {
            for (const one of steps) await take(model, one)
            await model.finish()
          } finally {
            await model.dispose()
          }
        },
      ),
      runs(300, 'MODEL_RUNS'),
    )
    // A model that never came where it hurts would prove nothing.
    const spans = ['a reader knows of spans', 'spans lost', 'a late node with a checkpoint', 'held by its spans']
    const kinds = ['ready', 'batch', 'batch: conflated', 'gap: overflow', 'gap: slow', 'gap: expired', 'gap: epoch']
    expect([...seen.keys()].sort()).toEqual([...kinds, ...spans].sort())
  }, 3_600_000)
})

async function take(model: Model, step: Step): Promise<void> {
  switch (step.do) {
    case 'say':
      return model.say(step.category, step.key, step.times)
    case 'work':
      return model.work(step.span, step.state, step.isLate, step.times)
    case 'burst':
      return model.burst(step.spans)
    case 'lose':
      return model.lose()
    case 'join':
      return model.join(filters[step.filter])
    case 'flood':
      return model.flood(step.category, step.times)
    case 'read':
      return model.read(step.reader, filters[step.filter], step.from)
    case 'pull':
      return model.pull(step.reader, step.frames)
    case 'drop':
      return model.drop(step.reader)
    case 'resume':
      return model.resume(step.reader)
    case 'wait':
      return model.wait(step.ms)
    case 'evict':
      return model.evict()
  }
}
