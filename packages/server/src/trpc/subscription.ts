import type { Gate } from '../async/gate.ts'

/** What happens to the values of a subscription. */
export interface SubscriptionSink {
  value(value: unknown): void
  /** It ended by itself or was stopped; everything it held is released. */
  ended(): void
  /** It failed; everything it held is released, and its signal is aborted. */
  failed(error: unknown): void
  /** Releasing failed after it had ended or failed already. */
  releaseFailed(error: unknown): void
}

/**
 * Pulls an iterable to its end, one value at a time, each when the gate lets it. An abort ends it at once for the reader,
 * and a failure aborts; what is said at the end is said when the iterator's own cleanup is done.
 */
export function pumpSubscription(
  iterable: AsyncIterable<unknown>,
  gate: Gate,
  controller: AbortController,
  sink: SubscriptionSink,
): void {
  const { signal } = controller
  let iterator: AsyncIterator<unknown> | null = null
  let isOver = false

  async function release(): Promise<void> {
    try {
      if (isDisposable(iterator)) await iterator[Symbol.asyncDispose]()
      else await iterator?.return?.()
    } catch (error) {
      if (!signal.aborted || !isAbortError(error)) sink.releaseFailed(error)
    }
  }
  function finish(say: () => void): void {
    if (isOver) return
    isOver = true
    signal.removeEventListener('abort', onAbort)
    void release().then(say)
  }
  function onAbort(): void {
    finish(() => sink.ended())
  }
  function fail(error: unknown): void {
    if (isOver) return
    finish(() => sink.failed(error))
    if (!signal.aborted) controller.abort()
  }
  function onNext(next: IteratorResult<unknown>): void {
    if (isOver) return
    if (next.done) {
      isOver = true
      signal.removeEventListener('abort', onAbort)
      sink.ended()
      return
    }
    try {
      sink.value(next.value)
      pull()
    } catch (error) {
      fail(error)
    }
  }
  function pullNow(): void {
    if (isOver || !iterator) return
    try {
      iterator.next().then(onNext, fail)
    } catch (error) {
      fail(error)
    }
  }
  function pull(): void {
    const wait = gate.enter(signal)
    if (wait) void wait.then(pullNow)
    else pullNow()
  }

  try {
    iterator = iterable[Symbol.asyncIterator]()
  } catch (error) {
    fail(error)
    return
  }
  if (signal.aborted) {
    onAbort()
    return
  }
  signal.addEventListener('abort', onAbort, { once: true })
  pull()
}

/** Whether an error says that something was aborted, as what was stopped is expected to say. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function isDisposable(value: unknown): value is AsyncDisposable {
  return typeof value === 'object' && value !== null && Symbol.asyncDispose in value
}
