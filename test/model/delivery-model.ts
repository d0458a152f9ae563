import {
  defaultContract,
  type From,
  isSpanEnd,
  type PositionedFrame,
  type Publication,
  type SpanState,
} from '@telltale/contract'
import { expect } from 'vitest'
import { memoryBackplane } from '../../packages/server/src/adapters/memory/backplane.ts'
import { createFilter } from '../../packages/server/src/core/filter.ts'
import { Hub } from '../../packages/server/src/core/hub.ts'
import { statusDomain, type WireSnapshot } from '../../packages/server/src/publisher/domain.ts'
import type { StatusEvent } from '../../packages/server/src/publisher/encode.ts'
import { ownProducer } from '../../packages/server/src/publisher/open-spans.ts'
import { Publisher } from '../../packages/server/src/publisher/publisher.ts'
import type { Backplane } from '../../packages/server/src/seams/backplane.ts'
import type { Emit } from '../../packages/server/src/telemetry/events.ts'
import { defaultLimits } from '../../packages/server/src/telltale/options.ts'
import { createManualClock } from '../../packages/server/src/testing/manual-clock.ts'
import { seededRandom } from '../../packages/server/src/testing/seeded-random.ts'
import { CheckedReader, expectTrue, type ModelFrame } from './checked-reader.ts'
import { Truth } from './truth.ts'

const conversationId = 'c'
const topic = `status:${conversationId}` as const
/** Small enough that every limit is met within a few steps. */
const smallLimits = { ...defaultLimits, queueLimit: 25, batchSize: 7 }
const retention = { size: 40, ttlMs: 1_000 }

/** What spans are of; with categories that are asked for alone and together. */
const workCategories = ['tool', 'progress', 'info', 'error'] as const

interface Running {
  readonly checked: CheckedReader
  readonly ending: AbortController
  readonly frames: AsyncGenerator<PositionedFrame<ModelFrame>, void, undefined>
  pending: Promise<IteratorResult<PositionedFrame<ModelFrame>, void>> | null
}

export type Model = ReturnType<typeof createModel>

/** A conversation on the real engine, with readers who are checked, and a clock that stands still. */
export function createModel(lagMaxBytes: number, seen: Map<string, number>) {
  const limits = { ...smallLimits, lagMaxBytes }
  const clock = createManualClock()
  const random = seededRandom(11)
  const truth = new Truth()
  const counted = { said: 0, shed: 0 }
  const emit: Emit = (name, event) => {
    if (name === 'broadcaster.shed' && 'count' in event) counted.shed += event.count
  }
  const memory = memoryBackplane({ conversationsMax: 1 })<StatusEvent, WireSnapshot>({ clock, random, emit })
  const backplane = recording(memory, truth)
  const domain = statusDomain(defaultContract, retention)
  const hub = new Hub({ domain, backplane, clock, emit, limits })
  const parts = {
    contract: defaultContract,
    hub,
    backplane,
    clock,
    random,
    emit,
    limits,
    queueLimit: limits.queueLimit,
    spanLimits: limits,
  }
  const publisher = new Publisher(parts)
  const running = new Map<number, Running>()
  const dropped = new Map<number, CheckedReader>()

  function count(what: string, times = 1): void {
    if (times > 0) seen.set(what, (seen.get(what) ?? 0) + times)
  }

  function open(reader: number, checked: CheckedReader, from: From): void {
    const ending = new AbortController()
    const frames = publisher.read(
      { conversationId, categories: checked.wanted, from },
      { signal: ending.signal, gate: null, present: (frame) => frame },
    )
    running.set(reader, { checked, ending, frames, pending: null })
  }

  async function pull(reader: number, most: number): Promise<number> {
    const one = running.get(reader)
    let pulled = 0
    while (one && pulled < most) {
      one.pending ??= one.frames.next()
      const next = await settledOr(one.pending)
      if (!next) break
      one.pending = null
      if (next.done) break
      one.checked.take(next.value)
      count(kindOf(next.value.frame))
      pulled++
    }
    if (pulled > 0 && one) count('a reader knows of spans', one.checked.expectTrueFold())
    return pulled
  }

  async function drop(reader: number): Promise<void> {
    const one = running.get(reader)
    if (!one) return
    running.delete(reader)
    one.ending.abort()
    await one.pending
    await one.frames.return()
    dropped.set(reader, one.checked)
  }

  /** Which life of a span's name is being led: one that has ended is not said to begin again. */
  const lives = new Map<number, number>()

  function spanIn(span: number, state: SpanState, isLate: boolean) {
    const life = Math.max(0, (lives.get(span) ?? 0) - (isLate ? 1 : 0))
    if (isSpanEnd(state) && !isLate) lives.set(span, life + 1)
    const id = `s${span}.${life}`
    const startedAt = new Date(clock.now()).toISOString()
    return { id, name: `span ${span}`, state, startedAt, progress: { percent: counted.said % 100 } }
  }

  function say(category: string, key: string | undefined, times: number): void {
    for (let n = 0; n < times; n++) {
      publisher.say(conversationId, category, `${category} ${counted.said++}`, {}, key === undefined ? {} : { key })
      // A turn of the event loop now and then, as a producer has them.
      if (n % 20 === 19) clock.settle()
    }
    clock.settle()
  }

  /** Says a state of a span some times; late, it is said of the life before, which has ended. */
  function work(span: number, state: SpanState, isLate: boolean, times: number): void {
    const category = workCategories[span % workCategories.length] ?? 'tool'
    for (let n = 0; n < (isSpanEnd(state) ? 1 : times); n++) {
      const options = { span: spanIn(span, state, isLate) }
      publisher.say(conversationId, category, `${category} ${counted.said++}`, { n }, options)
      if (n % 20 === 19) clock.settle()
    }
    clock.settle()
  }

  return {
    say,
    work,
    /** So much about some spans by turns that a reader who does not read lags. */
    burst(spans: readonly number[]): void {
      for (let turn = 0; turn < 12; turn++) {
        for (const span of spans)
          work(span, turn % 5 === 4 ? 'waiting' : 'running', false, Math.ceil(100 / spans.length))
      }
    },
    /** This process gives its own spans up. */
    lose(): void {
      count('spans lost', publisher.loseSpans(ownProducer, 'the model says so'))
      clock.settle()
      expect(publisher.openSpans).toBe(0)
    },
    /** A node that opens the conversation only now, after the retention has dropped what it dropped. */
    async join(categories: readonly string[] | undefined): Promise<void> {
      if (memory.checkpoint(topic) !== null) count('a late node with a checkpoint')
      const late = new Hub({ domain, backplane, clock, emit, limits })
      const filter = createFilter(domain.spec, categories)
      if (!filter) return expect.unreachable('a category that is not of the contract')
      const snapshot = await late.snapshot(topic, filter)
      expectTrue(snapshot, truth.fold(snapshot.position, filter.types))
      expect(snapshot).toEqual(await publisher.snapshot(conversationId, categories))
      late.dispose()
    },
    /** More in one turn than the queue holds. */
    flood(category: string, times: number): void {
      for (let n = 0; n < times; n++) publisher.say(conversationId, category, `${category} ${counted.said++}`)
      clock.settle()
    },
    async read(reader: number, categories: readonly string[] | undefined, from: From): Promise<void> {
      await drop(reader)
      dropped.delete(reader)
      open(reader, new CheckedReader(truth, categories ?? defaultContract.names), from)
      await pull(reader, 1)
    },
    async pull(reader: number, count: number): Promise<void> {
      await pull(reader, count)
    },
    drop,
    async resume(reader: number): Promise<void> {
      const checked = dropped.get(reader)
      if (!checked || checked.position === null) return
      dropped.delete(reader)
      open(reader, checked, { after: checked.position })
      await pull(reader, 1)
    },
    wait(ms: number): void {
      clock.advance(ms)
    },
    /** Everybody leaves, another conversation comes, and ours has to go. */
    async evict(): Promise<void> {
      for (const reader of [...running.keys()]) await drop(reader)
      const epoch = truth.current
      for (const other of ['d', 'e']) publisher.say(other, 'info', 'elsewhere')
      clock.settle()
      if (publisher.openSpans === 0) return
      // What goes on holds its conversation.
      count('held by its spans')
      expect(memory.head(topic)).toMatchObject({ epoch })
    },
    /** Everybody comes back and reads to the end: then nothing may be open any more. */
    async finish(): Promise<void> {
      clock.advance(100)
      for (const reader of [...dropped.keys()]) await this.resume(reader)
      for (const [reader, { checked }] of running) {
        while ((await pull(reader, 1_000)) > 0) clock.advance(100)
        checked.expectComplete()
      }
      expect(publisher.queueDepth).toBe(0)
      expect(truth.lateUpdates()).toEqual([])
    },
    async dispose(): Promise<void> {
      for (const reader of [...running.keys()]) await drop(reader)
      expect(hub.size).toEqual({ topics: 0, readers: 0 })
      hub.dispose()
      await backplane.dispose()
      expect(clock.timers).toBe(0)
    },
  }
}

function kindOf(frame: ModelFrame): string {
  if (frame.type === 'gap') return `gap: ${frame.reason}`
  return frame.type === 'batch' && frame.skipped ? 'batch: conflated' : frame.type
}

/** The backplane itself, with everything it accepts written down. */
function recording(
  backplane: Backplane<StatusEvent, WireSnapshot>,
  truth: Truth,
): Backplane<StatusEvent, WireSnapshot> {
  return {
    ...backplane,
    append(appendedTo, drafts, policy) {
      const appended = backplane.append(appendedTo, drafts, policy)
      if (appended instanceof Promise) throw new Error('memory answers at once')
      if (appendedTo === topic) {
        const entries = drafts.map((draft, index): Publication<StatusEvent> => {
          const place = appended.places[index]
          return {
            ...draft,
            ...(draft.kind === 'event' && { id: draft.id, at: draft.at, event: draft.event }),
            offset: place?.offset ?? 0,
            nonce: place?.nonce ?? 0,
          }
        })
        truth.record(appended.epoch, entries)
      }
      return appended
    },
  }
}

/** A promise's value when it is settled within the work that is due now, else null. */
async function settledOr<T>(promise: Promise<T>): Promise<T | null> {
  let value: T | null = null
  void promise.then((settled) => {
    value = settled
  })
  for (let turn = 0; turn < 12 && value === null; turn++) await Promise.resolve()
  return value
}
