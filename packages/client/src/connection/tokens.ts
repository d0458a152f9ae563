import { TelltaleError } from '@telltale/contract/wire'
import type { Clock } from '../lib/clock.ts'
import { remainingLife } from './token-life.ts'

/** What {@link Tokens} work with. */
export interface TokensParts {
  readonly fetch: (() => string | null | Promise<string | null>) | undefined
  readonly clock: Clock
  readonly random: () => number
  /** How long a token may take to come, in milliseconds. */
  readonly timeoutMs: number
  /** The token that is used is about to end, and this one is to take its place. What it rejects with is no end of anything. */
  readonly onFresh: (token: string) => Promise<void>
}

/** At which part of a token's life the next one is fetched, and by how much it varies, so that not all come at once. */
const refreshAt = 0.75
const refreshJitter = 0.1
/** A refresh that failed is tried again no sooner, in milliseconds. */
const retryMinMs = 1_000
/** Whatever a token says, a fresh one is fetched once a day; timers of browsers and of Node cannot wait for a month. */
const refreshMaxMs = 86_400_000

/** Fetches tokens, before each connect and before the last one ends. */
export class Tokens {
  readonly #parts: TokensParts
  readonly #waiting = new Set<(error: TelltaleError) => void>()
  #latest: string | null = null
  #endsAtMs: number | null = null
  #cancel: (() => void) | null = null
  /** Raised whenever what is under way is not wanted any more. */
  #round = 0

  constructor(parts: TokensParts) {
    this.#parts = parts
  }

  /** The last one that came. */
  get latest(): string | null {
    return this.#latest
  }

  /** Whether the last one has ended: what is refused now may be taken with another. */
  get isOver(): boolean {
    return this.#endsAtMs !== null && this.#parts.clock.now() >= this.#endsAtMs
  }

  /** A fresh one, for a connection that is about to be made. One that does not come must hold up neither that nor the end. */
  async fetch(): Promise<string | null> {
    const token = await this.#fetch()
    this.#keep(token)
    return token
  }

  /** Nothing is open that would have to be kept open. */
  rest(): void {
    this.#round++
    this.#cancel?.()
    this.#cancel = null
  }

  /** Whoever waits for one does so in vain. */
  end(reason: TelltaleError): void {
    this.rest()
    for (const fail of [...this.#waiting]) fail(reason)
  }

  #keep(token: string | null): void {
    this.rest()
    this.#latest = token
    const lifeMs = token === null ? null : remainingLife(token, Date.now())
    this.#endsAtMs = lifeMs === null ? null : this.#parts.clock.now() + lifeMs
    if (lifeMs !== null) this.#refreshIn(lifeMs * (refreshAt + refreshJitter * this.#parts.random()))
  }

  #refreshIn(delayMs: number): void {
    const waitMs = Math.min(refreshMaxMs, Math.max(retryMinMs, delayMs))
    this.#cancel = this.#parts.clock.after(waitMs, () => void this.#refresh())
  }

  async #refresh(): Promise<void> {
    const round = this.#round
    try {
      const token = await this.#fetch()
      if (round === this.#round && token !== null) await this.#parts.onFresh(token)
      if (round === this.#round) this.#keep(token)
    } catch {
      if (round !== this.#round) return
      // Until it is over there is time for another try; after that the server closes, and we come back with a fresh one.
      const leftMs = (this.#endsAtMs ?? 0) - this.#parts.clock.now()
      if (leftMs > 0) this.#refreshIn(leftMs / 2)
    }
  }

  #fetch(): Promise<string | null> {
    const { fetch, clock, timeoutMs } = this.#parts
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#waiting.delete(fail)
        cancel()
        reject(error instanceof Error ? error : new TelltaleError('INTERNAL', String(error)))
      }
      const cancel = clock.after(timeoutMs, () => fail(new TelltaleError('TIMEOUT', 'the token did not come')))
      this.#waiting.add(fail)
      void Promise.resolve()
        .then(() => fetch?.() ?? null)
        .then((token) => {
          this.#waiting.delete(fail)
          cancel()
          resolve(token)
        }, fail)
    })
  }
}
