import {
  createPresenceStream,
  type PresenceRequest,
  type PresenceStream,
  type PresenceStreamParts,
} from './presence.ts'

/** Gives those who ask about the same conversation the same stream, as long as anybody has it. */
export class PresenceRegistry {
  readonly #parts: PresenceStreamParts
  /** Weak: one that was asked for and never used, as in a render that React threw away, must not stay. */
  readonly #streams = new Map<string, WeakRef<PresenceStream>>()

  constructor(parts: Omit<PresenceStreamParts, 'inUse'>) {
    this.#parts = { ...parts, inUse: new Set() }
  }

  get({ conversationId }: PresenceRequest): PresenceStream {
    let stream = this.#streams.get(conversationId)?.deref()
    if (!stream) {
      for (const [id, known] of this.#streams) if (!known.deref()) this.#streams.delete(id)
      stream = createPresenceStream(conversationId, this.#parts)
      this.#streams.set(conversationId, new WeakRef(stream))
    }
    return stream
  }
}
