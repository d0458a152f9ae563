import { applyPresence, comparePresenceMetas, type PresenceMember } from '@telltale/contract'
import type { PresenceChange, PresenceEntry } from '../seams/presence-store.ts'

/** Who watches one topic: its entries by user, each user's from the oldest to the newest. */
export class PresenceRoster {
  readonly #byUser = new Map<string, readonly PresenceEntry[]>()

  constructor(entries: readonly PresenceEntry[] = []) {
    for (const entry of entries) this.take({ type: 'join', entry })
  }

  /** Follows a change. */
  take({ type, entry }: PresenceChange): void {
    const { userId, meta } = entry
    const others = (this.#byUser.get(userId) ?? []).filter((other) => other.meta.connectionId !== meta.connectionId)
    const entries = type === 'join' ? [...others, entry].sort((a, b) => comparePresenceMetas(a.meta, b.meta)) : others
    if (entries.length > 0) this.#byUser.set(userId, entries)
    else this.#byUser.delete(userId)
  }

  /** Everybody, as a reader has them who follows every frame. */
  members(): readonly PresenceMember[] {
    return applyPresence([], { type: 'diff', joins: [...this.#byUser.values()].map(memberOf), leaves: [] })
  }

  /**
   * The same change for a reader who has not seen the last few: who was there before and is not now, and who is there now
   * and was not before. What came and went in between never was.
   */
  diff(changes: readonly PresenceChange[]): { joins: readonly PresenceMember[]; leaves: readonly PresenceMember[] } {
    const touched = new Map<string, { first: PresenceChange; last: PresenceChange }>()
    for (const change of changes) {
      const { connectionId } = change.entry.meta
      touched.set(connectionId, { first: touched.get(connectionId)?.first ?? change, last: change })
    }
    const joined: PresenceEntry[] = []
    const left: PresenceEntry[] = []
    for (const { first, last } of touched.values()) {
      if (first.type === 'leave') left.push(first.entry)
      if (last.type === 'join') joined.push(last.entry)
    }
    return { joins: this.#group(joined), leaves: this.#group(left) }
  }

  /** The members of some entries, each with the info that its user has now. */
  #group(entries: readonly PresenceEntry[]): readonly PresenceMember[] {
    const groups = new Map<string, PresenceEntry[]>()
    for (const entry of entries) groups.set(entry.userId, [...(groups.get(entry.userId) ?? []), entry])
    return [...groups].map(([userId, group]) => ({
      ...memberOf(this.#byUser.get(userId) ?? group),
      metas: group.map(({ meta }) => meta).sort(comparePresenceMetas),
    }))
  }
}

/** One member of all of a user's entries, the newest of which says what others are told. */
function memberOf(entries: readonly PresenceEntry[]): PresenceMember {
  const newest = entries.at(-1)
  return {
    userId: newest?.userId ?? '',
    ...(newest?.info && { info: newest.info }),
    metas: entries.map(({ meta }) => meta),
  }
}
