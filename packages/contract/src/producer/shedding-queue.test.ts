import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Drained, keptRank, type Sheddable, SheddingQueue } from './shedding-queue.ts'

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

describe('what is never shed', () => {
  it('stays, whatever its age, and may be more than the limit', () => {
    const queue = new SheddingQueue<Item>(2, () => true)
    for (const n of [1, 2, 3]) queue.push(item(n, keptRank))
    queue.push(item(4, 2))
    expect(shown(queue.drain())).toEqual([1, 2, 3, { t: 1 }])
  })

  it('supersedes what has its key', () => {
    const queue = new SheddingQueue<Item>(2, () => true)
    queue.push(item(1, 2, { key: 'k' }))
    queue.push(item(2, keptRank, { key: 'k' }))
    queue.push(item(3, 0))
    expect(shown(queue.drain())).toEqual([{ t: 1 }, 2, 3])
  })
})

describe('taking a part', () => {
  it('hands out the oldest in order; the rest can still be shed', () => {
    const queue = new SheddingQueue<Item>(4, () => true)
    for (const n of [1, 2, 3, 4]) queue.push(item(n))
    expect(shown(queue.take(2))).toEqual([1, 2])
    for (const n of [5, 6, 7]) queue.push(item(n))
    expect([queue.size, shown(queue.take(10))]).toEqual([4, [{ t: 1 }, 4, 5, 6, 7]])
    expect([queue.size, queue.take(10)]).toEqual([0, []])
  })

  it('tells a loss when its place has come, and not before', () => {
    const queue = new SheddingQueue<Item>(3, () => true)
    for (const n of [1, 2]) queue.push(item(n, 2))
    queue.push(item(3, 0))
    queue.push(item(4, 2))
    expect(shown(queue.take(1))).toEqual([1])
    expect(shown(queue.take(1))).toEqual([2, { t: 1 }])
    expect(shown(queue.take(1))).toEqual([4])
  })

  it('tells a loss behind which nothing came', () => {
    const queue = new SheddingQueue<Item>(1, () => true)
    queue.push(item(1), 1)
    expect(shown(queue.take(1))).toEqual([{ t: 1 }])
  })

  it('counts a later loss of the same group anew', () => {
    const queue = new SheddingQueue<Item>(1, () => true)
    for (const n of [1, 2]) queue.push(item(n))
    expect(shown(queue.take(1))).toEqual([{ t: 1 }, 2])
    for (const n of [3, 4]) queue.push(item(n))
    expect(shown(queue.take(1))).toEqual([{ t: 1 }, 4])
  })

  it('does not let what was taken be superseded or shed', () => {
    const shed: number[] = []
    const queue = new SheddingQueue<Item>(2, ({ n }) => shed.push(n) > 0)
    queue.push(item(1, 0, { key: 'k' }))
    queue.push(item(2, 0))
    queue.push(item(3, 0))
    expect(shown(queue.take(1))).toEqual([{ t: 1 }, 2])
    queue.push(item(4, 1, { key: 'k' }))
    queue.push(item(5, 1))
    expect([shed, shown(queue.drain())]).toEqual([
      [1, 3],
      [{ t: 1 }, 4, 5],
    ])
  })

  it('accounts for every item, keeps order, and sheds nothing that is to be kept', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ rank: fc.constantFrom(0, 1, 2, keptRank), key: fc.constantFrom(undefined, 'k') }),
      },
      { weight: 1, arbitrary: fc.nat({ max: 5 }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 8 }), (steps, limit) => {
        const shed: Item[] = []
        const queue = new SheddingQueue<Item>(limit, (gone) => shed.push(gone) > 0)
        const out: Drained<Item>[] = []
        let pushed = 0
        for (const one of steps) {
          if (typeof one === 'number') out.push(...queue.take(one))
          else queue.push(item(pushed++, one.rank, { key: one.rank === keptRank ? undefined : one.key }))
        }
        out.push(...queue.take(Number.POSITIVE_INFINITY))
        const kept = out.flatMap(({ item: one }) => (one ? [one.n] : []))
        expect(kept).toEqual([...kept].sort((a, b) => a - b))
        expect([...kept, ...shed.map(({ n }) => n)].sort((a, b) => a - b)).toEqual([...Array(pushed).keys()])
        expect(shed.filter(({ rank }) => rank === keptRank)).toEqual([])
        expect(out.reduce((sum, { loss }) => sum + (loss?.counts['t'] ?? 0), 0)).toBe(shed.length)
        expect(queue.size).toBe(0)
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
