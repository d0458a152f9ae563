import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SmallMap, SmallSet } from './small.ts'

const things = Array.from({ length: 4 }, (_, name) => ({ name }))
const step = fc.record({ kind: fc.constantFrom('put', 'put', 'delete'), key: fc.nat(3), value: fc.nat(3) })
const steps = fc.array(step, { maxLength: 40 })

describe('what mostly holds one thing', () => {
  it('behaves as any set', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const [small, model] = [new SmallSet<object>(), new Set<object>()]
        for (const { kind, key } of all) {
          const item = things[key] ?? {}
          if (kind === 'put') {
            small.add(item)
            model.add(item)
          } else expect(small.delete(item)).toBe(model.delete(item))
          expect([small.size, [...small]]).toEqual([model.size, [...model]])
        }
      }),
    )
  })

  it('behaves as any map', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const [small, model] = [new SmallMap<number | null, object>(), new Map<number | null, object>()]
        for (const { kind, key: place, value } of all) {
          // `null` is a key like any other.
          const key = place === 0 ? null : place
          const item = things[value] ?? {}
          if (kind === 'put') {
            small.set(key, item)
            model.set(key, item)
          } else expect(small.delete(key)).toBe(model.delete(key))
          expect([small.size, [...small.values()]]).toEqual([model.size, [...model.values()]])
          for (const each of [null, 1, 2, 3]) {
            expect([small.has(each), small.get(each)]).toEqual([model.has(each), model.get(each)])
          }
        }
      }),
    )
  })
})
