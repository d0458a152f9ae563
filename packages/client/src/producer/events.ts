/** What a producer tells about itself: numbers are measurements, texts are labels of few values or safe messages. */
export interface ProducerEvents {
  /** The queue was full; what was shed is announced to readers as a gap. */
  'producer.shed': { category: string }
  /** An update was never accepted: what it was, and why. */
  'producer.rejected': { category: string; code: string; problem: string }
  /** The server could not be reached, or was full; it is tried again. */
  'producer.waiting': { code: string; queued: number }
  /** This producer was silent for so long that the server gave it up; its open spans are lost. */
  'producer.lapsed': { spans: number }
  /** It was closed, or refused, with so much unsaid. */
  'producer.undelivered': { count: number }
}

/** Told of everything that happens; what it throws is swallowed. */
export type ProducerSink = <TName extends keyof ProducerEvents>(name: TName, event: ProducerEvents[TName]) => void

/** Wraps a user's sink so that nothing it does comes back to us. */
export function createTell(sink: ProducerSink | undefined): ProducerSink {
  return (name, event) => {
    try {
      sink?.(name, event)
    } catch {
      // The sink's own fault.
    }
  }
}
