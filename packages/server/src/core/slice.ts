import type { Counts, EventDraft, Publication } from '@telltale/contract'
import type { Filter, Matcher } from './filter.ts'

/** Bounds of one frame. */
export interface FrameLimits {
  /** Most updates in a frame. @default 100 */
  readonly batchSize: number
  /** Most bytes of encoded updates in a frame. @default 262_144 */
  readonly frameMaxBytes: number
}

/** Something with numbered entries. */
export interface Entries<TEvent> {
  readonly head: number
  at(offset: number): Publication<TEvent> | undefined
}

/** An event that stands in a log. */
export type EventEntry<TEvent> = EventDraft<TEvent> & { readonly offset: number; readonly nonce: number }

/** What a read of a stretch of the log found for a filter. */
export interface Slice<TEvent> {
  /** The last offset that was looked at: the reader is complete to here. */
  readonly to: number
  readonly entries: readonly EventEntry<TEvent>[]
  /** Characters of their bodies. */
  readonly sizeBytes: number
  /** Left out, because a later entry of this slice has the same type and key. */
  readonly skipped: Counts | null
  /** Why it ended: at the head, at a limit, or before a loss the reader must be told of. */
  readonly end: 'head' | 'limit' | 'loss'
}

/** What a reader wants. Equal readings of the same log find the same. */
export interface Reading {
  readonly seen: number
  readonly filter: Filter
  /** Whether the reader lags so much that superseded entries are left out. */
  readonly conflate: boolean
}

/** Reads behind `seen` what passes the filter, until the head, a limit or a loss. Pure. */
export function readSlice<TEvent>(
  { seen, filter, conflate }: Reading,
  { source, matcher, limits }: { source: Entries<TEvent>; matcher: Matcher; limits: FrameLimits },
): Slice<TEvent> {
  const gathered = conflate ? new ConflatedList<TEvent>() : new PlainList<TEvent>()
  const done = (to: number, end: Slice<TEvent>['end']): Slice<TEvent> => ({
    to,
    entries: gathered.entries(),
    sizeBytes: gathered.sizeBytes,
    skipped: gathered.skipped,
    end,
  })
  for (let offset = seen + 1; offset <= source.head; offset++) {
    const entry = source.at(offset)
    if (!entry) continue
    if (entry.kind === 'loss') {
      if (matcher.lossFor(entry.counts, filter)) return done(offset - 1, 'loss')
      continue
    }
    if (!matcher.passes(entry, filter)) continue
    // One entry always fits, or a reader could never get past it.
    if (gathered.size > 0 && gathered.sizeBytes + entry.body.length > limits.frameMaxBytes)
      return done(offset - 1, 'limit')
    gathered.add(entry)
    if (gathered.size >= limits.batchSize) return done(offset, 'limit')
  }
  return done(source.head, 'head')
}

class PlainList<TEvent> {
  readonly skipped: Counts | null = null
  sizeBytes = 0
  #entries: EventEntry<TEvent>[] = []

  get size(): number {
    return this.#entries.length
  }

  add(entry: EventEntry<TEvent>): void {
    this.#entries.push(entry)
    this.sizeBytes += entry.body.length
  }

  entries(): readonly EventEntry<TEvent>[] {
    return this.#entries
  }
}

class ConflatedList<TEvent> {
  skipped: Record<string, number> | null = null
  sizeBytes = 0
  size = 0
  #entries: Array<EventEntry<TEvent> | null> = []
  #places = new Map<string, number>()

  add(entry: EventEntry<TEvent>): void {
    if (entry.key !== undefined) this.#replace(`${entry.type}\0${entry.key}`, entry)
    this.#entries.push(entry)
    this.size++
    this.sizeBytes += entry.body.length
  }

  entries(): readonly EventEntry<TEvent>[] {
    return this.#entries.filter((entry) => entry !== null)
  }

  #replace(name: string, entry: EventEntry<TEvent>): void {
    const place = this.#places.get(name)
    this.#places.set(name, this.#entries.length)
    const before = place === undefined ? null : this.#entries[place]
    if (place === undefined || !before || before.isFinal) return
    this.#entries[place] = null
    this.size--
    this.sizeBytes -= before.body.length
    this.skipped ??= {}
    this.skipped[entry.type] = (this.skipped[entry.type] ?? 0) + 1
  }
}
