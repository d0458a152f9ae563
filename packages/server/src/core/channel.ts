import type { Publication, Retention } from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import { slackOf } from '../async/slack.ts'
import { Cursors } from './cursors.ts'
import { Pulse, type PulseLimits } from './pulse.ts'
import type { Window } from './window.ts'

/** Bounds of a channel. */
export interface ChannelLimits extends PulseLimits {
  /** About most memory for entries that are kept for readers who lag, when it is more than the retention keeps. @default 1_048_576 */
  readonly lagMaxBytes: number
}

/** One topic that somebody here listens to: its window, its pulse, and the cursors into it. */
export class Channel<TEvent, TUpdate, TState> {
  window: Window<TEvent, TUpdate, TState>
  readonly cursors = new Cursors<TEvent, TUpdate, TState>()
  readonly #pulse: Pulse
  readonly #clock: Clock
  readonly #retention: Retention
  readonly #lagMaxBytes: number

  constructor(
    window: Window<TEvent, TUpdate, TState>,
    parts: { clock: Clock; retention: Retention; limits: ChannelLimits },
  ) {
    this.window = window
    this.#clock = parts.clock
    this.#retention = parts.retention
    this.#lagMaxBytes = parts.limits.lagMaxBytes
    this.#pulse = new Pulse(parts.clock, parts.limits, () => this.wake())
  }

  /** Takes what was appended. Answers false when entries are missing in between. */
  receive(entries: readonly Publication<TEvent>[]): boolean {
    const added = this.window.append(entries)
    if (added === null) return false
    if (added > 0) this.#pulse.touch(added, entries.some(isUrgent))
    this.trim()
    return true
  }

  /** The log was loaded anew; every reader finds out at its next read. */
  replaceWindow(window: Window<TEvent, TUpdate, TState>): void {
    this.window = window
    this.wake()
  }

  /** Wakes every reader. */
  wake(): void {
    this.cursors.wake()
  }

  /** Forgets what the retention does not keep, once every reader has it; those who lag too far are owed the rest. */
  trim(): void {
    const { window } = this
    const keepable = this.#offsetToKeepFrom()
    if (keepable <= window.base) return
    this.#dropTo(Math.min(keepable, this.#slowest()))
    while (window.sizeBytes > this.#lagMaxBytes && window.base < keepable) {
      this.#dropTo(Math.min(keepable, window.base + slackOf(this.#retention.size)))
    }
  }

  stop(): void {
    this.#pulse.stop()
  }

  #dropTo(offset: number): void {
    if (offset <= this.window.base) return
    for (const cursor of this.cursors) cursor.lose(offset)
    this.window.dropTo(offset)
  }

  #slowest(): number {
    let slowest = this.window.head
    for (const cursor of this.cursors) slowest = Math.min(slowest, cursor.seen)
    return slowest
  }

  #offsetToKeepFrom(): number {
    const { window } = this
    let offset =
      window.size > this.#retention.size + slackOf(this.#retention.size)
        ? window.head - this.#retention.size
        : window.base
    const oldestAllowed = this.#clock.now() - this.#retention.ttlMs
    for (let next = window.at(offset + 1); next && next.at < oldestAllowed; next = window.at(offset + 1)) offset++
    return offset
  }
}

function isUrgent(entry: Publication): boolean {
  return entry.kind === 'event' && (entry.priority === 'high' || entry.isFinal === true)
}
