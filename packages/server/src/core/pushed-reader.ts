import type { PositionedFrame } from '@telltale/contract'
import type { Gate } from '../async/gate.ts'
import type { Permit } from '../seams/permit.ts'
import type { Emit } from '../telemetry/events.ts'
import { counted, firstFrames, nextFrame } from './next-frame.ts'
import type { OpenReader } from './open-reader.ts'
import { isOver, nothing, type ReaderOptions } from './reader.ts'

/** Where pushed frames go. */
export interface FrameSink {
  frame(frame: PositionedFrame): void
  /** It ended by itself or was stopped; everything it held is released. */
  ended(): void
  failed(error: unknown): void
}

/**
 * The frames of one reader, pushed: the same frames in the same order as {@link readFrames} yields, without anything that
 * waits for them. What a reader of a socket costs while nothing happens is this object.
 */
export class PushedReader<TEvent = unknown, TUpdate = unknown, TState = unknown> {
  /** Pushes what there is. */
  readonly wake: () => void
  readonly #sink: FrameSink
  readonly #gate: Gate | null
  readonly #emit: Emit
  #reader: OpenReader<TEvent, TUpdate, TState> | null = null
  #permit: Permit | null = null
  #leave: (() => void) | null = null
  /** What waits at the gate. */
  #letIn: (() => void) | null = null
  #onNever: (() => void) | null = null
  #first: Iterator<PositionedFrame> | null = null
  /** At the gate, or in the middle of it: whoever wakes it then need not. */
  #isBusy = false
  #isOver = false

  constructor(sink: FrameSink, { gate, emit }: Pick<ReaderOptions, 'gate' | 'emit'>) {
    this.#sink = sink
    this.#gate = gate
    this.#emit = emit
    this.wake = () => this.#push(false)
  }

  /** Takes its place, and pushes from then on until it is aborted, fails, or its leave is over. */
  async begin(open: () => Promise<OpenReader<TEvent, TUpdate, TState>>, options: ReaderOptions): Promise<void> {
    this.#onNever = options.never ?? null
    try {
      this.#permit = options.admit?.(options.streamId) ?? null
      if (this.#permit) this.#permit.onOver = this.wake
      const reader = await open()
      if (this.#isOver) return reader.close()
      this.#reader = reader
      this.#onNever = null
      this.#leave = options.enter?.() ?? null
      this.#first = firstFrames(reader, options)
      reader.cursor.onWake = this.wake
      this.#push(false)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Stops it. */
  abort(): void {
    if (this.#isOver) return
    this.#release()
    this.#sink.ended()
  }

  #push(isLetIn: boolean): void {
    const reader = this.#reader
    if (!reader || this.#isOver) return
    try {
      if (isOver(this.#permit)) return this.abort()
      if (this.#isBusy) return
      this.#isBusy = true
      this.#isBusy = this.#pushAll(reader, isLetIn)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Pushes up to the gate. Answers whether it waits there. */
  #pushAll(reader: OpenReader<TEvent, TUpdate, TState>, isLetIn: boolean): boolean {
    const gate = this.#gate
    const { cursor, channel } = reader
    for (let mayPass = isLetIn; !this.#isOver; mayPass = false) {
      if (!this.#first && cursor.isIdleIn(channel.window)) break
      if (!mayPass && gate && !gate.isOpen) {
        this.#letIn = () => {
          this.#letIn = null
          this.#isBusy = false
          this.#push(true)
        }
        gate.wait(this.#letIn)
        return true
      }
      const frame = this.#next(reader)
      if (!frame) break
      this.#sink.frame(frame)
      // Told behind it: whoever is told may take the leave back.
      counted(frame, this.#emit)
      if (isOver(this.#permit)) this.abort()
    }
    return false
  }

  #next(reader: OpenReader<TEvent, TUpdate, TState>): PositionedFrame | null {
    if (this.#first) {
      const { done, value } = this.#first.next()
      if (!done) return value
      this.#first = null
    }
    return nextFrame(reader)
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#release()
    this.#sink.failed(error)
  }

  #release(): void {
    this.#isOver = true
    const reader = this.#reader
    this.#reader = null
    this.#first = null
    if (reader) reader.cursor.onWake = nothing
    if (this.#letIn) this.#gate?.leave(this.#letIn)
    this.#permit?.release()
    this.#onNever?.()
    this.#leave?.()
    reader?.close()
  }
}
