import type { Gate } from '../async/gate.ts'

/** What happens to the values of a subscription. */
export interface SubscriptionSink {
  value(value: unknown): void
  /** It ended by itself or was stopped; everything it held is released. */
  ended(): void
  /** It failed; everything it held is released. */
  failed(error: unknown): void
  /** Releasing failed after it had ended or failed already. */
  releaseFailed(error: unknown): void
}

/**
 * Pulls an iterable to its end, one value at a time, each when the gate lets it. An abort ends it at once for the reader;
 * `ended` is said when the iterator's own cleanup is done.
 */
export function pumpSubscription(
  iterable: AsyncIterable<unknown>,
  gate: Gate,
  signal: AbortSignal,
  sink: SubscriptionSink,
): void {
  const iterator = iterable[Symbol.asyncIterator]()
  let isOver = false

  const release = async (): Promise<void> => {
    try {
      await iterator.return?.()
    } catch (error) {
      if (!signal.aborted || !isAbortError(error)) sink.releaseFailed(error)
    }
  }
  const onAbort = (): void => {
    if (isOver) return
    isOver = true
    void release().then(() => sink.ended())
  }
  const fail = (error: unknown): void => {
    if (isOver) return
    isOver = true
    signal.removeEventListener('abort', onAbort)
    void release().then(() => sink.failed(error))
  }
  const onNext = (next: IteratorResult<unknown>): void => {
    if (isOver) return
    if (next.done) {
      isOver = true
      signal.removeEventListener('abort', onAbort)
      sink.ended()
      return
    }
    try {
      sink.value(next.value)
    } catch (error) {
      fail(error)
      return
    }
    pull()
  }
  const pullNow = (): void => {
    if (isOver) return
    iterator.next().then(onNext, fail)
  }
  function pull(): void {
    const wait = gate.enter(signal)
    if (wait) void wait.then(pullNow)
    else pullNow()
  }

  if (signal.aborted) {
    onAbort()
    return
  }
  signal.addEventListener('abort', onAbort, { once: true })
  pull()
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
