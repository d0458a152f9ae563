/** A message of tRPC's client, as far as it matters here. */
export interface Message {
  readonly id: number | string
  readonly method: 'query' | 'mutation' | 'subscription' | 'subscription.stop'
  readonly params?: { readonly lastEventId?: string | undefined }
}

interface ErrorMessage {
  readonly data?: { readonly code?: unknown }
  readonly json?: ErrorMessage
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
  /** As many as the server takes, as far as that is known. */
  #max = subscriptionsMax

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
      else if (this.#messages.size >= this.#max) taken.refused.push(id)
      else {
        this.#messages.set(id, message)
        this.#starting.add(id)
        taken.isChanged = true
      }
    }
    if (taken.stopped.length > 0) {
      taken.isChanged = true
      this.#max = subscriptionsMax
    }
    return taken
  }

  /** Remembers that a subscription began, how far it came, and that it ended. */
  heard(text: string): Message['id'] {
    const { id, error, result } = JSON.parse(text) as {
      id: Message['id']
      error?: ErrorMessage
      result?: { type?: string; id?: string }
    }
    this.#starting.delete(id)
    const wasWanted = this.#messages.has(id)
    if (error !== undefined || result?.type === 'stopped') this.#forget(id)
    // To ask for one more than a server allows would open all others anew, again and again.
    if (wasWanted && isTooMany(error)) this.#max = this.#messages.size
    else if (result?.id !== undefined && wasWanted) this.#lastEventIds.set(id, result.id)
    return id
  }

  /** Requests that ask for all of them, each behind the last event it had; one request is almost always enough. */
  toRequests(): Message[][] {
    return inRequests(
      [...this.#messages.values()].map((message) => {
        const lastEventId = this.#lastEventIds.get(message.id) ?? message.params?.lastEventId
        return lastEventId === undefined ? message : { ...message, params: { ...message.params, lastEventId } }
      }),
    )
  }

  #forget(id: Message['id']): boolean {
    this.#lastEventIds.delete(id)
    this.#starting.delete(id)
    return this.#messages.delete(id)
  }
}

/** Puts messages into as few requests as they fit in, in their order. */
export function inRequests(messages: readonly Message[]): Message[][] {
  const requests: Message[][] = []
  let room = 0
  for (const message of messages) {
    const { length } = JSON.stringify(message)
    if (length > room) {
      requests.push([])
      room = requestMaxLength
    }
    room -= length
    requests.at(-1)?.push(message)
  }
  return requests
}

/** What a server says to one subscription too many, in superjson's envelope or without it. */
function isTooMany(error: ErrorMessage | undefined): boolean {
  return (error?.json ?? error)?.data?.code === 'TOO_MANY_REQUESTS'
}
