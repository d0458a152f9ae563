import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ring } from './ring.ts'

describe('ring', () => {
  it('keeps places when the front is dropped', () => {
    const ring = new Ring<string>()
    for (const item of ['a', 'b', 'c', 'd']) ring.push(item)
    ring.dropTo(2)
    expect([ring.base, ring.head, ring.size]).toEqual([2, 4, 2])
    expect([ring.at(1), ring.at(2), ring.at(3), ring.at(4), ring.at(5)]).toEqual([
      undefined,
      undefined,
      'c',
      'd',
      undefined,
    ])
  })

  it('begins where it is told', () => {
    const ring = new Ring<string>(10)
    ring.push('a')
    expect([ring.base, ring.head, ring.at(11)]).toEqual([10, 11, 'a'])
  })

  it('behaves as a list that remembers its places', () => {
    const step = fc.oneof(fc.constant('push' as const), fc.integer({ min: 0, max: 30 }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const ring = new Ring<number>()
        const model: number[] = []
        let base = 0
        for (const [index, step] of steps.entries()) {
          if (step === 'push') {
            ring.push(index)
            model.push(index)
          } else {
            ring.dropTo(step)
            base = Math.max(base, Math.min(step, model.length))
          }
          expect([ring.base, ring.head]).toEqual([base, model.length])
          for (let place = 1; place <= model.length + 1; place++) {
            expect(ring.at(place)).toBe(place <= base ? undefined : model[place - 1])
          }
        }
      }),
    )
  })
})
