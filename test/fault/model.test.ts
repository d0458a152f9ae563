import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../support/seeded.ts'
import { type Category, createModel, type Model } from './model/model.ts'

/** One thing that happens to a conversation, or to somebody who reads it. */
type Step =
  | { do: 'say'; category: Category; key: string | undefined; times: number }
  | { do: 'flood'; category: Category; times: number }
  | { do: 'open'; slot: number; filter: number; from: 'snapshot' | { last: number } }
  | { do: 'deliver'; slot: number; packets: number }
  | { do: 'drop' | 'reconnect' | 'pause' | 'resume' | 'expire' | 'revoke'; slot: number }
  | { do: 'change'; slot: number; category: Category }
  | { do: 'wait'; ms: number }
  | { do: 'evict' }

const filters: readonly (readonly Category[] | undefined)[] = [undefined, ['error'], ['info', 'progress'], ['tool']]
const category = fc.constantFrom<Category>('info', 'progress', 'error', 'tool')
const slot = fc.nat({ max: 2 })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      category,
      key: fc.constantFrom(undefined, 'k'),
      times: fc.integer({ min: 1, max: 90 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('flood' as const), category, times: fc.integer({ min: 20, max: 90 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      slot,
      filter: fc.nat({ max: filters.length - 1 }),
      from: fc.oneof(fc.constant('snapshot' as const), fc.record({ last: fc.integer({ min: 1, max: 50 }) })),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), slot, packets: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'drop' as const,
        'reconnect' as const,
        'reconnect' as const,
        'pause' as const,
        'resume' as const,
      ),
      slot,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), slot, category }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), slot }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), slot: fc.constant(2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 700 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('evict' as const) }) },
)

describe('the engine with clients of ours at the ends of bad lines', () => {
  it('keeps every invariant, whatever happens in whatever order', async () => {
    const seen = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 40, size: 'max' }), async (steps) => {
        const model = createModel(seen)
        let broken: readonly string[] = []
        try {
          for (const one of steps) await take(model, one)
          await model.finish()
        } finally {
          broken = await model.dispose()
        }
        expect(broken).toEqual([])
      }),
      runs(500, 'MODEL_RUNS'),
    )
    // A model that never came where it hurts would prove nothing.
    const gaps = ['gap: overflow', 'gap: slow', 'gap: expired', 'gap: epoch']
    const events = ['one category more', 'one category less', 'a token ended', 'revoked while it read', 'evicted']
    expect([...seen.keys()].sort()).toEqual([...gaps, ...events].sort())
  }, 3_600_000)
})

function take(model: Model, one: Step): Promise<void> {
  switch (one.do) {
    case 'say':
      return model.say(one.category, one.key, one.times)
    case 'flood':
      return model.flood(one.category, one.times)
    case 'open':
      return model.open(one.slot, filters[one.filter], one.from)
    case 'deliver':
      return model.deliver(one.slot, one.packets)
    case 'drop':
      return model.drop(one.slot)
    case 'reconnect':
      return model.reconnect(one.slot)
    case 'pause':
      return model.pause(one.slot, true)
    case 'resume':
      return model.pause(one.slot, false)
    case 'change':
      return model.change(one.slot, one.category)
    case 'expire':
      return model.expire(one.slot)
    case 'revoke':
      return model.revoke(one.slot)
    case 'wait':
      return model.wait(one.ms)
    case 'evict':
      return model.evict()
  }
}
