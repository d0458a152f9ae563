/** A message of tRPC's client, as far as it matters here. */
interface Message {
  readonly id: number | string
  readonly method: 'query' | 'mutation' | 'subscription' | 'subscription.stop'
  readonly params?: { readonly lastEventId?: string | undefined }
}

/** The subscriptions that should be running, each with the last event it had. */
export class Wanted {
  readonly #messages = new Map<Message['id'], Message>()
  readonly #lastEventIds = new Map<Message['id'], string>()
  readonly #starting = new Set<Message['id']>()
  #stopped: Message['id'][] = []

  get isEmpty(): boolean {
    return this.#messages.size === 0
  }

  /** Whether the server has still to say of one that it began. */
  get isStarting(): boolean {
    return this.#starting.size > 0
  }

  /** Takes what tRPC sends; the answer says whether other subscriptions are wanted now, and has the calls beside them. */
  take(text: string): { isChanged: boolean; calls: string | null } {
    const sent: unknown = JSON.parse(text)
    const calls: Message[] = []
    let isChanged = false
    for (const message of (Array.isArray(sent) ? sent : [sent]) as Message[]) {
      if (message.method === 'subscription') {
        this.#messages.set(message.id, message)
        this.#starting.add(message.id)
        isChanged = true
      } else if (message.method === 'subscription.stop') {
        if (!this.#forget(message.id)) continue
        this.#stopped.push(message.id)
        isChanged = true
      } else calls.push(message)
    }
    return { isChanged, calls: calls.length > 0 ? JSON.stringify(calls) : null }
  }

  /** Those stopped since this was asked last: nobody else will answer them. */
  stopped(): Message['id'][] {
    const stopped = this.#stopped
    this.#stopped = []
    return stopped
  }

  /** Remembers that a subscription began, how far it came, and that it ended. */
  heard(text: string): void {
    const { id, error, result } = JSON.parse(text) as {
      id: Message['id']
      error?: unknown
      result?: { type?: string; id?: string }
    }
    this.#starting.delete(id)
    if (error !== undefined || result?.type === 'stopped') this.#forget(id)
    else if (result?.id !== undefined && this.#messages.has(id)) this.#lastEventIds.set(id, result.id)
  }

  /** One message that asks for all of them, each behind the last event it had. */
  toMessage(): string {
    return JSON.stringify(
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
