import { keptRank } from '@telltale/contract/producer'
import type { Cancel, Clock } from '../async/clock.ts'
import type { QueuedUpdate } from './queued.ts'

/** How long until an end that the log did not take is said again, in milliseconds. */
const retellAfterMs = 1_000
/** Most ends that were shed are kept in mind. */
const shedMax = 10_000

/**
 * Ends of spans that still have to be told: nothing may go on saying that it runs because its end was shed, or because the
 * log was away.
 */
export class OwedEnds {
  readonly #clock: Clock
  readonly #push: (item: QueuedUpdate) => void
  /** By span: ends that were shed while nothing of their span was accepted. */
  readonly #shed = new Map<string, QueuedUpdate>()
  readonly #refused = new Map<QueuedUpdate, Cancel>()

  constructor(clock: Clock, push: (item: QueuedUpdate) => void) {
    this.#clock = clock
    this.#push = push
  }

  /** The queue shed an end. It is owed only if its span turns out to have been accepted as open. */
  shed(item: QueuedUpdate): void {
    if (!item.span) return
    this.#shed.set(nameOf(item.group, item.span.id), item)
    for (const oldest of this.#shed.keys()) {
      if (this.#shed.size <= shedMax) return
      this.#shed.delete(oldest)
    }
  }

  /** A span was accepted as open. */
  opened(topic: string, id: string): void {
    const item = this.#shed.size === 0 ? undefined : this.#shed.get(nameOf(topic, id))
    if (!item) return
    this.#shed.delete(nameOf(topic, id))
    this.#push({ ...item, rank: keptRank })
  }

  /** The log did not take the end of an open span, and nobody waits for the outcome. */
  refused(item: QueuedUpdate): void {
    const cancel = this.#clock.after(retellAfterMs, () => {
      this.#refused.delete(item)
      this.#push(item)
    })
    this.#refused.set(item, cancel)
  }

  /** Says now what waits to be said again. */
  flush(): void {
    const owed = [...this.#refused]
    this.#refused.clear()
    for (const [item, cancel] of owed) {
      cancel()
      this.#push(item)
    }
  }
}

function nameOf(topic: string, id: string): string {
  return `${topic}\0${id}`
}
