import type { GapReason } from '@telltale/contract'

/**
 * Every event Telltale tells about itself: numbers are measurements, texts are labels of few values. No ids of
 * conversations or users, except where a field says so.
 */
export interface TelemetryEvents {
  /** A turn of the event loop emptied the producers' queue. */
  'broadcaster.drained': { count: number; topics: number; queueLimit: number }
  /** The queue was full; the count is of this flush. */
  'broadcaster.shed': { category: string; count: number }
  /** An update was never accepted. */
  'update.rejected': {
    category: string
    reason: 'metadata' | 'category' | 'conversation' | 'size' | 'data' | 'span'
    problem: string
  }
  /** A producer is gone, and `count` spans that it left open were told to be lost. */
  'spans.lost': { count: number; reason: 'lapsed' | 'left' | 'closed' }
  /** Text of an update was longer than its limit and was cut. */
  'update.truncated': { category: string; lengthBytes: number; limitBytes: number }
  /** The backplane did not take updates; `count` of them are lost. */
  'backplane.failed': { operation: 'append' | 'read' | 'subscribe'; count: number; error: unknown }
  /** An idle conversation was forgotten to stay within `conversationsMax` or `bytesMax`. */
  'history.evicted': { conversations: number; limit: 'conversationsMax' | 'bytesMax' }
  /** A reader was told that it missed something; `missed` is -1 when it cannot be known. */
  'reader.gap': { reason: GapReason; missed: number }
  'reader.opened': { readers: number }
  'reader.closed': { readers: number }
  /** A read of a lagging reader left out superseded updates. */
  'reader.conflated': { skipped: number }
  'connection.opened': { connections: number }
  'connection.closed': { connections: number; durationMs: number; code: number }
  /** An upgrade or a first message was refused. */
  'connection.refused': { status: number; reason: string }
  /** A limit of a socket was hit. */
  'connection.limit': {
    limit: 'frame' | 'batch' | 'depth' | 'subscriptions' | 'requests' | 'first-message' | 'stuck' | 'dead'
    value: number
  }
  /** Somebody may not do what was asked. Carries ids: it is the audit record. */
  'access.denied': {
    action: string
    userId: string | null
    conversationId: string | null
    reason: 'refused' | 'threw' | 'timeout'
  }
  /** Something of ours failed; the client was told only the id. */
  'error.internal': { errorId: string; path: string; error: unknown }
}

/** Told of everything that happens; what it throws is swallowed, for it must not harm anybody. */
export type TelemetrySink = <TName extends keyof TelemetryEvents>(name: TName, event: TelemetryEvents[TName]) => void

/** Emits a telemetry event. Never throws. */
export type Emit = TelemetrySink

/** Wraps a user's sink so that nothing it does comes back to us. */
export function createEmit(sink: TelemetrySink | undefined): Emit {
  if (!sink) return () => undefined
  return (name, event) => {
    try {
      sink(name, event)
    } catch {
      // The sink's own fault; telling it would only make it throw again.
    }
  }
}
