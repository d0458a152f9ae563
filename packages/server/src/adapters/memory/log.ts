import { type Draft, originOf, type Position, type Publication } from '@telltale/contract'
import { Ring } from '../../async/ring.ts'
import { slackOf } from '../../async/slack.ts'
import { SmallSet } from '../../async/small.ts'
import type { Appended, Checkpoint, LogListener, LogPolicy, LogView } from '../../seams/backplane.ts'

/** How long a draft's name is remembered, in milliseconds. */
const dedupeTtlMs = 600_000
/** Most names remembered of one log. */
const dedupeMax = 10_000

interface Place {
  readonly offset: number
  readonly nonce: number
}

interface NamedPlace extends Place {
  readonly until: number
}

/** One log in memory: numbered entries, the fold of those that were dropped, and who listens. */
export class MemoryLog<TEvent, TState> {
  readonly epoch: string
  readonly listeners = new SmallSet<LogListener<TEvent>>()
  /** How many keep it from being forgotten, beside those who listen. */
  holds = 0
  readonly #nextNonce: () => number
  readonly #entries = new Ring<Publication<TEvent>>()
  /** These two when there is the first. */
  #dropped: Record<string, number> | null = null
  #named: Map<string, NamedPlace> | null = null
  #checkpoint: Checkpoint<TState> | null = null
  #policy: LogPolicy<TEvent, TState> | null = null
  #baseNonce = 0
  #entryBytes = 0
  #checkpointBytes = 0

  constructor(epoch: string, nextNonce: () => number) {
    this.epoch = epoch
    this.#nextNonce = nextNonce
  }

  /** Bytes of the entries, and about those of the checkpoint. */
  get sizeBytes(): number {
    return this.#entryBytes + this.#checkpointBytes
  }

  /** Whether it may be forgotten. */
  get isIdle(): boolean {
    return this.listeners.size === 0 && this.holds === 0
  }

  get checkpoint(): Checkpoint<TState> | null {
    return this.#checkpoint
  }

  get head(): Position {
    return this.#positionAt(this.#entries.head)
  }

  append(drafts: readonly Draft<TEvent>[], policy: LogPolicy<TEvent, TState>, now: number): Appended {
    this.#policy = policy
    const fresh: Publication<TEvent>[] = []
    const places = drafts.map((draft): Place => {
      const known = draft.dedupe === undefined ? undefined : this.#named?.get(draft.dedupe)
      if (known && known.until > now) return known
      const entry = placeDraft(draft, this.#entries.head + 1, this.#nextNonce())
      this.#entries.push(entry)
      this.#entryBytes += sizeOf(entry)
      fresh.push(entry)
      if (draft.dedupe !== undefined) this.#remember(draft.dedupe, entry, now)
      return entry
    })
    if (fresh.length > 0) this.#tell(fresh)
    this.trim(now)
    return { epoch: this.epoch, places }
  }

  read(after: number, limit: number): LogView<TEvent> {
    const entries: Publication<TEvent>[] = []
    for (let offset = Math.max(after, this.#entries.base) + 1; offset <= this.#entries.head; offset++) {
      const entry = this.#entries.at(offset)
      if (!entry || entries.length >= limit) break
      entries.push(entry)
    }
    return {
      epoch: this.epoch,
      head: this.head,
      base: this.#positionAt(this.#entries.base),
      dropped: { ...this.#dropped },
      entries,
    }
  }

  /** Drops what the retention does not keep, folding it into the checkpoint first. */
  trim(now: number): void {
    if (!this.#policy) return
    const { retention } = this.#policy
    let to = this.#entries.head - retention.size
    // Folding one by one would copy the fold for each; a little more than the retention is kept instead.
    if (to - this.#entries.base < Math.min(slackOf(retention.size), retention.size)) to = this.#entries.base
    for (let next = this.#entries.at(to + 1); next && next.at < now - retention.ttlMs; next = this.#entries.at(to + 1))
      to++
    if (to > this.#entries.base) this.#dropTo(to, this.#policy)
  }

  /** When the newest entry came; 0 for a log without one. */
  get newestAt(): number {
    return this.#entries.at(this.#entries.head)?.at ?? 0
  }

  #tell(fresh: readonly Publication<TEvent>[]): void {
    const { only } = this.listeners
    if (only) return only(this.epoch, fresh)
    for (const listener of [...this.listeners]) listener(this.epoch, fresh)
  }

  #dropTo(to: number, policy: LogPolicy<TEvent, TState>): void {
    const gone: Publication<TEvent>[] = []
    let last: (Publication<TEvent> & { readonly kind: 'event' }) | null = null
    for (let offset = this.#entries.base + 1; offset <= to; offset++) {
      const entry = this.#entries.at(offset)
      if (!entry) continue
      gone.push(entry)
      this.#entryBytes -= sizeOf(entry)
      if (entry.kind === 'loss') for (const type of Object.keys(entry.counts)) this.#noteDropped(type, offset)
      else {
        // Most are of the type of the one before, and only the last of them is to be noted.
        if (last && last.type !== entry.type) this.#noteDropped(last.type, last.offset)
        last = entry
      }
    }
    if (last) this.#noteDropped(last.type, last.offset)
    this.#baseNonce = this.#entries.at(to)?.nonce ?? this.#baseNonce
    const position = this.#positionAt(to)
    const state = policy.fold(this.#checkpoint?.state ?? null, gone, position)
    this.#checkpoint = { position, state }
    this.#checkpointBytes = policy.sizeOf(state)
    this.#entries.dropTo(to)
  }

  #noteDropped(type: string, offset: number): void {
    this.#dropped ??= {}
    this.#dropped[type] = Math.max(this.#dropped[type] ?? 0, offset)
  }

  #positionAt(offset: number): Position {
    if (offset === 0) return originOf(this.epoch)
    return { epoch: this.epoch, offset, nonce: this.#entries.at(offset)?.nonce ?? this.#baseNonce }
  }

  #remember(name: string, place: Place, now: number): void {
    this.#named ??= new Map()
    this.#named.delete(name)
    this.#named.set(name, { offset: place.offset, nonce: place.nonce, until: now + dedupeTtlMs })
    for (const [oldest, { until }] of this.#named) {
      if (until > now && this.#named.size <= dedupeMax) return
      this.#named.delete(oldest)
    }
  }
}

function sizeOf(entry: Publication): number {
  return entry.kind === 'event' ? entry.body.length : 64
}

/** A draft to which its place is given. */
type Placeable<TEvent> = Draft<TEvent> & { offset?: number; nonce?: number }

/** The draft itself becomes the entry: copying one for every update costs more than all the rest of this file. */
function placeDraft<TEvent>(draft: Draft<TEvent>, offset: number, nonce: number): Publication<TEvent> {
  const entry: Placeable<TEvent> = isTaken(draft) ? copyOf(draft) : draft
  entry.offset = offset
  entry.nonce = nonce
  return entry as Publication<TEvent>
}

/** Whether a draft stands somewhere already, or is not to be changed. */
function isTaken<TEvent>(draft: Placeable<TEvent>): boolean {
  return (draft.offset !== undefined && draft.offset > 0) || Object.isFrozen(draft)
}

function copyOf<TEvent>(draft: Draft<TEvent>): Placeable<TEvent> {
  return Object.assign(Object.create(Object.getPrototypeOf(draft) as object) as Placeable<TEvent>, draft)
}
