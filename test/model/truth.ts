import {
  type AnySpanRecord,
  type Counts,
  type Foldable,
  formatPosition,
  type Publication,
  parsePosition,
} from '@telltale/contract'
import type { StatusEvent } from '../../packages/server/src/publisher/encode.ts'
import { trueSpans } from '../support/said-spans.ts'

/** What a snapshot has to say. */
export interface TrueFold {
  /** Ids of the newest update of each category. */
  readonly latest: Record<string, string>
  readonly counts: Record<string, number>
  readonly spans: Record<string, { open: AnySpanRecord[]; ended: AnySpanRecord[] }>
  /** Offsets of the last failure of each category. */
  readonly failures: Record<string, number>
}

/** How many ended spans of a category a snapshot keeps. */
const endedMax = 32

/** What really was accepted: every entry of every life of the log, never trimmed. */
export class Truth {
  readonly #lives = new Map<string, Publication<StatusEvent>[]>()
  #current = ''

  record(epoch: string, entries: readonly Publication<StatusEvent>[]): void {
    this.#current = epoch
    const life = this.#lives.get(epoch) ?? []
    this.#lives.set(epoch, life)
    for (const entry of entries) if (!life[entry.offset - 1]) life[entry.offset - 1] = entry
  }

  get current(): string {
    return this.#current
  }

  get head(): number {
    return this.#lives.get(this.#current)?.length ?? 0
  }

  at(epoch: string, offset: number): Publication<StatusEvent> | undefined {
    return this.#lives.get(epoch)?.[offset - 1]
  }

  /** Events a filter wants behind one position, up to another of the same life. */
  events(after: string, to: string, wanted: readonly string[]): Publication<StatusEvent>[] {
    return this.#between(after, to).filter((entry) => entry.kind === 'event' && wanted.includes(entry.type))
  }

  /** What was shed behind one position, up to another, of the wanted categories. */
  shed(after: string, to: string, wanted: readonly string[]): number {
    let count = 0
    for (const entry of this.#between(after, to)) if (entry.kind === 'loss') count += sumOf(entry.counts, wanted)
    return count
  }

  /** The fold of everything of the wanted categories that was ever accepted up to a position, told without folding. */
  fold(to: string, wanted: readonly string[]): TrueFold {
    const fold: TrueFold = { latest: {}, counts: {}, spans: {}, failures: {} }
    const position = parsePosition(to)
    const spanned: Record<string, Foldable[]> = {}
    for (const entry of this.#lives.get(position?.epoch ?? '')?.slice(0, position?.offset) ?? []) {
      if (entry.kind !== 'event' || !wanted.includes(entry.type)) continue
      const { type, id, offset, event } = entry
      fold.latest[type] = id
      fold.counts[type] = (fold.counts[type] ?? 0) + 1
      if (event.span ? hasFailed(event.span.state) : type === 'error') fold.failures[type] = offset
      if (!event.span) continue
      spanned[type] ??= []
      spanned[type].push({ ...event, offset })
    }
    for (const [type, updates] of Object.entries(spanned)) {
      const { open, ended } = trueSpans(updates)
      fold.spans[type] = { open, ended: ended.slice(-endedMax) }
    }
    return fold
  }

  /** Ends said of spans that had ended, and updates said after an end: there must be none, the publisher refuses them. */
  lateUpdates(): Publication<StatusEvent>[] {
    return [...this.#lives.values()].flatMap((entries) => {
      const ended = new Set<string>()
      return entries.filter((entry) => {
        if (entry.kind !== 'event' || !entry.event.span) return false
        const { id } = entry.event.span
        if (ended.has(id)) return true
        if (entry.isFinal) ended.add(id)
        return false
      })
    })
  }

  headPosition(): string {
    const entry = this.at(this.#current, this.head)
    return formatPosition({ epoch: this.#current, offset: this.head, nonce: entry?.nonce ?? 0 })
  }

  #between(after: string, to: string): Publication<StatusEvent>[] {
    const [from, until] = [parsePosition(after), parsePosition(to)]
    if (!from || !until || from.epoch !== until.epoch) throw new Error(`not of one life: ${after} ${to}`)
    return this.#lives.get(until.epoch)?.slice(from.offset, until.offset) ?? []
  }
}

export function sumOf(counts: Counts, wanted: readonly string[]): number {
  return wanted.reduce((sum, type) => sum + (counts[type] ?? 0), 0)
}

function hasFailed(state: string): boolean {
  return state === 'failed' || state === 'lost'
}
