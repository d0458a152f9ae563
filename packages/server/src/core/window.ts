import { type Counts, formatPosition, type Position, type Publication } from '@telltale/contract'
import { Ring } from '../async/ring.ts'
import type { LogView } from '../seams/backplane.ts'
import { SharedBatch } from './batch.ts'
import { type Domain, foldEntries } from './domain.ts'
import type { Filter, Matcher } from './filter.ts'
import { SharedBatches } from './shared-batches.ts'
import { type Entries, type FrameLimits, type Reading, readSlice } from './slice.ts'

/** About what an entry takes in memory beside its body. */
const entryBytes = 256

/** A fold with the offset it is complete to. */
interface Fold<TState> {
  readonly state: TState | null
  readonly offset: number
}

/** What a window begins from: what the backplane still has, and the fold of what it has not. */
export interface WindowSeed<TEvent, TState> {
  readonly view: LogView<TEvent>
  readonly checkpoint: Fold<TState>
}

/**
 * This node's part of a log: the newest entries, the fold of all, and for each type the highest offset that is gone.
 * Readers are cursors into it; equal reads give the identical batch.
 */
export class Window<TEvent, TUpdate, TState> implements Entries<TEvent> {
  readonly epoch: string
  readonly #domain: Domain<TEvent, TUpdate, TState>
  readonly #matcher: Matcher
  readonly #limits: FrameLimits
  readonly #entries: Ring<Publication<TEvent>>
  readonly #dropped: Map<string, number>
  /** The fold of what is gone, and the furthest fold that somebody asked for. */
  #base: Fold<TState>
  #latest: Fold<TState>
  #sizeBytes = 0
  #baseNonce: number
  readonly #shared = new SharedBatches<TEvent, TUpdate>()

  constructor(
    seed: WindowSeed<TEvent, TState>,
    parts: { domain: Domain<TEvent, TUpdate, TState>; matcher: Matcher; limits: FrameLimits },
  ) {
    this.epoch = seed.view.epoch
    this.#domain = parts.domain
    this.#matcher = parts.matcher
    this.#limits = parts.limits
    this.#entries = new Ring(seed.view.base.offset)
    this.#dropped = new Map(Object.entries(seed.view.dropped))
    this.#base = seed.checkpoint
    this.#latest = seed.checkpoint
    this.#baseNonce = seed.view.base.nonce
    for (const entry of seed.view.entries) this.#keep(entry)
  }

  get head(): number {
    return this.#entries.head
  }

  /** The last offset that is not here any more. */
  get base(): number {
    return this.#entries.base
  }

  get size(): number {
    return this.#entries.size
  }

  /** About what the entries take in memory. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  at(offset: number): Publication<TEvent> | undefined {
    return this.#entries.at(offset)
  }

  /** Adds what was appended to the log; what is here already is passed over. Answers how many were new, or `null` for a hole. */
  append(entries: readonly Publication<TEvent>[]): number | null {
    let added = 0
    for (const entry of entries) {
      if (entry.offset <= this.head) continue
      if (entry.offset !== this.head + 1) return null
      this.#keep(entry)
      added++
    }
    return added
  }

  /** Forgets entries up to an offset; the fold and the marks of what is gone stay. */
  dropTo(offset: number): void {
    const to = Math.min(offset, this.head)
    if (to <= this.base) return
    this.#base = this.#foldTo(to)
    this.#baseNonce = this.#entries.at(to)?.nonce ?? this.#baseNonce
    // The newest first: of most others there is nothing to note.
    let newer: string | null = null
    for (let offset = to; offset > this.base; offset--) {
      const entry = this.#entries.at(offset)
      if (!entry) continue
      this.#sizeBytes -= sizeOf(entry)
      if (entry.kind === 'loss') for (const type of Object.keys(entry.counts)) this.#noteDropped(type, offset)
      else if (entry.type !== newer) this.#noteDropped(entry.type, offset)
      newer = entry.kind === 'event' ? entry.type : newer
    }
    this.#entries.dropTo(to)
    this.#shared.forgetTo(to)
  }

  /** Where an offset of this log is; offsets that are gone have the nonce of the last that went. */
  positionAt(offset: number): Position {
    const nonce = offset === 0 ? 0 : (this.#entries.at(offset)?.nonce ?? this.#baseNonce)
    return { epoch: this.epoch, offset, nonce }
  }

  /** Whether a position names an entry of this log, as far as can still be told. */
  recognises(position: Position): boolean {
    if (position.epoch !== this.epoch || position.offset > this.head) return false
    if (position.offset < this.base) return true
    return this.positionAt(position.offset).nonce === position.nonce
  }

  /** Whether anything a filter wants was dropped behind an offset. */
  hasDropped(filter: Filter, after: number): boolean {
    return filter.types.some((type) => (this.#dropped.get(type) ?? 0) > after)
  }

  /** The fold up to an offset that is still here, for some types. */
  snapshot(types: readonly string[], offset = this.head): TState {
    const { state } = this.#foldTo(offset)
    return this.#domain.restrict(state ?? this.#domain.fold(null, [], this.#text(offset)), types)
  }

  /**
   * What stands behind a place for a filter. Equal reads give the identical batch while the head stands still; what a
   * lone reader reads is not remembered, for it will not read it again.
   */
  read(reading: Reading, isShared: boolean): SharedBatch<TEvent, TUpdate> {
    const known = isShared ? this.#shared.find(reading, this.head) : null
    if (known) return known
    const slice = readSlice(reading, { source: this, matcher: this.#matcher, limits: this.#limits })
    const batch = new SharedBatch(slice, reading, this.#text(slice.to), this.#domain)
    if (isShared) this.#shared.keep(batch)
    return batch
  }

  /** How many entries a filter wants in (`after`, `to`], by type. Losses count with what they lost. */
  count(after: number, to: number, filter: Filter): Counts {
    const counts: Record<string, number> = {}
    for (let offset = after + 1; offset <= to; offset++) {
      const entry = this.#entries.at(offset)
      if (entry?.kind === 'event' && this.#matcher.passes(entry, filter)) addCount(counts, entry.type, 1)
      if (entry?.kind !== 'loss') continue
      for (const [type, count] of Object.entries(this.#matcher.lossFor(entry.counts, filter) ?? {})) {
        addCount(counts, type, count)
      }
    }
    return counts
  }

  /** The oldest offset behind which a filter still finds `wanted` entries, or all there are. */
  offsetBeforeLast(wanted: number, filter: Filter): number {
    let found = 0
    let offset = this.head
    // Where the fold begins later than the entries, nothing can be said of the state before that.
    const oldest = Math.max(this.base, this.#base.offset)
    for (; offset > oldest && found < wanted; offset--) {
      const entry = this.#entries.at(offset)
      if (entry && this.#matcher.passes(entry, filter)) found++
    }
    return offset
  }

  #noteDropped(type: string, offset: number): void {
    if ((this.#dropped.get(type) ?? 0) < offset) this.#dropped.set(type, offset)
  }

  #keep(entry: Publication<TEvent>): void {
    this.#entries.push(entry)
    this.#sizeBytes += sizeOf(entry)
  }

  #foldTo(offset: number): Fold<TState> {
    const from = this.#latest.offset <= offset ? this.#latest : this.#base
    if (from.offset >= offset) return from
    const entries: Publication<TEvent>[] = []
    for (let next = from.offset + 1; next <= offset; next++) {
      const entry = this.#entries.at(next)
      if (entry) entries.push(entry)
    }
    const fold = { state: foldEntries(this.#domain, from.state, entries, this.#text(offset)), offset }
    if (offset > this.#latest.offset) this.#latest = fold
    return fold
  }

  #text(offset: number): string {
    return formatPosition(this.positionAt(offset))
  }
}

/** Adds to a count. */
export function addCount(counts: Record<string, number>, type: string, count: number): void {
  counts[type] = (counts[type] ?? 0) + count
}

function sizeOf(entry: Publication): number {
  return entryBytes + (entry.kind === 'event' ? entry.body.length : 0)
}
