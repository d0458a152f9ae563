import type { SpanState } from '@telltale/contract/wire'
import { comparePositions, emptySnapshot, foldBatch, parsePosition, restrictSnapshot } from '@telltale/contract/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../test/support/seeded.ts'
import { SimulatedLog, type Tracked } from '../../../../test/support/simulated-log.ts'
import { initialStreamState, reduceStream, type StreamState } from './state.ts'

/** One thing that happens to the log, to the connection, or to the frames under way. */
type Step =
  | { readonly do: 'say'; readonly category: string; readonly key?: string | undefined; readonly times: number }
  | {
      readonly do: 'work'
      readonly category: string
      readonly span: number
      readonly state: SpanState
      readonly times: number
    }
  | { readonly do: 'shed'; readonly category: string; readonly count: number }
  | { readonly do: 'trim'; readonly keep: number }
  | { readonly do: 'restart' }
  | { readonly do: 'send'; readonly size: number; readonly conflate: boolean }
  | { readonly do: 'deliver' | 'repeat' | 'lose' | 'swap' | 'reconnect' }
  | { readonly do: 'replay'; readonly back: number }

const category = fc.constantFrom('tool', 'info', 'progress')
const state = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<SpanState>('running', 'waiting') },
  { weight: 1, arbitrary: fc.constantFrom<SpanState>('started', 'succeeded', 'failed', 'lost') },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      category,
      key: fc.constantFrom(undefined, 'a', 'b'),
      times: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      category,
      span: fc.nat({ max: 3 }),
      state,
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('shed' as const), category, count: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trim' as const), keep: fc.nat({ max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      size: fc.integer({ min: 1, max: 6 }),
      conflate: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('deliver' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('repeat' as const, 'lose' as const, 'swap' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('reconnect' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('replay' as const), back: fc.integer({ min: 1, max: 5 }) }) },
)

const seen = { update: 0, gap: 0, duplicate: 0, broken: 0, skipped: 0, open: 0, ended: 0 }

/** A client at the end of a bad line to a simulated log; checks its promises after every frame. */
class Reader {
  state: StreamState = initialStreamState
  readonly #log: SimulatedLog
  readonly #wanted: readonly string[]
  #session: ReturnType<SimulatedLog['open']>
  #wire: Tracked[] = []
  readonly #had: Tracked[] = []
  #missed = 0
  #isExact = true
  #accounted = 0

  constructor(log: SimulatedLog, wanted: readonly string[]) {
    this.#log = log
    this.#wanted = wanted
    this.#session = log.open(wanted, null)
    this.#deliverAll()
  }

  /** A new subscription where the client stands; what was under way on the old one never comes. */
  reconnect(): void {
    this.#wire = []
    this.#session = this.#log.open(this.#wanted, this.state.position)
  }

  take(what: Step): void {
    switch (what.do) {
      case 'send':
        this.#wire.push(...this.#session.read(what.size, what.conflate))
        return
      case 'lose':
        this.#wire.shift()
        return
      case 'swap':
        this.#wire.push(...this.#wire.splice(0, 1))
        return
      case 'deliver':
      case 'repeat': {
        const next = this.#wire[0]
        if (what.do === 'deliver') this.#wire.shift()
        if (next) this.#receive(next)
        return
      }
      case 'replay': {
        const old = this.#had.at(-what.back)
        if (old) this.#receive(old)
        return
      }
      case 'reconnect':
        return this.reconnect()
      default:
    }
  }

  /** Delivers everything there is, on a line that works again. */
  settle(): void {
    this.reconnect()
    this.#deliverAll()
  }

  #deliverAll(): void {
    for (;;) {
      this.#wire.push(...this.#session.read(100, false))
      const next = this.#wire.shift()
      if (!next) return
      this.#receive(next)
    }
  }

  #receive(tracked: Tracked): void {
    const before = this.state
    const reduction = reduceStream(before, tracked.id, tracked.frame)
    this.state = reduction.state
    if (reduction.verdict === 'duplicate' || reduction.verdict === 'broken') {
      seen[reduction.verdict]++
      expect(this.state).toBe(before)
      if (reduction.verdict === 'broken') this.reconnect()
      return
    }
    if (reduction.verdict !== 'accepted') return expect.unreachable(reduction.verdict)
    // The beginning of a stream again is a known fault: see the tests of the table.
    if (tracked.frame.type !== 'ready') this.#had.push(tracked)
    this.#account(tracked, before)
    this.#check(before, reduction.updates)
  }

  /** Notes what this frame stands for: what it brought, what it skipped, and what it says is missing. */
  #account({ id, frame }: Tracked, before: StreamState): void {
    if (frame.type === 'ready') {
      if (before.position === null) this.#accounted = this.#wantedUpTo(id)
    } else if (frame.type === 'batch') {
      const skipped = Object.values(frame.skipped ?? {}).reduce((sum, count) => sum + count, 0)
      this.#accounted += frame.updates.length + skipped
      seen.update += frame.updates.length
      seen.skipped += skipped
    } else {
      seen.gap++
      this.#missed += frame.missed ?? 0
      this.#isExact &&= frame.missed !== null
      if (frame.reason !== 'overflow') this.#accounted = this.#wantedUpTo(id)
    }
  }

  #check(before: StreamState, updates: readonly { offset: number; category: string }[]): void {
    const { state } = this
    const position = parsePosition(state.position ?? '')
    if (!position) return expect.unreachable('no position after a frame')
    if (before.position !== null) expect(comparePositions(state.position ?? '', before.position)).not.toBe('before')
    let last = parsePosition(before.position ?? '')?.offset ?? 0
    for (const { offset, category } of updates) {
      expect(offset).toBeGreaterThan(last)
      expect(this.#wanted).toContain(category)
      last = offset
    }
    expect(last).toBeLessThanOrEqual(Math.max(position.offset, last))
    // Exactly once: all the log holds up to here was delivered, skipped or told.
    expect(this.#accounted).toBe(this.#wantedUpTo(state.position ?? ''))
    expect([state.missed, state.isMissedExact]).toEqual([this.#missed, this.#isExact])
    const all = this.#log.updatesUpTo(position)
    const fold = foldBatch(emptySnapshot(''), all, state.position ?? '')
    expect(state.snapshot).toEqual(restrictSnapshot(fold, this.#wanted))
    for (const { open, ended } of Object.values(state.snapshot.spans)) {
      seen.open += open.length
      seen.ended += ended.length
    }
  }

  #wantedUpTo(text: string): number {
    const position = parsePosition(text)
    if (!position) return 0
    return this.#log.updatesUpTo(position).filter((update) => this.#wanted.includes(update.category)).length
  }
}

/** Does what a step does to the log; answers whether it was one of those. */
function happens(log: SimulatedLog, what: Step): boolean {
  if (what.do === 'say') log.say(what.category, what.key, what.times)
  else if (what.do === 'work') log.saySpan(what.category, `${what.category}${what.span}`, what.state, what.times)
  else if (what.do === 'shed') log.shed(what.category, what.count)
  else if (what.do === 'trim') log.trim(what.keep)
  else if (what.do === 'restart') log.restart()
  else return false
  return true
}

describe('a stream at the end of a bad line', () => {
  it('never goes back, accepts each update once and in order, counts what it missed, and folds like the log', () => {
    fc.assert(
      fc.property(
        fc.subarray(['tool', 'info', 'progress'], { minLength: 1 }),
        fc.array(step, { maxLength: 80, size: 'max' }),
        (wanted, steps) => {
          const log = new SimulatedLog()
          const reader = new Reader(log, wanted)
          for (const what of steps) {
            if (!happens(log, what)) reader.take(what)
          }
          reader.settle()
          expect(reader.state.position).toBe(log.head)
          expect(reader.state.integrity).toBe('live')
        },
      ),
      runs(600),
    )
    // Else the property would hold for lines on which nothing happens.
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(100)
  })
})
