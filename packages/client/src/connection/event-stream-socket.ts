import type { Clock } from '../lib/clock.ts'
import { readEventStream, StreamRefused } from './event-stream.ts'
import { Wanted } from './wanted.ts'

/** What an {@link EventStreamSocket} works with. */
export interface EventStreamSocketParts {
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly connectTimeoutMs: number
  /** The server took the first request. */
  readonly onProven: () => void
  /** The server does not want us as we are; tRPC's code. */
  readonly onRefused: (code: string) => void
  /** It is over, and nobody here wanted that. */
  readonly onLost: (wasProven: boolean) => void
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
  binaryType = 'arraybuffer'
  readyState = connecting
  readonly #url: string
  readonly #parts: EventStreamSocketParts
  readonly #end = new AbortController()
  readonly #wanted = new Wanted()
  #stream: AbortController | null = null
  #token: string | null = null
  #heardAtMs: number
  #isProven = false
  #isRestarting = false
  /** What was said before the server had answered at all. */
  #early: string[] = []
  #calls: string[] = []

  constructor(url: string | URL, parts: EventStreamSocketParts) {
    super()
    const { protocol, searchParams, ...rest } = takeApart(url)
    this.#url = `${protocol.replace('ws', 'http')}//${rest.host}${rest.pathname}`
    this.#parts = parts
    this.#heardAtMs = parts.clock.now()
    // Then the token is the first thing we are told to send, as soon as we are open.
    if (searchParams.get('connectionParams') === '1') parts.clock.after(0, () => this.#open())
    else void this.#knock()
  }

  send(text: string): void {
    if (text === 'PING') return this.#pong()
    if (text === 'PONG' || this.readyState !== open) return
    if (!this.#isProven) {
      const token = tokenOf(text)
      if (token === undefined) this.#early.push(text)
      else {
        this.#token = token
        void this.#knock()
      }
      return
    }
    const { isChanged, calls } = this.#wanted.take(text)
    for (const id of this.#wanted.stopped()) this.#say(`{"id":${JSON.stringify(id)},"result":{"type":"stopped"}}`)
    if (isChanged) this.#restart()
    if (calls !== null) this.#calls.push(calls)
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

  /** Asks whether the server is there and wants us, with a message that says nothing. */
  async #knock(): Promise<void> {
    const cancel = this.#parts.clock.after(this.#parts.connectTimeoutMs, () => this.#lose())
    await this.#post('[]', this.#end.signal, () => {
      cancel()
      this.#isProven = true
      this.#parts.onProven()
      this.#open()
      const early = this.#early
      this.#early = []
      for (const text of early) this.send(text)
    })
    cancel()
  }

  /** Calls go out behind the subscriptions that were asked for before them, as they would on one socket. */
  #call(): void {
    if (this.#wanted.isStarting) return
    const calls = this.#calls
    this.#calls = []
    for (const text of calls) void this.#post(text, this.#end.signal)
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
      this.#stream = null
      if (this.readyState === open && !this.#wanted.isEmpty) void this.#follow()
    })
  }

  async #follow(): Promise<void> {
    const stream = new AbortController()
    this.#stream = stream
    const openedAtMs = this.#parts.clock.now()
    await this.#post(this.#wanted.toMessage(), AbortSignal.any([stream.signal, this.#end.signal]))
    if (this.#stream !== stream || this.readyState !== open || this.#wanted.isEmpty) return
    if (this.#parts.clock.now() - openedAtMs >= renewAfterMs) this.#restart()
    else this.#lose()
  }

  async #post(body: string, signal: AbortSignal, onOpen?: () => void): Promise<void> {
    const { fetch, clock } = this.#parts
    const onMessage = (text: string): void => {
      if (signal.aborted) return
      this.#wanted.heard(text)
      this.#say(text)
      this.#call()
    }
    const onHeard = (): void => {
      this.#heardAtMs = clock.now()
    }
    const url = this.#url
    try {
      await readEventStream({
        url,
        token: this.#token,
        body,
        fetch,
        signal,
        onMessage,
        onHeard,
        ...(onOpen && { onOpen }),
      })
    } catch (error) {
      if (signal.aborted) return
      const code = error instanceof StreamRefused ? error.code : null
      // What was good for the first request is not good any more: a new connection fetches a new token.
      if (code !== null && !this.#isProven) this.#parts.onRefused(code)
      this.#lose()
    }
  }

  #say(data: string): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  #pong(): void {
    const isQuiet = this.#parts.clock.now() - this.#heardAtMs > deadAfterMs
    // With nothing to wait for there is nobody to be heard.
    if (!isQuiet || this.#wanted.isEmpty) queueMicrotask(() => this.readyState === open && this.#say('PONG'))
  }

  #lose(): void {
    if (this.readyState === closed) return
    this.#parts.onLost(this.#isProven)
    this.close(1_006)
  }
}

function takeApart(url: string | URL): Pick<URL, 'protocol' | 'host' | 'pathname' | 'searchParams'> {
  const { protocol, host, pathname, searchParams } = new URL(url)
  return { protocol, host, pathname, searchParams }
}

/** The token in tRPC's message with the connection parameters; `undefined` for any other message. */
function tokenOf(text: string): string | null | undefined {
  const message = JSON.parse(text) as { method?: unknown; data?: { token?: unknown } | null }
  if (message.method !== 'connectionParams') return undefined
  return typeof message.data?.token === 'string' ? message.data.token : null
}
