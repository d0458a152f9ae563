import type { AnyContract, CategoryOf } from '@telltale/contract/wire'
import { createStream, type StatusStream, type StreamParts } from './stream.ts'
import type { StreamRequest } from './upstream.ts'

/** Gives those who ask for the same the same stream, as long as anybody has it. */
export class StreamRegistry<TContract extends AnyContract> {
  readonly #parts: StreamParts
  /** By what they were asked for, until they carry something else. Weak: a stream that was asked for and never used, as in a render that React threw away, must not stay. */
  readonly #streams = new Map<string, WeakRef<StatusStream<TContract>>>()
  #sweepAt = 64

  constructor(parts: Omit<StreamParts, 'inUse'>) {
    this.#parts = { ...parts, inUse: new Set() }
  }

  get<TCategory extends CategoryOf<TContract>>(request: StreamRequest): StatusStream<TContract, TCategory> {
    const name = nameOf(request)
    let stream = this.#streams.get(name)?.deref()
    if (!stream) {
      // A copy: what the caller does with its request afterwards is not a change of the stream.
      const own = { ...request, categories: request.categories && [...request.categories] }
      stream = createStream<TContract, CategoryOf<TContract>>(own, this.#parts, {
        name,
        // Whoever asks from now on gets what is asked for, not what somebody made of it.
        onChanged: () => this.#streams.delete(name),
      })
      this.#streams.set(name, new WeakRef(stream))
      if (this.#streams.size > this.#sweepAt) this.#sweep()
    }
    // The name holds the categories it began with.
    return stream as unknown as StatusStream<TContract, TCategory>
  }

  #sweep(): void {
    for (const [name, stream] of this.#streams) if (!stream.deref()) this.#streams.delete(name)
    this.#sweepAt = Math.max(64, this.#streams.size * 2)
  }
}

function nameOf({ conversationId, categories, minPriority, from }: StreamRequest): string {
  return JSON.stringify([
    conversationId,
    categories ? [...categories].sort() : null,
    minPriority ?? 'low',
    from ?? 'snapshot',
  ])
}
