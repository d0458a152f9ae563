import { describe, expect, it } from 'vitest'
import type { Foldable } from './foldable.ts'
import { emptySnapshot, type FoldState, foldBatch } from './snapshot.ts'
import type { SpanState } from './span.ts'

const categories = ['workflow', 'tool'] as const

/** An update of a span as an app would say it: a name, a text of 60 characters, progress, and a little metadata. */
function say(n: number, offset: number, state: SpanState, isKeyed = false): Foldable {
  const id = `k3v9x2ab${n.toString(36)}`
  return {
    id: `u${offset}`,
    offset,
    category: categories[n % 2] ?? 'tool',
    text: `Read page ${offset} of the report for the committee, part ${n}`.padEnd(60, '.').slice(0, 60),
    metadata: { tool: 'pdf_reader', durationMs: 12 * n },
    timestamp: '2026-01-01T00:00:07.000Z',
    ...(isKeyed && { key: id }),
    span: {
      id,
      parentId: 'k3v9x2ab0',
      name: `Reading file ${n}`,
      state,
      startedAt: '2026-01-01T00:00:00.000Z',
      progress: { current: n, total: 1_000, percent: Math.floor(n / 10), unit: 'pages' },
    },
  }
}

function withOpen(count: number): FoldState {
  const starts = Array.from({ length: count }, (_, n) => say(n, n + 1, 'started'))
  return foldBatch(emptySnapshot('e.0.0'), starts, `e.${count}.1`)
}

/** How long folding updates one by one takes, in milliseconds. */
function timeOf(from: FoldState, updates: readonly Foldable[]): number {
  const before = performance.now()
  let state = from
  for (let time = 0; time < 10; time++) for (const update of updates) state = foldBatch(state, [update], 'e.1.1')
  return performance.now() - before
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** How many times as long the same takes with 1,000 open spans as with 10: the median of rounds in turn. */
function ratioOf(updatesFor: (count: number) => readonly Foldable[]): number {
  const [few, many] = [withOpen(10), withOpen(1_000)]
  const rounds = Array.from({ length: 31 }, () => timeOf(many, updatesFor(1_000)) / timeOf(few, updatesFor(10)))
  return median(rounds.slice(10))
}

describe('1,000 open spans', () => {
  it.each<[what: string, updatesFor: (count: number) => readonly Foldable[]]>([
    [
      'the progress of a span that is shown',
      () => Array.from({ length: 200 }, (_, n) => say(n % 10, 9_000 + n, 'started', true)),
    ],
    [
      'the progress of any of them',
      (count) => Array.from({ length: 200 }, (_, n) => say((n * 5) % count, 9_000 + n, 'started', true)),
    ],
    [
      'a change of the state of any of them',
      (count) => Array.from({ length: 200 }, (_, n) => say((n * 5) % count, 9_000 + n, 'waiting')),
    ],
    [
      'a span that begins and ends',
      (count) =>
        Array.from({ length: 100 }, (_, n) => [
          say(count + n, 9_000 + n, 'started'),
          say(count + n, 9_000 + n, 'succeeded'),
        ]).flat(),
    ],
  ])('fold %s at about the cost of 10', (_what, updatesFor) => {
    expect(ratioOf(updatesFor)).toBeLessThan(3)
  })

  it('stay under 128 KiB in a snapshot, and none of them is lost silently', () => {
    const { spans, ...rest } = withOpen(1_000)
    const all = Object.values(spans)
    expect(all.reduce((sum, { open, beyond }) => sum + open.length + beyond.length, 0)).toBe(1_000)
    expect(JSON.stringify({ spans, ...rest }).length).toBeLessThan(131_072)
    // And those that are shown are shown whole.
    expect(all.map(({ open }) => open.length)).toEqual([128, 128])
  })
})
