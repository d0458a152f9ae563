import { TelltaleError, type Topic } from '@telltale/contract'
import { every } from '../../async/clock.ts'
import { nonceSource, randomName } from '../../async/random.ts'
import type { Backplane, BackplaneFactory, BackplaneHost } from '../../seams/backplane.ts'
import { MemoryLog } from './log.ts'

/** Bounds of a {@link memoryBackplane}. */
export interface MemoryBackplaneOptions {
  /** Most conversations held that nobody reads; the least recently used go first, and their epoch ends. @default 10_000 */
  conversationsMax?: number
  /** Most encoded bytes held of conversations that nobody reads. @default 268_435_456 */
  bytesMax?: number
  /** How often expired entries are looked for, in milliseconds. @default 300_000 */
  sweepIntervalMs?: number
}

/**
 * Keeps the logs in this process: nothing to install, and nothing survives the process. One node only.
 * Throws `INVALID_OPTION` for a bound that is not positive.
 *
 * @example
 * ```ts
 * const telltale = createTelltale({ backplane: memoryBackplane({ conversationsMax: 1_000 }) })
 * ```
 */
export function memoryBackplane(options: MemoryBackplaneOptions = {}): BackplaneFactory {
  const limits = { conversationsMax: 10_000, bytesMax: 268_435_456, sweepIntervalMs: 300_000, ...options }
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0)) throw new TelltaleError('INVALID_OPTION', `${name} must be positive, not ${value}`)
  }
  return (host) => createMemoryBackplane(host, limits)
}

function createMemoryBackplane<TEvent, TState>(
  host: BackplaneHost,
  limits: Required<MemoryBackplaneOptions>,
): Backplane<TEvent, TState> {
  const logs = new Map<Topic, MemoryLog<TEvent, TState>>()
  /** The logs nobody needs, least recently used first. The others are pinned, and not counted. */
  const idle = new Map<Topic, MemoryLog<TEvent, TState>>()
  const nextNonce = nonceSource(host.random)
  let idleBytes = 0

  function rest(topic: Topic, log: MemoryLog<TEvent, TState>): void {
    idle.set(topic, log)
    idleBytes += log.sizeBytes
    evict()
  }

  function unrest(topic: Topic, log: MemoryLog<TEvent, TState>): void {
    if (idle.delete(topic)) idleBytes -= log.sizeBytes
  }

  /** Does something with a topic's log, which thereby becomes the most recently used; begins it when there is none. */
  function use<T>(topic: Topic, action: (log: MemoryLog<TEvent, TState>) => T): T {
    let log = logs.get(topic)
    if (!log) {
      log = new MemoryLog(randomName(host.random, 12), nextNonce)
      logs.set(topic, log)
    }
    unrest(topic, log)
    // Whoever stops to listen in the middle of it must not put it to rest: its size is not what it will be.
    log.holds++
    try {
      return action(log)
    } finally {
      log.holds--
      if (log.isIdle) rest(topic, log)
    }
  }

  function evict(): void {
    const evicted = { conversationsMax: 0, bytesMax: 0 }
    for (const [topic, log] of idle) {
      const limit = idle.size > limits.conversationsMax ? 'conversationsMax' : 'bytesMax'
      if (limit === 'bytesMax' && idleBytes <= limits.bytesMax) break
      unrest(topic, log)
      logs.delete(topic)
      evicted[limit]++
    }
    for (const limit of ['conversationsMax', 'bytesMax'] as const) {
      if (evicted[limit] > 0) host.emit('history.evicted', { conversations: evicted[limit], limit })
    }
  }

  const stopSweep = every(host.clock, limits.sweepIntervalMs, () => {
    for (const [topic, log] of logs) {
      const { isIdle } = log
      if (isIdle) idleBytes -= log.sizeBytes
      log.trim(host.clock.now())
      if (isIdle && logs.get(topic) === log) idleBytes += log.sizeBytes
    }
  })

  return {
    append: (topic, drafts, policy) => use(topic, (log) => log.append(drafts, policy, host.clock.now())),
    subscribe(topic, listener) {
      use(topic, (log) => log.listeners.add(listener))
      return () => {
        const log = logs.get(topic)
        if (log?.listeners.delete(listener) && log.isIdle) rest(topic, log)
      }
    },
    read: (topic, after, limit) =>
      use(topic, (log) => {
        log.trim(host.clock.now())
        return log.read(after, limit)
      }),
    head: (topic) => use(topic, (log) => log.head),
    checkpoint: (topic) => logs.get(topic)?.checkpoint ?? null,
    hold(topic) {
      use(topic, (log) => log.holds++)
      let isHeld = true
      return () => {
        const log = logs.get(topic)
        if (!isHeld || !log) return
        isHeld = false
        log.holds--
        if (log.isIdle) rest(topic, log)
      }
    },
    dispose() {
      stopSweep()
      logs.clear()
      idle.clear()
    },
  }
}
