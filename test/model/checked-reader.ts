import {
  type BatchFrame,
  type Frame,
  type GapFrame,
  type PositionedFrame,
  parsePosition,
  type ReadyFrame,
} from '@telltale/contract'
import { expect } from 'vitest'
import type { WireSnapshot, WireUpdate } from '../../packages/server/src/publisher/domain.ts'
import type { Truth } from './truth.ts'

export type ModelFrame = Frame<WireUpdate, WireSnapshot>

/** Follows one reader's frames and holds each of them against what really was accepted. */
export class CheckedReader {
  readonly wanted: readonly string[]
  position: string | null = null
  readonly #truth: Truth

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
    const left = due.filter(({ offset }) => !offsets.includes(offset))
    expect(due.length - left.length).toBe(offsets.length)
    expect(left.length).toBe(Object.values(frame.skipped ?? {}).reduce((sum, count) => sum + count, 0))
    for (const entry of left) {
      // What was left out is stood for by a later one of the same category and key, in the same frame.
      const stands = frame.updates.some(
        ({ category, key, offset }) =>
          entry.kind === 'event' && category === entry.type && key === entry.key && offset > entry.offset,
      )
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
    const latest = Object.fromEntries(
      Object.entries(snapshot.latest).map(([category, update]) => [category, update.id]),
    )
    expect({ latest, counts: snapshot.counts }).toEqual(this.#truth.fold(position, this.wanted))
  }
}
