import { describe, expect, it } from 'vitest'
import { Cursor } from './cursor.ts'
import { Cursors } from './cursors.ts'
import { createFilter, createMatcher, type Filter } from './filter.ts'
import { Window } from './window.ts'

const spec = { kind: 't', types: ['a', 'b', 'c'], retention: { size: 10, ttlMs: 1_000 } }
const matcher = createMatcher(spec)
const view = { epoch: 'e', head: at(0), base: at(0), dropped: {}, entries: [] }
const domain = { spec, toUpdate: () => null, fold: () => null, sizeOf: () => 0, restrict: () => null }
const window = new Window(
  { view, checkpoint: { state: null, offset: 0 } },
  { domain, matcher, limits: { batchSize: 1, frameMaxBytes: 1 } },
)

function at(offset: number) {
  return { epoch: 'e', offset, nonce: 0 }
}

function filterOf(...types: string[]): Filter {
  return createFilter(spec, types) ?? expect.unreachable()
}

function cursorOf(filter: Filter) {
  return new Cursor({ window, after: '', told: 0, seen: 0 }, filter, matcher)
}

describe('the cursors of a channel', () => {
  it('with equal filters are woken behind each other, in whatever order they came', () => {
    const cursors = new Cursors()
    const woken: string[] = []
    for (const types of [['a'], ['b'], ['a'], ['c'], ['b'], ['a']]) {
      const cursor = cursorOf(filterOf(...types))
      cursor.onWake = () => void woken.push(types.join())
      cursors.add(cursor)
    }
    cursors.wake()
    expect(woken).toEqual(['a', 'a', 'a', 'b', 'b', 'c'])
  })

  it('are many as soon as there are two, of the same filter or of another', () => {
    for (const second of ['a', 'b']) {
      const cursors = new Cursors()
      cursors.add(cursorOf(filterOf('a')))
      expect(cursors.areMany).toBe(false)
      cursors.add(cursorOf(filterOf(second)))
      expect(cursors.areMany).toBe(true)
    }
  })

  it('may go while they are woken', () => {
    const cursors = new Cursors()
    const all = [1, 2, 3].map(() => cursorOf(filterOf('a')))
    let woken = 0
    for (const cursor of all) {
      cursors.add(cursor)
      cursor.onWake = () => {
        woken++
        cursors.delete(cursor)
      }
    }
    cursors.wake()
    expect([woken, [...cursors]]).toEqual([3, []])
  })
})
