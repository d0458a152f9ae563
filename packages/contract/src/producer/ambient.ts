/** Where the running code is: in which conversation, and in which span of it. */
export interface Place {
  readonly conversationId: string
  readonly spanId?: string | undefined
}

/** Carries the place along with the running code, through `await`, timers and streams: Node's `AsyncLocalStorage` is one. */
export interface AmbientStore {
  getStore(): Place | undefined
  run<TResult>(place: Place, action: () => TResult): TResult
}

/** The span the running code is in, if that is of this conversation. */
export function ambientSpanId(ambient: AmbientStore, conversationId: string): string | undefined {
  const place = ambient.getStore()
  return place && place.conversationId === conversationId ? place.spanId : undefined
}
