import type { AmbientStore } from './ambient.ts'
import { read } from './given.ts'
import type { OpenSpan } from './open-span.ts'

/**
 * Runs work in a span and ends the span by how the work ends. A promise is handed back as it is; anything else that can be
 * awaited, such as a query that begins when it is awaited, is awaited once and handed back as a promise of its result.
 */
export function runSpan<THandle, TResult>(
  span: OpenSpan,
  handle: THandle,
  ambient: AmbientStore,
  work: (handle: THandle) => TResult,
): TResult {
  const succeed = (): void => span.end()
  const fail = (error: unknown): void => (isAbort(error) ? span.cancel() : span.fail(error))
  let result: TResult
  try {
    result = ambient.run({ conversationId: span.conversationId, spanId: span.id }, () => work(handle))
  } catch (error) {
    fail(error)
    throw error
  }
  if (result instanceof Promise) {
    void result.then(succeed, fail)
    return result
  }
  if (!isThenable(result)) {
    succeed()
    return result
  }
  const settled = Promise.resolve(result).then(
    (value) => {
      succeed()
      return value
    },
    (error: unknown) => {
      fail(error)
      throw error
    },
  )
  // Awaited, it gives what the callback's own value would give.
  return settled as TResult
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof read(value, 'then') === 'function'
}

function isAbort(error: unknown): boolean {
  try {
    return error instanceof Error && error.name === 'AbortError'
  } catch {
    return false
  }
}
