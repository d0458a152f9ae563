import {
  type BatchFrame,
  type FoldState,
  type Frame,
  type GapFrame,
  type PositionedFrame,
  parsePosition,
  type ReadyFrame,
} from '@telltale/contract'
import { expect } from 'vitest'
import { initialStreamState, reduceStream, type StreamState } from '../../packages/client/src/stream/state.ts'
import type { WireSnapshot, WireUpdate } from '../../packages/server/src/publisher/domain.ts'
import { sortById, standsFor } from '../support/said-spans.ts'
import type { TrueFold, Truth } from './truth.ts'

export type ModelFrame = Frame<WireUpdate, WireSnapshot>

/** Follows one reader's frames and holds each of them, and what a client makes of them, against what really was accepted. */
export class CheckedReader {
  readonly wanted: readonly string[]
  position: string | null = null
  readonly #truth: Truth
  #client: StreamState = initialStreamState
  /** A reader who began live, and was never repaired, has no state from before. */
  #isWhole = false

  constructor(truth: Truth, wanted: readonly string[]) {
    this.#truth = truth
    this.wanted = wanted
  }

  take({ position, frame }: PositionedFrame<ModelFrame>): void {
    if (frame.type === 'ready') this.#ready(frame, position)
    else {
      expect(frame.after).toBe(this.position)
      if (frame.type === 'batch') this.#batch(frame, position)
      else this.#gap(frame, position)
    }
    this.position = position
    const { state, verdict } = reduceStream(this.#client, position, frame)
    expect(verdict).toBe('accepted')
    this.#client = state
    this.#isWhole ||= 'snapshot' in frame && frame.snapshot !== undefined
  }

  /** The client's fold of the frames is the fold of the log at its position. Answers how many spans it knows of. */
  expectTrueFold(): number {
    if (!this.#isWhole || this.position === null) return 0
    expectTrue(this.#client.snapshot, this.#truth.fold(this.position, this.wanted))
    return Object.values(this.#client.snapshot.spans).reduce(
      (sum, { open, ended }) => sum + open.length + ended.length,
      0,
    )
  }

  /** Nothing the reader wants stands behind its position. */
  expectComplete(): void {
    const position = this.position === null ? null : parsePosition(this.position)
    if (this.position === null || !position) return
    if (position.epoch !== this.#truth.current) {
      // A life that began when somebody looked, and that nothing was said in yet.
      expect([position.offset, this.#truth.at(position.epoch, 1)]).toEqual([0, undefined])
      return
    }
    const head = this.#truth.headPosition()
    expect(this.#truth.events(this.position, head, this.wanted).map(({ offset }) => offset)).toEqual([])
    expect(this.#truth.shed(this.position, head, this.wanted)).toBe(0)
    expect(this.#truth.head - position.offset).toBeLessThan(256)
  }

  #ready(frame: ReadyFrame<WireSnapshot>, position: string): void {
    expect(position).toBe(frame.from)
    if (this.position !== null) expect(frame.from).toBe(this.position)
    if (frame.snapshot) this.#snapshot(frame.snapshot, position)
  }

  #batch(frame: BatchFrame<WireUpdate>, position: string): void {
    const due = this.#truth.events(frame.after, position, this.wanted)
    expect(this.#truth.shed(frame.after, position, this.wanted)).toBe(0)
    const offsets = frame.updates.map(({ offset }) => offset)
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
    const shown = new Set(offsets)
    const left = due.filter(({ offset }) => !shown.has(offset))
    expect(due.length - left.length).toBe(offsets.length)
    expect(left.length).toBe(Object.values(frame.skipped ?? {}).reduce((sum, count) => sum + count, 0))
    for (const { event, offset } of left.filter((entry) => entry.kind === 'event')) {
      // What was left out is stood for by a later one of the same category and key, in the same frame.
      const stands = frame.updates.some((later) => later.offset > offset && standsFor(later, { ...event, offset }))
      expect(stands).toBe(true)
    }
  }

  #gap(frame: GapFrame<WireSnapshot>, position: string): void {
    if (frame.snapshot) this.#snapshot(frame.snapshot, position)
    const [from, to] = [parsePosition(frame.after), parsePosition(position)]
    if (frame.reason === 'epoch') {
      expect(from?.epoch).not.toBe(to?.epoch)
      expect(frame.missed).toBeNull()
      return
    }
    const events = this.#truth.events(frame.after, position, this.wanted).length
    const shed = this.#truth.shed(frame.after, position, this.wanted)
    expect(events + shed).toBeGreaterThan(0)
    if (frame.reason === 'expired') expect(frame.missed).toBeNull()
    else expect([frame.reason, frame.missed]).toEqual([frame.reason, events + shed])
    if (frame.reason === 'overflow') expect(events).toBe(0)
  }

  #snapshot(snapshot: WireSnapshot, position: string): void {
    expect(snapshot.position).toBe(position)
    expectTrue(snapshot, this.#truth.fold(position, this.wanted))
  }
}

/** Holds a snapshot against the truth. */
export function expectTrue({ latest, counts, spans, failures }: FoldState, truth: TrueFold): void {
  const told = Object.entries(spans).map(([category, { open, ended, beyond }]) => {
    expect(beyond).toEqual([])
    return [category, { open: sortById(open), ended }]
  })
  expect({
    latest: Object.fromEntries(Object.entries(latest).map(([category, update]) => [category, update.id])),
    counts,
    spans: Object.fromEntries(told),
    failures: Object.fromEntries(Object.entries(failures).map(([category, failure]) => [category, failure.offset])),
  }).toEqual(truth)
}
