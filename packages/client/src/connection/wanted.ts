/** A message of tRPC's client, as far as it matters here. */
export interface Message {
  readonly id: number | string
  readonly method: 'query' | 'mutation' | 'subscription' | 'subscription.stop'
  readonly params?: { readonly lastEventId?: string | undefined }
}

/** What a text of tRPC's client comes to. */
export interface Taken {
  /** Whether other subscriptions are wanted now. */
  readonly isChanged: boolean
  /** Nobody else will answer these. */
  readonly stopped: readonly Message['id'][]
  /** One subscription more than a server takes of one client. */
  readonly refused: readonly Message['id'][]
  /** Queries and mutations. */
  readonly calls: readonly Message[]
}

/** Most subscriptions, as the server allows them to one socket. */
export const subscriptionsMax = 128
/** Most characters of one request; a server takes 64 KiB. */
const requestMaxLength = 32_768

/** The subscriptions that should be running, each with the last event it had. */
export class Wanted {
  readonly #messages = new Map<Message['id'], Message>()
  readonly #lastEventIds = new Map<Message['id'], string>()
  readonly #starting = new Set<Message['id']>()

  get isEmpty(): boolean {
    return this.#messages.size === 0
  }

  /** Whether the server has still to say of one that it began. */
  get isStarting(): boolean {
    return this.#starting.size > 0
  }

  has(id: Message['id']): boolean {
    return this.#messages.has(id)
  }

  /** Takes what tRPC sends. */
  take(text: string): Taken {
    const sent: unknown = JSON.parse(text)
    const taken = {
      isChanged: false,
      stopped: [] as Message['id'][],
      refused: [] as Message['id'][],
      calls: [] as Message[],
    }
    for (const message of (Array.isArray(sent) ? sent : [sent]) as Message[]) {
      const { id, method } = message
      if (method === 'subscription.stop') {
        if (this.#forget(id)) taken.stopped.push(id)
      } else if (method !== 'subscription') taken.calls.push(message)
      else if (this.#messages.size >= subscriptionsMax) taken.refused.push(id)
      else {
        this.#messages.set(id, message)
        this.#starting.add(id)
        taken.isChanged = true
      }
    }
    if (taken.stopped.length > 0) taken.isChanged = true
    return taken
  }

  /** Remembers that a subscription began, how far it came, and that it ended. */
  heard(text: string): Message['id'] {
    const { id, error, result } = JSON.parse(text) as {
      id: Message['id']
      error?: unknown
      result?: { type?: string; id?: string }
    }
    this.#starting.delete(id)
    if (error !== undefined || result?.type === 'stopped') this.#forget(id)
    else if (result?.id !== undefined && this.#messages.has(id)) this.#lastEventIds.set(id, result.id)
    return id
  }

  /** Requests that ask for all of them, each behind the last event it had; one request is almost always enough. */
  toRequests(): Message[][] {
    const requests: Message[][] = []
    let room = 0
    for (const message of this.#messages.values()) {
      const lastEventId = this.#lastEventIds.get(message.id) ?? message.params?.lastEventId
      const asked = lastEventId === undefined ? message : { ...message, params: { ...message.params, lastEventId } }
      const { length } = JSON.stringify(asked)
      if (length > room) {
        requests.push([])
        room = requestMaxLength
      }
      room -= length
      requests.at(-1)?.push(asked)
    }
    return requests
  }

  #forget(id: Message['id']): boolean {
    this.#lastEventIds.delete(id)
    this.#starting.delete(id)
    return this.#messages.delete(id)
  }
}
