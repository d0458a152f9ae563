import { TelltaleError } from '@telltale/contract/wire'
import type { Connection } from '../connection/connection.ts'
import type { Clock } from '../lib/clock.ts'

/** How often a lease is renewed before the server has said how often it wants that, in milliseconds. */
const renewFirstMs = 5_000
/** After so many times that long without a sign of life, the server is asked first whether it still believes in us. */
const doubtAfterRenewals = 2
/** When nothing was said for so long, only every other renewal is made, in milliseconds. */
const idleAfterMs = 30_000

/** What a lease works with. */
export interface LeaseParts {
  readonly connection: Pick<Connection, 'mutate'>
  readonly clock: Clock
  readonly newName: () => string
  /** Whether anything hangs on it. */
  readonly isNeeded: () => boolean
  /** The server has given us up under this name. */
  readonly onLapsed: () => void
  /** Another server answers than before: it knows nothing of us. */
  readonly onOtherServer: () => void
}

/** Who says something. */
export interface Name {
  readonly producer: string
  /** How often we were given up before. */
  readonly life: number
}

/** This process's sign of life to the server, given as long as it has open spans. */
export class Lease {
  readonly #parts: LeaseParts
  #name: Name
  #renewMs = renewFirstMs
  #signedAtMs: number
  #sentAtMs: number
  #server: string | null = null
  #cancel: (() => void) | null = null
  #isOver = false
  #isRenewing = false

  constructor(parts: LeaseParts) {
    this.#parts = parts
    this.#name = { producer: parts.newName(), life: 0 }
    this.#signedAtMs = parts.clock.now()
    this.#sentAtMs = this.#signedAtMs
  }

  /** Which of our lives this is; another one after we were given up. */
  get life(): number {
    return this.#name.life
  }

  /** Something hangs on it from now on. */
  need(): void {
    if (this.#isOver || this.#cancel) return
    // Nothing hangs on the old name; whether it was given up meanwhile need not matter to what begins now.
    if (this.#isDoubtful) this.#name = { ...this.#name, producer: this.#parts.newName() }
    this.#schedule()
  }

  /** A message was taken under the name. */
  signed(): void {
    this.#signedAtMs = this.#parts.clock.now()
    this.#sentAtMs = this.#signedAtMs
  }

  /** The name to send something under. When spans hang on it, the server is asked at first, and after a long silence. */
  async identify(isAboutSpans: boolean): Promise<Name> {
    const isAsked = (isAboutSpans && this.#server === null) || this.#isDoubtful
    if (isAsked && (isAboutSpans || this.#parts.isNeeded())) {
      await this.#renew().catch((error: unknown) => {
        // A server that does not answer that may still take what is said.
        if (!TelltaleError.isInstance(error) || error.retryable || isFinal(error)) throw error
      })
    }
    return this.#name
  }

  /** A connection was opened, maybe to another server, whose readers should not have to wait for the next renewal. */
  opened(): void {
    if (this.#isOver || this.#isRenewing || this.#server === null || !this.#parts.isNeeded()) return
    this.#renew().catch(() => undefined)
  }

  /** Says goodbye: what is still open is lost at once. */
  async leave(): Promise<void> {
    this.stop()
    await this.#parts.connection.mutate('status.lease', { producer: this.#name.producer, leaving: true })
  }

  /** Gives no more signs of life. */
  stop(): void {
    this.#isOver = true
    this.#cancel?.()
    this.#cancel = null
  }

  get #isDoubtful(): boolean {
    return this.#parts.clock.now() - this.#signedAtMs > this.#renewMs * doubtAfterRenewals
  }

  #schedule(): void {
    // The connection is let go between renewals that are far apart, so that a process with nothing else to do can end.
    const isIdle = this.#parts.clock.now() - this.#sentAtMs > idleAfterMs
    this.#cancel = this.#parts.clock.after(this.#renewMs * (isIdle ? 2 : 1), () => {
      this.#cancel = null
      if (this.#isOver || !this.#parts.isNeeded()) return
      // What fails is tried again at the next beat; until then the connection comes back by itself.
      this.#renew().catch(() => undefined)
      this.#schedule()
    })
  }

  async #renew(): Promise<void> {
    const { producer, life } = this.#name
    this.#isRenewing = true
    const answer = await this.#parts.connection.mutate('status.lease', { producer }).finally(() => {
      this.#isRenewing = false
    })
    if (producer !== this.#name.producer || this.#isOver || !isOutcome(answer)) return
    this.#signedAtMs = this.#parts.clock.now()
    this.#useInterval(answer.renewMs)
    const isOther = this.#server !== null && this.#server !== answer.server
    this.#server = answer.server
    if (!answer.isAlive) {
      this.#name = { producer: this.#parts.newName(), life: life + 1 }
      this.#parts.onLapsed()
    } else if (isOther) this.#parts.onOtherServer()
  }

  #useInterval(renewMs: number): void {
    if (renewMs === this.#renewMs) return
    this.#renewMs = renewMs
    if (!this.#cancel) return
    this.#cancel()
    this.#schedule()
  }
}

/** Whether there is nothing more to expect of the connection. */
function isFinal({ code }: TelltaleError): boolean {
  return code === 'UNAUTHORIZED' || code === 'DISPOSED'
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
