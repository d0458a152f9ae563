import { type Counts, formatPosition, type Publication, parsePosition } from '@telltale/contract'
import type { StatusEvent } from '../../packages/server/src/publisher/encode.ts'

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

  /** Ids of the newest update of each wanted category, and how many there were, up to a position. */
  fold(to: string, wanted: readonly string[]): { latest: Record<string, string>; counts: Record<string, number> } {
    const latest: Record<string, string> = {}
    const counts: Record<string, number> = {}
    const position = parsePosition(to)
    for (const entry of this.#lives.get(position?.epoch ?? '')?.slice(0, position?.offset) ?? []) {
      if (entry.kind !== 'event' || !wanted.includes(entry.type)) continue
      latest[entry.type] = entry.id
      counts[entry.type] = (counts[entry.type] ?? 0) + 1
    }
    return { latest, counts }
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
