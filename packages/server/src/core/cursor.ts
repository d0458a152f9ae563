import {
  type Counts,
  type Frame,
  formatPosition,
  type GapReason,
  type PositionedFrame,
  sumCounts,
} from '@telltale/contract'
import type { Filter, Matcher } from './filter.ts'
import { placeFrame } from './placed.ts'
import { addCount, type Window } from './window.ts'

/** When a reader lags by more than this many updates, its reads leave out what a later update replaces. */
export const conflateBehind = 1_000

/** After this many offsets that pass a filtered reader in silence, an empty batch moves its position. */
export const silenceMax = 256

/** What a cursor's read says: a frame, nothing yet, or that the window does not reach back to it. */
export type CursorRead<TUpdate, TState> =
  | { readonly kind: 'frame'; readonly frame: PositionedFrame<Frame<TUpdate, TState>> }
  | { readonly kind: 'idle' }
  | { readonly kind: 'behind' }

/** A reader's place in a window. It holds no updates, only where it is and what it is owed. */
export class Cursor<TEvent, TUpdate, TState> {
  readonly filter: Filter
  /** Called when there may be something to read. */
  onWake: () => void = () => undefined
  readonly #matcher: Matcher
  #window: Window<TEvent, TUpdate, TState>
  /** The tracked id of the last frame. */
  #after: string
  /** The last offset that was looked at. */
  #seen: number
  /** Where the log stood at the beginning: `ready` said so, and the position has to come there. */
  readonly #headAtStart: number
  /** The offset of the last frame's position. */
  #told: number
  /** What the window dropped before this cursor came to it. */
  #owed: Record<string, number> | null = null

  constructor(
    place: { window: Window<TEvent, TUpdate, TState>; after: string; told: number; seen: number },
    filter: Filter,
    matcher: Matcher,
  ) {
    this.#window = place.window
    this.#after = place.after
    this.#seen = place.seen
    this.#told = place.told
    this.#headAtStart = place.window.head
    this.filter = filter
    this.#matcher = matcher
  }

  /** The last offset this reader is complete to. */
  get seen(): number {
    return this.#seen
  }

  /** Whether there is nothing to read, in the window that its log has now. */
  isIdleIn(window: Window<TEvent, TUpdate, TState>): boolean {
    if (window !== this.#window || this.#owed) return false
    return this.#seen >= window.head && this.#mayBeSilentAt(this.#seen)
  }

  /** The next frame. `isShared` says that others read here too. */
  read(isShared: boolean): CursorRead<TUpdate, TState> {
    const window = this.#window
    if (this.#owed) return { kind: 'behind' }
    if (this.#seen >= window.head && this.#mayBeSilentAt(this.#seen)) return { kind: 'idle' }
    const conflate = window.head - this.#seen > conflateBehind
    const batch = window.read({ seen: this.#seen, filter: this.filter, conflate }, isShared)
    const { slice } = batch
    if (slice.entries.length > 0) return { kind: 'frame', frame: this.#advance(slice.to, batch.frame(this.#after)) }
    if (slice.end === 'loss') return { kind: 'frame', frame: this.#tellLoss(slice.to + 1) }
    this.#seen = slice.to
    // Its place on the wire follows only now and then: a frame for every silent update would be the noise it filtered.
    if (this.#mayBeSilentAt(slice.to)) return { kind: 'idle' }
    return { kind: 'frame', frame: this.#advance(slice.to, batch.frame(this.#after)) }
  }

  /** The window is about to drop entries up to an offset: what this cursor has not seen of them is owed. */
  lose(to: number): void {
    if (to <= this.#seen) return
    this.#owed ??= {}
    for (const [type, count] of Object.entries(this.#window.count(this.#seen, to, this.filter))) {
      addCount(this.#owed, type, count)
    }
    this.#seen = to
    if (Object.keys(this.#owed).length === 0) this.#owed = null
  }

  /** Gives up what is owed: one gap up to the head, with the state to go on from. */
  giveUp(reason: GapReason): PositionedFrame<Frame<TUpdate, TState>> {
    const counts: Record<string, number> = { ...this.#owed }
    const { head } = this.#window
    for (const [type, count] of Object.entries(this.#window.count(this.#seen, head, this.filter)))
      addCount(counts, type, count)
    this.#owed = null
    return this.#gapToHead(reason, counts)
  }

  /** The log was loaded anew. In the same epoch the reader goes on where it was; in another it is told. */
  follow(window: Window<TEvent, TUpdate, TState>): PositionedFrame<Frame<TUpdate, TState>> | null {
    if (window === this.#window) return null
    const sameLife = window.epoch === this.#window.epoch && window.head >= this.#seen
    this.#window = window
    if (!sameLife) return this.beginWithGap('epoch')
    return window.hasDropped(this.filter, this.#seen) ? this.beginWithGap('expired') : null
  }

  /** A gap up to the head whose size is not known, with the state to go on from. */
  beginWithGap(reason: GapReason): PositionedFrame<Frame<TUpdate, TState>> {
    this.#owed = null
    return this.#gapToHead(reason, null)
  }

  #mayBeSilentAt(offset: number): boolean {
    return this.#told >= this.#headAtStart && offset - this.#told < silenceMax
  }

  #gapToHead(reason: GapReason, dropped: Counts | null): PositionedFrame<Frame<TUpdate, TState>> {
    const { head } = this.#window
    const gap: Frame<TUpdate, TState> = {
      type: 'gap',
      after: this.#after,
      reason,
      missed: dropped ? sumCounts(dropped) : null,
      ...(dropped && { dropped }),
      snapshot: this.#window.snapshot(this.filter.types),
    }
    return this.#advance(head, placeFrame(gap, formatPosition(this.#window.positionAt(head))))
  }

  #tellLoss(offset: number): PositionedFrame<Frame<TUpdate, TState>> {
    const entry = this.#window.at(offset)
    const dropped = entry?.kind === 'loss' ? (this.#matcher.lossFor(entry.counts, this.filter) ?? {}) : {}
    const gap: Frame<TUpdate, TState> = {
      type: 'gap',
      after: this.#after,
      reason: 'overflow',
      missed: sumCounts(dropped),
      dropped,
    }
    return this.#advance(offset, placeFrame(gap, formatPosition(this.#window.positionAt(offset))))
  }

  #advance<TFrame extends PositionedFrame>(to: number, frame: TFrame): TFrame {
    this.#seen = to
    this.#after = frame.position
    this.#told = to
    return frame
  }
}
