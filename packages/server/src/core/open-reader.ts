import type { Topic } from '@telltale/contract'
import type { Channel } from './channel.ts'
import type { Cursor } from './cursor.ts'
import type { Start } from './start.ts'

/** A reader that has found its place. */
export class OpenReader<TEvent = unknown, TUpdate = unknown, TState = unknown> {
  readonly topic: Topic
  readonly channel: Channel<TEvent, TUpdate, TState>
  readonly cursor: Cursor<TEvent, TUpdate, TState>
  #leave: ((reader: OpenReader<TEvent, TUpdate, TState>) => void) | null
  #start: Start<TState> | null

  constructor(
    place: {
      topic: Topic
      channel: Channel<TEvent, TUpdate, TState>
      cursor: Cursor<TEvent, TUpdate, TState>
      start: Start<TState>
    },
    leave: (reader: OpenReader<TEvent, TUpdate, TState>) => void,
  ) {
    this.topic = place.topic
    this.channel = place.channel
    this.cursor = place.cursor
    this.#start = place.start
    this.#leave = leave
  }

  /** Where it begins, until that was told: it may hold a whole snapshot. */
  get start(): Start<TState> | null {
    return this.#start
  }

  /** What was said of the beginning is not needed any more. */
  begun(): void {
    this.#start = null
  }

  /** Gives its place up; again does nothing. */
  close(): void {
    const leave = this.#leave
    this.#leave = null
    leave?.(this)
  }
}
