import { isPlainObject } from '@telltale/contract'
import type { RequestId } from './outbound.ts'

/** A subscription that is known before anything of it is awaited, so that a stop or a disconnect meanwhile finds it. */
export interface OpenSubscription {
  readonly controller: AbortController
  readonly forget: () => void
}

/** The subscriptions of one connection. */
export class OpenSubscriptions {
  readonly #max: number
  readonly #hasStream: (streamId: string) => boolean
  readonly #open = new Map<RequestId, AbortController>()
  /** Streams in whose place another comes: each only once. */
  readonly #replaced = new Set<string>()

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
    this.#open.set(id, controller)
    if (replaces !== null) this.#replaced.add(replaces)
    const forget = (): void => {
      if (this.#open.get(id) === controller) this.#open.delete(id)
      if (replaces !== null) this.#replaced.delete(replaces)
    }
    return { controller, forget }
  }

  stop(id: RequestId): void {
    this.#open.get(id)?.abort()
  }

  stopAll(): void {
    for (const controller of this.#open.values()) controller.abort()
  }

  #replacedBy(input: unknown): string | null {
    const plain = isPlainObject(input) && isPlainObject(input['json']) ? input['json'] : input
    const replaces = isPlainObject(plain) ? plain['replaces'] : undefined
    // One that comes back after a drop replaces nothing any more: what it did is gone with its connection.
    if (hasLastEventId(input) || hasLastEventId(plain)) return null
    if (typeof replaces !== 'string' || this.#replaced.has(replaces)) return null
    return this.#hasStream(replaces) ? replaces : null
  }
}

function hasLastEventId(input: unknown): boolean {
  return isPlainObject(input) && input['lastEventId'] !== undefined
}
