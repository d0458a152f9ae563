import type { Connection } from '../connection/connection.ts'
import type { Clock } from '../lib/clock.ts'

/** How often a lease is renewed before the server has said how often it wants that, in milliseconds. */
const renewFirstMs = 5_000
/** After so many times that long without a sign of life, the server is asked first whether it still believes in us. */
const doubtAfterRenewals = 2

/** What a lease works with. */
export interface LeaseParts {
  readonly connection: Connection
  readonly clock: Clock
  readonly newName: () => string
  /** Whether anything hangs on it. */
  readonly isNeeded: () => boolean
  /** The server has given us up under this name. */
  readonly onLapsed: () => void
  /** Another server answers than before: it knows nothing of us. */
  readonly onOtherServer: () => void
}

/** This process's sign of life to the server, given as long as it has open spans. */
export class Lease {
  readonly #parts: LeaseParts
  #name: string
  #renewMs = renewFirstMs
  #signedAtMs: number
  #server: string | null = null
  #cancel: (() => void) | null = null
  #isOver = false

  constructor(parts: LeaseParts) {
    this.#parts = parts
    this.#name = parts.newName()
    this.#signedAtMs = parts.clock.now()
  }

  /** Under which this process is known; another one after it was given up. */
  get name(): string {
    return this.#name
  }

  /** Something hangs on it from now on. */
  need(): void {
    if (this.#isOver || this.#cancel) return
    this.#signedAtMs = this.#parts.clock.now()
    this.#schedule()
  }

  /** A message was taken under the name. */
  signed(): void {
    this.#signedAtMs = this.#parts.clock.now()
  }

  /** The name to send something under; after a long silence the server is asked first. */
  async identify(): Promise<string> {
    const silentMs = this.#parts.clock.now() - this.#signedAtMs
    if (this.#parts.isNeeded() && silentMs > this.#renewMs * doubtAfterRenewals) await this.#renew()
    return this.#name
  }

  /** Says goodbye: what is still open is lost at once. */
  async leave(): Promise<void> {
    this.#isOver = true
    this.#cancel?.()
    this.#cancel = null
    await this.#parts.connection.mutate('status.lease', { producer: this.#name, leaving: true })
  }

  #schedule(): void {
    this.#cancel = this.#parts.clock.after(this.#renewMs, () => {
      this.#cancel = null
      if (this.#isOver || !this.#parts.isNeeded()) return
      // What fails is tried again at the next beat; until then the connection comes back by itself.
      this.#renew().catch(() => undefined)
      this.#schedule()
    })
  }

  async #renew(): Promise<void> {
    const name = this.#name
    const answer = await this.#parts.connection.mutate('status.lease', { producer: name })
    if (name !== this.#name || this.#isOver || !isOutcome(answer)) return
    this.#renewMs = answer.renewMs
    this.#signedAtMs = this.#parts.clock.now()
    const isOther = this.#server !== null && this.#server !== answer.server
    this.#server = answer.server
    if (!answer.isAlive) {
      this.#name = this.#parts.newName()
      this.#parts.onLapsed()
    } else if (isOther) this.#parts.onOtherServer()
  }
}

function isOutcome(answer: unknown): answer is { isAlive: boolean; renewMs: number; server: string } {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'isAlive' in answer &&
    'renewMs' in answer &&
    typeof answer.renewMs === 'number' &&
    answer.renewMs > 0
  )
}
