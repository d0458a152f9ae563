import type { Identity } from '../seams/access.ts'

/** Longest life of a token, in milliseconds: what was taken back before that is forgotten. */
const rememberMs = 14 * 24 * 60 * 60 * 1_000

interface Taken {
  /** When, in milliseconds since 1970. */
  readonly at: number
  /** Which in the order of all that were taken back here. */
  readonly number: number
}

/**
 * What was taken back: from a user altogether, or from a user in one conversation. Credentials that were issued before are
 * refused from then on, for they say what was true then; and so is an answer that was asked for before and comes after.
 */
export class Revocations {
  readonly #limit: number
  readonly #now: () => number
  readonly #onForgotten: () => void
  /** In the order in which it was taken back; the oldest goes first. */
  readonly #taken = new Map<string, Taken>()
  #count = 0

  /** @param onForgotten called when one had to be forgotten before its time, for there were more than the limit. */
  constructor(parts: { limit: number; now: () => number; onForgotten: () => void }) {
    this.#limit = parts.limit
    this.#now = parts.now
    this.#onForgotten = parts.onForgotten
  }

  /** How many there were so far: what is asked for now is asked behind so many. */
  get count(): number {
    return this.#count
  }

  /** Takes back what a user may do; in one conversation, or everything. */
  add(userId: string, conversationId: string | null): void {
    const name = nameOf(userId, conversationId)
    this.#taken.delete(name)
    this.#taken.set(name, { at: this.#now(), number: ++this.#count })
    this.#forget()
  }

  /** Whether an identity that was asked about behind `since` revocations has lost what it asks for. */
  covers({ userId, issuedAt }: Identity, conversationId: string | null, since: number): boolean {
    const isTaken = (taken: Taken | undefined): boolean =>
      taken !== undefined && (taken.number > since || (issuedAt !== undefined && issuedAt < taken.at))
    if (isTaken(this.#taken.get(nameOf(userId, null)))) return true
    return conversationId !== null && isTaken(this.#taken.get(nameOf(userId, conversationId)))
  }

  #forget(): void {
    for (const [name, { at }] of this.#taken) {
      const isOld = at < this.#now() - rememberMs
      if (!isOld && this.#taken.size <= this.#limit) return
      if (!isOld) this.#onForgotten()
      this.#taken.delete(name)
    }
  }
}

function nameOf(userId: string, conversationId: string | null): string {
  return JSON.stringify([userId, conversationId])
}
