import {
  type BatchFrame,
  emptySnapshot,
  type Foldable,
  type FoldState,
  foldBatch,
  formatPosition,
  type GapFrame,
  type Position,
  parsePosition,
  type ReadyFrame,
  restrictSnapshot,
  type Span,
  type SpanState,
} from '@telltale/contract'
import { keyOf, standsFor, toFoldable } from './said-spans.ts'

/** A frame with its tracked id, as a subscription of the simulated log yields it. */
export interface Tracked {
  readonly id: string
  readonly frame: ReadyFrame<FoldState> | BatchFrame<Foldable> | GapFrame<FoldState>
}

type Entry = Foldable | { readonly shed: string; readonly count: number }

/** One life of the log. */
interface Life {
  readonly epoch: string
  readonly entries: Entry[]
  /** The state each span was last said to be in. */
  readonly states: Map<string, SpanState>
  /** The last offset that can no longer be read. */
  base: number
}

/**
 * The simplest log that keeps the promises of the wire: what a server does with windows and cursors, done by reading a
 * list. A client is held against it.
 */
export class SimulatedLog {
  readonly #lives: Life[] = []

  constructor() {
    this.restart()
  }

  get head(): string {
    return this.#text(this.#now, this.#now.entries.length)
  }

  say(category: string, key: string | undefined, times: number): void {
    for (let time = 0; time < times; time++) {
      this.#now.entries.push(toFoldable(this.#now.entries.length + 1, category, { key }))
    }
  }

  /** Updates of a span, with keys as the publisher gives them. */
  saySpan(category: string, id: string, state: SpanState, times: number): void {
    const { states, entries } = this.#now
    for (let time = 0; time < times; time++) {
      const percent = entries.length
      const span: Span = { id, name: id, state, startedAt: '2026-01-01T00:00:00.000Z', progress: { percent } }
      const key = keyOf(span, states.get(id))
      states.set(id, state)
      entries.push(toFoldable(entries.length + 1, category, { span, key }))
    }
  }

  /** Overflow: updates that were never accepted. */
  shed(category: string, count: number): void {
    this.#now.entries.push({ shed: category, count })
  }

  trim(keep: number): void {
    this.#now.base = Math.max(this.#now.base, this.#now.entries.length - keep)
  }

  /** The log is lost and begins again. */
  restart(): void {
    this.#lives.push({ epoch: `e${this.#lives.length}`, entries: [], states: new Map(), base: 0 })
  }

  /** Every update that was accepted up to a place, whether it can still be read or not. */
  updatesUpTo(position: Position): Foldable[] {
    const life = this.#lives.find(({ epoch }) => epoch === position.epoch)
    return (life?.entries ?? []).slice(0, position.offset).filter((entry) => 'category' in entry)
  }

  /** A subscription: from the snapshot, or behind a position. */
  open(wanted: readonly string[], after: string | null): { read(size: number, conflate: boolean): Tracked[] } {
    let life = this.#now
    const position = after === null ? null : parsePosition(after)
    let seen = position ? position.offset : life.entries.length
    let told = after ?? this.#text(life, seen)
    let isOpen = false
    const move = <TFrame extends Tracked['frame']>(to: number, frame: TFrame): Tracked => {
      seen = to
      told = this.#text(life, to)
      return { id: told, frame }
    }
    const gap = (reason: GapFrame['reason'], missed: number | null): Tracked => {
      const after = told
      const to = life.entries.length
      return move(to, { type: 'gap', after, reason, missed, snapshot: this.#snapshot(life, to, wanted) })
    }
    const ready = (): Tracked => ({
      id: told,
      frame: {
        type: 'ready',
        streamId: 's',
        from: told,
        head: this.#text(life, life.entries.length),
        categories: wanted,
        available: wanted,
        replaying: told !== this.#text(life, life.entries.length),
        serverTime: '',
        ...(position === null && { snapshot: this.#snapshot(life, seen, wanted) }),
        protocol: 1,
      },
    })
    const isWanted = (entry: Entry): boolean => wanted.includes('shed' in entry ? entry.shed : entry.category)
    const next = (size: number, conflate: boolean): Tracked | null => {
      if (life !== this.#now || (position && !isOpen && position.epoch !== life.epoch)) {
        life = this.#now
        return gap('epoch', null)
      }
      const lost = life.entries.slice(seen, life.base).filter(isWanted)
      if (lost.length > 0) {
        const unread = life.entries.slice(seen).filter(isWanted)
        const count = unread.reduce((sum, entry) => sum + ('shed' in entry ? entry.count : 1), 0)
        return isOpen ? gap('slow', count) : gap('expired', null)
      }
      if (seen >= life.entries.length) return null
      const first = life.entries[seen]
      if (first && 'shed' in first && isWanted(first)) {
        const dropped = { [first.shed]: first.count }
        return move(seen + 1, { type: 'gap', after: told, reason: 'overflow', missed: first.count, dropped })
      }
      const until = life.entries.findIndex((entry, at) => at > seen && 'shed' in entry && isWanted(entry))
      const to = Math.min(seen + size, until < 0 ? life.entries.length : until)
      return move(to, {
        type: 'batch',
        after: told,
        ...readUpdates(life.entries.slice(seen, to).filter(isWanted), conflate),
      })
    }
    return {
      read: (size, conflate) => {
        const frames = isOpen ? [] : [ready()]
        const frame = next(size, conflate)
        isOpen = true
        return frame ? [...frames, frame] : frames
      },
    }
  }

  get #now(): Life {
    return this.#lives.at(-1) ?? { epoch: 'none', entries: [], states: new Map(), base: 0 }
  }

  #snapshot(life: Life, to: number, wanted: readonly string[]): FoldState {
    const updates = life.entries.slice(0, to).filter((entry) => 'category' in entry)
    const nothing: FoldState = emptySnapshot('')
    return restrictSnapshot(foldBatch(nothing, updates, this.#text(life, to)), wanted)
  }

  #text({ epoch }: Life, offset: number): string {
    return formatPosition({ epoch, offset, nonce: offset === 0 ? 0 : offset + 7 })
  }
}

/** The updates among some entries; conflated, those that a later one with the same category and key stands for are counted. */
function readUpdates(entries: readonly Entry[], conflate: boolean): Omit<BatchFrame<Foldable>, 'type' | 'after'> {
  const all = entries.filter((entry) => 'category' in entry)
  const isStoodFor = (update: Foldable): boolean =>
    update.key !== undefined && all.some((later) => later.offset > update.offset && standsFor(later, update))
  const updates = all.filter((update) => !conflate || !isStoodFor(update))
  const skipped: Record<string, number> = {}
  for (const { category, offset } of all) {
    if (!updates.some((update) => update.offset === offset)) skipped[category] = (skipped[category] ?? 0) + 1
  }
  return { updates, ...(Object.keys(skipped).length > 0 && { skipped }) }
}
