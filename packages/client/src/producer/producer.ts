import { AsyncLocalStorage } from 'node:async_hooks'
import { createStatus, type Place, randomName, type StatusApi } from '@telltale/contract/producer'
import { type AnyContract, type Contract, defaultCategoryNames, TelltaleError } from '@telltale/contract/wire'
import type { ConnectionState } from '../connection/connection.ts'
import { type ConnectionSettings, createConnectionOf, mustBePositive } from '../connection/settings.ts'
import { defaultBackoff } from '../lib/backoff.ts'
import type { ReadableStore } from '../lib/store.ts'
import { createTell, type ProducerSink } from './events.ts'
import { Lease } from './lease.ts'
import { Outbox } from './outbox.ts'
import { holdProcess, processClock, whenIdle } from './process.ts'
import { createRenewedConnection } from './renewed-connection.ts'
import { Sayings } from './saying.ts'

/** What {@link createProducer} takes. */
export interface ProducerOptions<TContract extends AnyContract = Contract> extends Omit<ConnectionSettings, 'token'> {
  /** Proves who this is; a function is asked before every connect. */
  token?: string | (() => string | null | Promise<string | null>)
  /** The app's categories, where they are not the six default ones. */
  contract?: TContract
  /** Most updates that wait to be sent; beyond it the least important are shed and announced. @default 10_000 */
  queueLimit?: number
  /** Told of what is shed, rejected or waits. */
  telemetry?: ProducerSink
}

/** A producer in a process of its own. */
export interface Producer<TContract extends AnyContract = Contract> extends AsyncDisposable {
  /** The same face as on the server: fire and forget, spans, ambient conversations. */
  readonly status: StatusApi<TContract>
  readonly connection: ReadableStore<ConnectionState>
  /** Settles when everything said so far was accepted or refused, or will never be. */
  flush(): Promise<void>
  size(): { readonly queued: number; readonly openSpans: number }
  /**
   * Sends what was said, for at most `drainMs` (10_000), says goodbye and disconnects. Spans that are still open are told to
   * be lost, because their producer left. Again does nothing.
   */
  close(options?: { drainMs?: number }): Promise<void>
}

/** A message tries to connect in steps of at most so many milliseconds; between messages the outbox waits longer. */
const reconnectMaxMs = 2_000
/** How long a connection may take to be closed, in milliseconds. */
const goodbyeMs = 2_000
/** A little longer than the time between two renewals, so that an open span keeps the connection. */
const lingerMs = 7_500

/**
 * Gives another process the producers' face of a server: typed by the same contract, without waiting, over the wire.
 * A process that has nothing left to do but to say what it said is closed in order, as by `close()`.
 * Throws `INVALID_OPTION` when the runtime has no WebSocket and none was given, and for limits that are not positive.
 *
 * @example
 * ```ts
 * import { createProducer } from '@telltale/client/producer'
 *
 * const producer = createProducer({ url: 'ws://localhost:4000/trpc' })
 * const { status } = producer
 * await status.span({ conversationId: 'c1', category: 'tool', name: 'Search' }, async () => search())
 * await producer.close()
 * ```
 */
export function createProducer<TContract extends AnyContract>(
  options: ProducerOptions<TContract> & { contract: TContract },
): Producer<TContract>
export function createProducer(options: ProducerOptions): Producer
export function createProducer<TContract extends AnyContract>(
  options: ProducerOptions<TContract>,
): Producer<TContract> {
  mustBePositive(options, ['queueLimit'])
  const { token, contract } = options
  const clock = options.clock ?? processClock
  const random = options.random ?? Math.random
  const backoff = { ...defaultBackoff, ...options.backoff }
  const tell = createTell(options.telemetry)
  const fetchToken = typeof token === 'string' ? () => token : token
  const { token: _token, ...settings } = options
  const connection = createRenewedConnection(() =>
    createConnectionOf(
      {
        ...settings,
        clock,
        random,
        backoff: { ...backoff, maxMs: Math.min(backoff.maxMs, reconnectMaxMs) },
        ...(fetchToken && { token: fetchToken }),
      },
      lingerMs,
    ),
  )
  const prefix = randomName(random, 12)
  let ids = 0
  const nextId = (): string => `${prefix}${(++ids).toString(36)}`
  let closing: Promise<void> | null = null
  let forgetIdle: (() => void) | null = null

  const names = contract?.names ?? defaultCategoryNames
  const sayings = new Sayings(names, (category, unfit) => tell('producer.rejected', { category, ...unfit }))
  const lease = new Lease({
    connection,
    clock,
    newName: () => `p${randomName(random, 15)}`,
    isNeeded: () => face.spans.open > 0,
    onLapsed() {
      tell('producer.lapsed', { spans: face.spans.open })
      lose()
    },
    onOtherServer: () => face.spans.retell(),
  })
  const outbox = new Outbox({
    connection,
    clock,
    random,
    backoff,
    queueLimit: options.queueLimit ?? 10_000,
    tell,
    nextId,
    identify: (isAboutSpans) => lease.identify(isAboutSpans),
    onSent: () => lease.signed(),
  })
  const face = createStatus<TContract>(
    { names },
    {
      say(conversationId, category, text, metadata, sayOptions = {}) {
        if (closing === null) forgetIdle ??= whenIdle(() => void producer.close())
        try {
          if (sayOptions.span) lease.need()
          const said = { conversationId, category, text, metadata, options: sayOptions }
          const saying = sayings.make(said, { life: lease.life, id: nextId() })
          if (saying) outbox.push(saying)
        } catch (error) {
          // Only what the caller handed in can throw here, such as a text whose toString throws.
          tell('producer.rejected', { category: '', code: 'INVALID_INPUT', problem: String(error) })
        }
      },
      ambient: new AsyncLocalStorage<Place>(),
      clock: {
        now: () => Date.now(),
        monotonic: () => clock.now(),
        after: (delayMs, call) => clock.after(delayMs, call),
      },
      nextSpanId: nextId,
      warn: (message) => process.emitWarning(message, 'TelltaleWarning'),
    },
  )

  connection.state.subscribe(() => {
    const state = connection.state.getSnapshot()
    if (state === 'open') {
      outbox.hurry()
      lease.opened()
    } else if (state === 'closed') {
      lease.stop()
      lose()
    }
  })

  function lose(): void {
    face.spans.lose()
    sayings.forget()
  }

  async function close(drainMs: number): Promise<void> {
    forgetIdle?.()
    face.spans.flush()
    const release = holdProcess()
    let cancel = (): void => undefined
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(drainMs, resolve)
    })
    // A producer that never said anything has nobody to say goodbye to.
    const goodbye = async (): Promise<void> => {
      await outbox.flush()
      if (face.spans.open > 0) await lease.leave()
    }
    await Promise.race([goodbye().catch(() => undefined), late])
    cancel()
    lease.stop()
    lose()
    outbox.stop(new TelltaleError('DISPOSED', 'the producer is closed'))
    // A server that is not there says no goodbye.
    await Promise.race([connection.close(), new Promise<void>((resolve) => clock.after(goodbyeMs, resolve))])
    release()
  }

  const producer: Producer<TContract> = {
    status: face.status,
    connection: connection.state,
    async flush() {
      face.spans.flush()
      const release = holdProcess()
      await outbox.flush()
      release()
    },
    size: () => ({ queued: outbox.size, openSpans: face.spans.open }),
    close: ({ drainMs = 10_000 } = {}) => {
      closing ??= close(drainMs)
      return closing
    },
    [Symbol.asyncDispose]: () => producer.close(),
  }
  return producer
}
