import type { Clock } from '../lib/clock.ts'
import { readEventStream } from './event-stream.ts'
import { StreamRefused } from './stream-refused.ts'
import { inRequests, type Message, subscriptionsMax, Wanted } from './wanted.ts'

/** What an {@link EventStreamSocket} works with. */
export interface EventStreamSocketParts {
  readonly fetch: typeof fetch
  /** Fetched before the first request. */
  readonly token: () => Promise<string | null>
  /** The last one that came, for all requests after that. */
  readonly latestToken: () => string | null
  readonly clock: Clock
  readonly connectTimeoutMs: number
  /** Asked when the server answers: whether to go on with it. */
  readonly admits: () => boolean
  /** The server took the first request. */
  readonly onProven: () => void
  /** The server does not want us as we are; tRPC's code. */
  readonly onRefused: (code: string) => void
  /** What it was taken with is not taken any more. */
  readonly onEnded: () => void
  /** It is over, and nobody here wanted that; the server may have said when to come back, in milliseconds. */
  readonly onLost: (wasProven: boolean, retryAfterMs: number) => void
}

/** A server that was not heard for so long is gone, in milliseconds; it says something every 8 seconds. */
const deadAfterMs = 18_000
/** A stream that ends after so long was ended on purpose, and is opened again in its place, in milliseconds. */
const renewAfterMs = 10_000

const connecting = 0
const open = 1
const closed = 3

/**
 * Looks like a WebSocket to tRPC's client and is none: what is sent goes out by POST, and what comes in comes as
 * server-sent events. All subscriptions share one stream, for browsers allow six connections; when one is added or
 * stopped, the stream is opened anew, and each goes on behind what it had.
 */
export class EventStreamSocket extends EventTarget {
  /** tRPC's client asks a socket itself what open is. */
  readonly OPEN = open
  binaryType = 'arraybuffer'
  readyState = connecting
  readonly #url: string
  readonly #parts: EventStreamSocketParts
  readonly #end = new AbortController()
  readonly #wanted = new Wanted()
  #stream: AbortController | null = null
  #heardAtMs: number
  #isProven = false
  /** Whether a stream came through while it was open; a proxy may hand on only what has ended. */
  #hasStreamed = false
  #isRestarting = false
  #calls: Message[] = []
  #isMutating = false

  constructor(url: string | URL, parts: EventStreamSocketParts) {
    super()
    this.#url = httpOf(url)
    this.#parts = parts
    this.#heardAtMs = parts.clock.now()
    void this.#knock()
  }

  send(text: string): void {
    if (text === 'PING') return this.#pong()
    if (text === 'PONG' || this.readyState !== open) return
    // tRPC's client says who it is once it is open: the server knows already.
    if (text.startsWith('{"method":"connectionParams"')) return
    const { isChanged, stopped, refused, calls } = this.#wanted.take(text)
    for (const id of stopped) this.#say({ id, result: { type: 'stopped' } })
    for (const id of refused) this.#say({ id, error: tooMany })
    if (isChanged) this.#restart()
    this.#calls.push(...calls)
    this.#call()
  }

  close(code = 1_000): void {
    if (this.readyState === closed) return
    const wasConnecting = this.readyState === connecting
    this.readyState = closed
    this.#end.abort()
    this.#stream?.abort()
    queueMicrotask(() => {
      if (wasConnecting) this.dispatchEvent(new Event('error'))
      this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '', wasClean: code === 1_000 }))
    })
  }

  /** Asks whether the server is there and wants us, with a request that asks for nothing. */
  async #knock(): Promise<void> {
    const cancel = this.#parts.clock.after(this.#parts.connectTimeoutMs, () => this.#lose())
    try {
      await this.#parts.token()
    } catch {
      cancel()
      return this.#lose()
    }
    if (this.readyState === closed) return cancel()
    const refusal = await this.#post([], this.#end.signal, () => {
      cancel()
      if (!this.#parts.admits()) return this.close(1_006)
      this.#isProven = true
      this.#parts.onProven()
      this.#open()
    })
    cancel()
    if (!refusal) return
    this.#parts.onRefused(refusal.code)
    this.#lose(refusal)
  }

  /**
   * Calls go out behind the subscriptions that were asked for before them, and mutations behind each other, as they would
   * on one socket.
   */
  #call(): void {
    if (this.#wanted.isStarting) return
    const queries = this.#calls.filter(({ method }) => method === 'query')
    const mutations = this.#calls.filter(({ method }) => method !== 'query')
    this.#calls = mutations
    for (const messages of inRequests(queries)) void this.#ask(messages)
    if (mutations.length > 0 && !this.#isMutating) void this.#mutate()
  }

  async #mutate(): Promise<void> {
    this.#isMutating = true
    while (this.#calls.length > 0 && this.readyState === open) {
      const [next = []] = inRequests(this.#calls)
      this.#calls = this.#calls.slice(next.length)
      await this.#ask(next)
    }
    this.#isMutating = false
  }

  async #ask(calls: readonly Message[]): Promise<void> {
    const open = new Set(calls.map(({ id }) => id))
    const refusal = await this.#post(calls, this.#end.signal, undefined, (id) => open.delete(id))
    if (refusal?.code === 'UNAUTHORIZED') this.#parts.onEnded()
    // One who is asked too much may well go on with what it does already.
    const isBusy = refusal?.status === 429 || refusal?.status === 503
    if (isBusy) for (const id of open) this.#say({ id, error: refusal.shape })
    else if (refusal || open.size > 0) this.#lose(refusal)
  }

  #open(): void {
    if (this.readyState !== connecting) return
    this.readyState = open
    this.dispatchEvent(new Event('open'))
  }

  #restart(): void {
    if (this.#isRestarting) return
    this.#isRestarting = true
    // What is asked for in one go is opened in one go.
    queueMicrotask(() => {
      this.#isRestarting = false
      this.#stream?.abort()
      const stream = new AbortController()
      this.#stream = stream
      if (this.readyState !== open) return
      // The silence until now was nobody's.
      this.#heardAtMs = this.#parts.clock.now()
      for (const messages of this.#wanted.toRequests()) void this.#follow(messages, stream)
    })
  }

  async #follow(messages: readonly Message[], stream: AbortController): Promise<void> {
    const openedAtMs = this.#parts.clock.now()
    const cancel = this.#parts.clock.after(this.#parts.connectTimeoutMs, () => this.#stream === stream && this.#lose())
    stream.signal.addEventListener('abort', cancel, { once: true })
    const refusal = await this.#post(messages, stream.signal, () => {
      cancel()
      this.#hasStreamed = true
    })
    cancel()
    const isWanted = messages.some(({ id }) => this.#wanted.has(id))
    if (this.#stream !== stream || this.readyState !== open || !isWanted) return
    // A stream that was taken and ended without a word may have ended with its credentials.
    if (!refusal || refusal.code === 'UNAUTHORIZED') this.#parts.onEnded()
    if (!refusal && this.#parts.clock.now() - openedAtMs >= renewAfterMs) this.#restart()
    else this.#lose(refusal)
  }

  /** Settles when there is nothing more to hear, or with why the server does not want to be asked. */
  async #post(
    messages: readonly Message[],
    signal: AbortSignal,
    onOpen?: () => void,
    onAnswer?: (id: Message['id']) => void,
  ): Promise<StreamRefused | null> {
    const { fetch, clock } = this.#parts
    try {
      await readEventStream({
        url: this.#url,
        token: this.#parts.latestToken(),
        body: JSON.stringify(messages),
        fetch,
        signal,
        ...(onOpen && { onOpen }),
        onMessage: (text) => {
          if (signal.aborted) return
          const id = this.#wanted.heard(text)
          onAnswer?.(id)
          this.dispatchEvent(new MessageEvent('message', { data: text }))
          this.#call()
        },
        onHeard: () => {
          this.#heardAtMs = clock.now()
        },
      })
    } catch (error) {
      if (signal.aborted) return null
      if (error instanceof StreamRefused) return error
      this.#lose()
    }
    return null
  }

  #say(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }

  #pong(): void {
    const isQuiet = this.#parts.clock.now() - this.#heardAtMs > deadAfterMs
    // With nothing to wait for there is nobody to be heard.
    if (isQuiet && !this.#wanted.isEmpty) return this.#lose()
    queueMicrotask(() => {
      if (this.readyState === open) this.dispatchEvent(new MessageEvent('message', { data: 'PONG' }))
    })
  }

  #lose(refusal: StreamRefused | null = null): void {
    if (this.readyState === closed) return
    // Said of no request, it tells tRPC that this attempt did not count, though it was open: its backoff goes on.
    if (refusal || !this.#isProven) this.#say({ id: null, error: refusal?.shape ?? unreachable })
    this.#parts.onLost(this.#isProven && (this.#wanted.isEmpty || this.#hasStreamed), refusal?.retryAfterMs ?? 0)
    this.close(1_006)
  }
}

const unreachable = {
  message: 'the server cannot be reached',
  code: -32_603,
  data: { code: 'SERVICE_UNAVAILABLE', httpStatus: 503 },
}

const tooMany = {
  message: `more than ${subscriptionsMax} subscriptions on this connection`,
  code: -32_029,
  data: {
    code: 'TOO_MANY_REQUESTS',
    httpStatus: 429,
    telltale: { code: 'TOO_MANY_REQUESTS', retryable: true, retryAfterMs: 1_000 },
  },
}

/** The same address for plain HTTP, without what tRPC's client adds. */
function httpOf(url: string | URL): string {
  const http = new URL(String(url).replace(/^ws/, 'http'))
  http.searchParams.delete('connectionParams')
  return http.href
}
