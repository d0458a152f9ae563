import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortById } from '../../../../test/support/said-spans.ts'
import { runs } from '../../../../test/support/seeded.ts'
import { type AnySpanRecord, isSpanEnd, type Span, type SpanState, toSpanRecord } from './span.ts'
import { type CategorySpans, foldSpan, noSpans, type SpanBounds, spanBounds } from './span-fold.ts'

const small: SpanBounds = { openMax: 2, beyondMax: 2, endedMax: 2 }

interface Said {
  readonly id: string
  readonly state: SpanState
  readonly isKeyed?: boolean
}

const updateAt = (offset: number, { id, isKeyed }: Said) => ({
  category: 'tool',
  text: `said ${offset}`,
  metadata: { offset },
  offset,
  timestamp: '2026-01-01T00:00:00.000Z',
  ...(isKeyed && { key: id }),
})
const spanOf = ({ id, state }: Said): Span => ({ id, name: id, state, startedAt: '2026-01-01T00:00:00.000Z' })
const start = (id: string): Said => ({ id, state: 'started' })
const run = (id: string): Said => ({ id, state: 'running' })
const progress = (id: string): Said => ({ id, state: 'running', isKeyed: true })
const end = (id: string): Said => ({ id, state: 'succeeded' })

function fold(said: readonly Said[], from: CategorySpans = noSpans, bounds = small): CategorySpans {
  return said.reduce((spans, one, at) => foldSpan(spans, updateAt(at + 1, one), spanOf(one), bounds), from)
}

/** Ids, with the offset of what was last said of each. */
function ids({ open, ended, beyond }: CategorySpans): { open: string[]; ended: string[]; beyond: string[] } {
  const named = (records: readonly AnySpanRecord[]) => records.map(({ id, offset }) => `${id}@${offset}`)
  return { open: named(sortById(open)), ended: named(ended), beyond: [...beyond].sort() }
}

describe('foldSpan', () => {
  it('keeps of an open span what was said last, and of an ended one its end', () => {
    const opened = fold([start('a'), run('a'), progress('a')])
    expect(opened.open).toEqual([toSpanRecord(updateAt(3, progress('a')), spanOf(progress('a')))])
    const ended = fold([end('a')], opened)
    expect(ended.open).toEqual([])
    expect(ended.ended).toEqual([toSpanRecord(updateAt(1, end('a')), spanOf(end('a')))])
  })

  it('never opens an ended span again, nor ends it twice: the same object comes back', () => {
    const ended = fold([start('a'), end('a')])
    for (const late of [start('a'), progress('a'), end('a'), { id: 'a', state: 'lost' } as const]) {
      expect(foldSpan(ended, updateAt(9, late), spanOf(late), small)).toBe(ended)
    }
  })

  it('keeps the end of a span whose beginning was shed', () => {
    expect(ids(fold([end('a')]))).toEqual({ open: [], ended: ['a@1'], beyond: [] })
  })

  it('counts open spans that there is no room for, each once', () => {
    const full = fold([start('a'), start('b'), start('c'), start('d'), run('c')])
    expect(ids(full)).toEqual({ open: ['a@1', 'b@2'], ended: [], beyond: ['c', 'd'] })
    expect(ids(fold([end('c')], full))).toEqual({ open: ['a@1', 'b@2'], ended: ['c@1'], beyond: ['d'] })
  })

  it('forgets what is beyond even that, until its end', () => {
    const full = fold([start('a'), start('b'), start('c'), start('d')])
    expect(fold([start('e')], full)).toBe(full)
    expect(ids(fold([end('e')], full)).ended).toEqual(['e@1'])
  })

  it('shows a counted span when there is room and something new is told of it, but not for mere progress', () => {
    const room = fold([start('a'), start('b'), start('c'), end('a')])
    expect(ids(room).beyond).toEqual(['c'])
    expect(fold([progress('c')], room)).toBe(room)
    expect(ids(fold([run('c')], room))).toEqual({ open: ['b@2', 'c@1'], ended: ['a@4'], beyond: [] })
  })

  it('brings in no span by progress alone: who lags would not have been told of it', () => {
    expect(fold([progress('a')])).toBe(noSpans)
  })

  it('keeps the last that ended, oldest first', () => {
    expect(ids(fold([end('a'), end('b'), end('c')])).ended).toEqual(['b@2', 'c@3'])
  })

  it('has room for 128 open, 20,000 counted and 32 ended ones', () => {
    const starts = Array.from({ length: 21_000 }, (_, n) => start(`s${n}`))
    const spans = fold([...starts, ...starts.slice(0, 40).map(({ id }) => end(id))], noSpans, spanBounds)
    expect([spans.open.length, spans.beyond.length, spans.ended.length]).toEqual([128 - 40, 20_000, 32])
  })
})

/** The same rules, said with lists only. */
function naiveFold(spans: CategorySpans, said: Said, offset: number, bounds: SpanBounds): CategorySpans {
  const isOther = ({ id }: { id: string }) => id !== said.id
  const record = toSpanRecord(updateAt(offset, said), spanOf(said))
  const isOpen = !spans.open.every(isOther)
  const isBeyond = spans.beyond.includes(said.id)
  if (!isOpen && !isBeyond && !spans.ended.every(isOther)) return spans
  const open = spans.open.filter(isOther)
  const beyond = spans.beyond.filter((id) => id !== said.id)
  if (isSpanEnd(said.state)) return { open, beyond, ended: [...spans.ended, record].slice(-bounds.endedMax) }
  if (isOpen) return { ...spans, open: [...open, record] }
  if (said.isKeyed) return spans
  if (open.length < bounds.openMax) return { ...spans, open: [...open, record], beyond }
  if (isBeyond || beyond.length === bounds.beyondMax) return spans
  return { ...spans, beyond: [...beyond, said.id] }
}

/** Freezes what a fold gave, so that a later one that changes it throws. */
function frozen(spans: CategorySpans): CategorySpans {
  for (const list of [spans.open, spans.ended, spans.beyond]) Object.freeze(list)
  return Object.freeze(spans)
}

describe('foldSpan, for any history', () => {
  const names = 'abcdefgh'.split('')
  const id = fc.constantFrom(...names)
  const said: fc.Arbitrary<Said> = fc.oneof(
    { weight: 5, arbitrary: id.map(start) },
    { weight: 3, arbitrary: id.map(progress) },
    { weight: 2, arbitrary: id.map(run) },
    { weight: 3, arbitrary: id.map(end) },
  )
  const bounds = fc.record({
    openMax: fc.integer({ min: 0, max: 4 }),
    beyondMax: fc.integer({ min: 0, max: 4 }),
    endedMax: fc.integer({ min: 1, max: 3 }),
  })

  it('folds what the rules say, from whichever earlier state it goes on, and as often as it does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 9 }), said), { maxLength: 40, size: 'max' }),
        bounds,
        (steps, most) => {
          const states: { readonly real: CategorySpans; readonly naive: CategorySpans }[] = [
            { real: frozen({ open: [], ended: [], beyond: [] }), naive: noSpans },
          ]
          for (const [step, [back, one]] of steps.entries()) {
            // Mostly from the newest, else from an older one, whose index has gone on to what was made of it.
            const from = states.at(-1 - Math.max(0, back - 5)) ?? states.at(-1)
            if (!from) return expect.unreachable('no state to go on from')
            const real = frozen(foldSpan(from.real, updateAt(step, one), spanOf(one), most))
            states.push({ real, naive: naiveFold(from.naive, one, step, most) })
          }
          for (const { real, naive } of states) expect(ids(real)).toEqual(ids(naive))
          // What they are does not tell how they go on: every state is asked about every span, twice.
          const probes = names.flatMap((name) => [progress(name), end(name), end(name)])
          for (const { real, naive } of states) {
            const next = probes.map((one) => ids(foldSpan(real, updateAt(99, one), spanOf(one), most)))
            expect(next).toEqual(probes.map((one) => ids(naiveFold(naive, one, 99, most))))
          }
        },
      ),
      runs(300, 'FOLD_RUNS'),
    )
  }, 3_600_000)
})
