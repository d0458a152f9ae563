import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Drained, type Sheddable, SheddingQueue } from './shedding-queue.ts'

interface Item extends Sheddable {
  readonly n: number
}

const item = (n: number, rank = 1, more: Partial<Item> = {}): Item => ({ n, group: 'g', type: 't', rank, ...more })
const shown = (drained: Drained<Item>[]): unknown[] =>
  drained.map((entry) => (entry.item ? entry.item.n : entry.loss?.counts))

describe('shedding queue', () => {
  it('hands out what was put in, in order, and is empty then', () => {
    const queue = new SheddingQueue<Item>(10, () => true)
    for (const n of [1, 2, 3]) queue.push(item(n))
    expect(shown(queue.drain())).toEqual([1, 2, 3])
    expect([queue.size, queue.drain()]).toEqual([0, []])
  })

  it('sheds the oldest of the lowest rank when it is full, and says so before everything that came later', () => {
    const queue = new SheddingQueue<Item>(3, () => true)
    queue.push(item(1, 2))
    for (const n of [2, 3, 4, 5]) queue.push(item(n, 1))
    expect(shown(queue.drain())).toEqual([1, { t: 2 }, 4, 5])
  })

  it('sheds what comes in when everything that waits matters more', () => {
    const queue = new SheddingQueue<Item>(2, () => true)
    for (const n of [1, 2]) queue.push(item(n, 2))
    queue.push(item(3, 0))
    expect(shown(queue.drain())).toEqual([1, 2, { t: 1 }])
  })

  it('sheds superseded items before anything, whatever their rank', () => {
    const queue = new SheddingQueue<Item>(3, () => true)
    queue.push(item(1, 0))
    queue.push(item(2, 2, { key: 'k' }))
    queue.push(item(3, 2, { key: 'k' }))
    queue.push(item(4, 1))
    expect(shown(queue.drain())).toEqual([1, { t: 1 }, 3, 4])
  })

  it('counts what waits elsewhere against the limit', () => {
    const queue = new SheddingQueue<Item>(3, () => true)
    for (const n of [1, 2, 3]) queue.push(item(n), 2)
    expect(shown(queue.drain())).toEqual([{ t: 2 }, 3])
  })

  it('announces nothing for an item whose producer was told itself', () => {
    const queue = new SheddingQueue<Item>(1, ({ n }) => n !== 1)
    for (const n of [1, 2, 3]) queue.push(item(n))
    expect(shown(queue.drain())).toEqual([{ t: 1 }, 3])
  })

  it('keeps its memory bounded while a flood is shed', () => {
    const queue = new SheddingQueue<Item>(10, () => true)
    for (let n = 0; n < 100_000; n++) queue.push(item(n, n % 3))
    const drained = queue.drain()
    expect(drained.filter((entry) => entry.item)).toHaveLength(10)
    expect(drained.filter((entry) => entry.loss).map((entry) => entry.loss?.counts)).toEqual([{ t: 99_990 }])
  })

  it('accounts for every item, keeps order, and never sheds while something less important waits', () => {
    const weight = fc.record({
      rank: fc.constantFrom(0, 1, 2),
      group: fc.constantFrom('a', 'b'),
      type: fc.constantFrom('x', 'y'),
      key: fc.constantFrom(undefined, 'k', 'l'),
    })
    fc.assert(
      fc.property(fc.array(weight, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (weights, limit) => {
        const shed: Item[] = []
        const queue = new SheddingQueue<Item>(limit, (gone) => shed.push(gone) > 0)
        const pushed = weights.map((one, n) => ({ n, ...one }))
        for (const one of pushed) queue.push(one)
        const drained = queue.drain()
        const kept = drained.flatMap(({ item }) => (item ? [item.n] : []))
        expect(kept).toEqual([...kept].sort((a, b) => a - b))
        expect(kept.length).toBe(Math.min(limit, pushed.length))
        expect([...kept, ...shed.map(({ n }) => n)].sort((a, b) => a - b)).toEqual(pushed.map(({ n }) => n))
        checkLosses(drained, shed)
      }),
    )
  })
})

/** Every shed item is counted once, in its group, before the first kept item that came after it. */
function checkLosses(drained: Drained<Item>[], shed: Item[]): void {
  for (const group of ['a', 'b']) {
    const ofGroup = shed.filter((one) => one.group === group)
    const places = drained.flatMap((entry, place) => (entry.loss?.group === group ? [place] : []))
    expect(places.length).toBe(ofGroup.length > 0 ? 1 : 0)
    const [place] = places
    if (place === undefined) continue
    const counts: Record<string, number> = {}
    for (const one of ofGroup) counts[one.type] = (counts[one.type] ?? 0) + 1
    expect(drained[place]?.loss?.counts).toEqual(counts)
    const first = Math.min(...ofGroup.map(({ n }) => n))
    for (const entry of drained.slice(0, place)) if (entry.item) expect(entry.item.n).toBeLessThan(first)
    for (const entry of drained.slice(place)) if (entry.item) expect(entry.item.n).toBeGreaterThan(first)
  }
}
