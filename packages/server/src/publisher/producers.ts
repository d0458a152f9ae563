import { TelltaleError } from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import { type Random, randomName } from '../async/random.ts'
import { type LeaseLimits, Leases } from '../core/leases.ts'
import type { Emit } from '../telemetry/events.ts'
import type { Publisher } from './publisher.ts'

/** Most producers that are believed to live at a time. */
const producersMax = 100_000

/** The producers of the network: whose sign of life is missing loses its open spans. */
export class Producers {
  readonly limits: LeaseLimits
  /** Names this server, so that a producer sees when another one answers, which knows nothing of its spans. */
  readonly server: string
  readonly #leases: Leases
  readonly #publisher: Publisher
  readonly #emit: Emit
  readonly #held = new WeakSet<AbortSignal>()

  constructor(parts: { clock: Clock; random: Random; emit: Emit; limits: LeaseLimits; publisher: Publisher }) {
    this.server = randomName(parts.random, 12)
    this.limits = parts.limits
    this.#publisher = parts.publisher
    this.#emit = parts.emit
    const seconds = parts.limits.leaseLapseMs / 1_000
    this.#leases = new Leases({
      ...parts,
      onLapse: (producer) => this.#lose(producer, `its producer was silent for ${seconds} s`, 'lapsed') > 0,
    })
  }

  /** A sign of life; false when the producer was given up before. Of one that has nothing to lose nothing is remembered. */
  touch(producer: string): boolean {
    return this.#leases.has(producer) ? this.#leases.renew(producer) : !this.#leases.hasLapsed(producer)
  }

  /** The same of one that says something of a span. Throws `TOO_MANY_REQUESTS` for one producer too many. */
  renew(producer: string): boolean {
    if (this.#leases.has(producer) || this.#leases.size < producersMax) return this.#leases.renew(producer)
    throw new TelltaleError('TOO_MANY_REQUESTS', `more than ${producersMax} producers have spans`)
  }

  /** A connection stands for a producer; false when the producer was given up before. */
  hold(producer: string, ended: AbortSignal): boolean {
    if (!this.#held.has(ended)) {
      this.#held.add(ended)
      this.#leases.hold(producer, ended)
    }
    return !this.#leases.hasLapsed(producer)
  }

  /** A producer says that it goes: what it left open is lost at once. */
  leave(producer: string): void {
    this.#leases.leave(producer)
    this.#lose(producer, 'its producer left', 'left')
  }

  dispose(): void {
    this.#leases.dispose()
  }

  #lose(producer: string, reason: string, label: 'lapsed' | 'left'): number {
    const count = this.#publisher.loseSpans(producer, reason)
    if (count > 0) this.#emit('spans.lost', { count, reason: label })
    return count
  }
}
