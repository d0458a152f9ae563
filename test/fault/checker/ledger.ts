import type { Counts } from '@telltale/contract'

/** An entry of a log, as it was accepted. */
export interface LedgerEntry {
  readonly conversationId: string
  readonly epoch: string
  readonly offset: number
  readonly kind: 'event' | 'loss'
  /** Empty of a loss. */
  readonly category: string
  readonly id: string
  readonly key: string | null
  readonly isFinal: boolean
  /** The update as it was encoded. */
  readonly body: string
  /** What a loss says was shed. */
  readonly counts: Counts
}

/** A place in a life of a log. */
export interface Place {
  readonly epoch: string
  readonly offset: number
}

interface Conversation {
  readonly lives: Map<string, LedgerEntry[]>
  readonly byId: Map<string, LedgerEntry>
  current: string
}

/** What really happened: everything that was said, and everything the logs took, never trimmed. */
export class Ledger {
  readonly #conversations = new Map<string, Conversation>()
  /** Updates that producers said. */
  said = 0
  /** Drafts that were in the log before, under the same name. */
  repeated = 0
  /** Whole appends that failed, counted in updates. */
  failed = 0

  record(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) {
      const conversation = this.#conversation(entry.conversationId)
      conversation.current = entry.epoch
      const life = conversation.lives.get(entry.epoch) ?? []
      conversation.lives.set(entry.epoch, life)
      if (life[entry.offset - 1]) {
        this.repeated++
        continue
      }
      life[entry.offset - 1] = entry
      if (entry.kind === 'event') conversation.byId.set(entry.id, entry)
    }
  }

  get conversations(): readonly string[] {
    return [...this.#conversations.keys()]
  }

  /** How many updates were accepted, and how many were announced as shed. */
  get totals(): { accepted: number; announced: number } {
    const totals = { accepted: 0, announced: 0 }
    for (const { lives } of this.#conversations.values()) {
      for (const entry of [...lives.values()].flat()) {
        if (entry.kind === 'event') totals.accepted++
        else totals.announced += Object.values(entry.counts).reduce((sum, count) => sum + count, 0)
      }
    }
    return totals
  }

  byId(conversationId: string, id: string): LedgerEntry | undefined {
    return this.#conversations.get(conversationId)?.byId.get(id)
  }

  /** Where a conversation's log stands; `null` when nothing was ever accepted there. */
  head(conversationId: string): Place | null {
    const conversation = this.#conversations.get(conversationId)
    if (!conversation) return null
    return { epoch: conversation.current, offset: conversation.lives.get(conversation.current)?.length ?? 0 }
  }

  /** The entries behind an offset, up to another. */
  between(conversationId: string, epoch: string, after: number, to: number): readonly LedgerEntry[] {
    return this.#conversations.get(conversationId)?.lives.get(epoch)?.slice(after, Math.max(after, to)) ?? []
  }

  #conversation(id: string): Conversation {
    const known = this.#conversations.get(id)
    if (known) return known
    const created: Conversation = { lives: new Map(), byId: new Map(), current: '' }
    this.#conversations.set(id, created)
    return created
  }
}
