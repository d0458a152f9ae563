import { isPlainObject } from '@telltale/contract'
import { SmallMap } from '../async/small.ts'
import type { RequestId } from './reply.ts'

/** A subscription that is known before anything of it is awaited, so that a stop or a disconnect meanwhile finds it. */
export interface OpenSubscription {
  readonly controller: AbortController
  /** Something else is to be aborted from now on. */
  readonly become: (running: Abortable) => void
  readonly forget: () => void
}

/** What can be stopped. */
export interface Abortable {
  abort(): void
}

interface Entry {
  running: Abortable
  /** The stream it comes in the place of. */
  readonly replaces: string | null
}

/** The subscriptions of one connection. */
export class OpenSubscriptions {
  readonly #max: number
  readonly #hasStream: (streamId: string) => boolean
  readonly #open = new SmallMap<RequestId, Entry>()

  /** @param hasStream whether the connection's user has a stream of this name. */
  constructor(max: number, hasStream: (streamId: string) => boolean) {
    this.#max = max
    this.#hasStream = hasStream
  }

  get size(): number {
    return this.#open.size
  }

  has(id: RequestId): boolean {
    return this.#open.has(id)
  }

  /** Makes room for one; `null` when there is none. One that comes in the place of another needs none. */
  add(id: RequestId, { path, input }: { readonly path: string; readonly input: unknown }): OpenSubscription | null {
    // Only there it is looked after that the other one ends.
    const replaces = /(?:^|\.)status\.subscribe$/.test(path) ? this.#replacedBy(input) : null
    if (this.#open.size >= this.#max && replaces === null) return null
    const controller = new AbortController()
    const entry: Entry = { running: controller, replaces }
    this.#open.set(id, entry)
    const become = (running: Abortable): void => {
      entry.running = running
    }
    const forget = (): void => {
      if (this.#open.get(id) === entry) this.forget(id)
    }
    return { controller, become, forget }
  }

  /** To be called when what something became is over. */
  forget(id: RequestId): void {
    this.#open.delete(id)
  }

  stop(id: RequestId): void {
    this.#open.get(id)?.running.abort()
  }

  stopAll(): void {
    for (const { running } of this.#open.values()) running.abort()
  }

  #replacedBy(input: unknown): string | null {
    const plain = isPlainObject(input) && isPlainObject(input['json']) ? input['json'] : input
    const replaces = isPlainObject(plain) ? plain['replaces'] : undefined
    // One that comes back after a drop replaces nothing any more: what it did is gone with its connection.
    if (hasLastEventId(input) || hasLastEventId(plain)) return null
    if (typeof replaces !== 'string') return null
    // In the place of one comes another only once.
    for (const entry of this.#open.values()) if (entry.replaces === replaces) return null
    return this.#hasStream(replaces) ? replaces : null
  }
}

function hasLastEventId(input: unknown): boolean {
  return isPlainObject(input) && input['lastEventId'] !== undefined
}
