import type { AnyContract, CategoryOf } from '@telltale/contract'
import type { Publisher } from '../publisher/publisher.ts'
import type { ServerFrame, SubscribeRequest } from './telltale-type.ts'

/** Frames for a reader in this process: the same cursor as everybody's, without a socket. */
export function subscribeInProcess<TContract extends AnyContract>(
  publisher: Publisher,
  request: SubscribeRequest<TContract, CategoryOf<TContract>>,
  /** What ends those who read when the server closes. */
  readers: Set<AbortController>,
): AsyncIterable<ServerFrame<TContract, never>> {
  return {
    [Symbol.asyncIterator]() {
      const ending = new AbortController()
      const signal = request.signal ? AbortSignal.any([request.signal, ending.signal]) : ending.signal
      readers.add(ending)
      signal.addEventListener('abort', () => readers.delete(ending), { once: true })
      const frames = publisher.read(request, {
        signal,
        gate: null,
        // The position stands on the frame itself; the type is the contract's, which checked the updates.
        present: ({ frame }) => frame as unknown as ServerFrame<TContract, never>,
      })
      return {
        next: async () => {
          const next = await frames.next()
          if (next.done) readers.delete(ending)
          return next
        },
        return: () => {
          // Wakes a pending next first: a generator that waits would not hear of the return.
          ending.abort()
          return frames.return()
        },
      }
    },
  }
}
