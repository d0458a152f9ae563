import type { Counts, GapReason } from '@telltale/contract'

/**
 * Every event Telltale tells about itself: numbers are measurements, texts are labels of few values. No ids of
 * conversations or users, except where a field says so. A `category` is one of the contract's, or `''` where somebody
 * made up a name; counts are by such categories, and nothing is counted under one with 0.
 */
export interface TelemetryEvents {
  /** A turn of the event loop emptied the producers' queue; `depth` waited then, with those behind slow conversations. */
  'broadcaster.drained': { count: number; topics: number; depth: number; queueLimit: number }
  /** The queue was full; the count is of this flush. */
  'broadcaster.shed': { category: string; count: number }
  /**
   * What waited of a conversation is accepted, together; the first of it had waited for `latencyMs`. What is sent again
   * under its own id counts again.
   */
  'updates.accepted': { count: number; counts: Counts; latencyMs: number }
  /** An update was never accepted, or only without the metadata it came with. */
  'update.rejected': {
    category: string
    reason: 'metadata' | 'category' | 'conversation' | 'size' | 'data' | 'span' | 'overload' | 'ttl' | 'closed'
    problem: string
  }
  /** A producer is gone, and `count` spans that it left open were told to be lost. */
  'spans.lost': { count: number; reason: 'lapsed' | 'left' | 'closed' | 'revoked' }
  /** Text of an update was longer than its limit and was cut. */
  'update.truncated': { category: string; lengthBytes: number; limitBytes: number }
  /** The backplane did not take updates; `count` of them are lost. */
  'backplane.failed': { operation: 'append' | 'read' | 'subscribe'; count: number; error: unknown }
  /** An idle conversation was forgotten to stay within `conversationsMax` or `bytesMax`. */
  'history.evicted': { conversations: number; limit: 'conversationsMax' | 'bytesMax' }
  /** A reader was handed a batch. One object for all readers of the batch. */
  'reader.delivered': { readonly count: number; readonly counts: Counts }
  /** A reader was told that it missed something; `missed` is -1, and `counts` `null`, when it cannot be known. */
  'reader.gap': { reason: GapReason; missed: number; counts: Counts | null }
  /** A reader asked to go on where it had been: it could, or it begins with a gap. */
  'reader.resumed': { outcome: 'continued' | 'gap' }
  'reader.opened': { readers: number }
  'reader.closed': { readers: number }
  /** A read of a lagging reader left out superseded updates. */
  'reader.conflated': { skipped: number; counts: Counts }
  /** A user began to watch a conversation, or the last of its connections stopped; `members` of all conversations here. */
  'presence.joined': { members: number }
  'presence.left': { members: number }
  /** What the app's `presence` told of somebody was left out: it threw, is not a JSON object, or is over 1 KiB. */
  'presence.info-refused': { reason: 'threw' | 'data' | 'size' }
  'connection.opened': { connections: number }
  'connection.closed': { connections: number; durationMs: number; code: number }
  /** An upgrade or a first message was refused. */
  'connection.refused': { status: number; reason: string }
  /** A limit of a socket was hit. */
  'connection.limit': {
    limit:
      | 'frame'
      | 'batch'
      | 'depth'
      | 'subscriptions'
      | 'requests'
      | 'first-message'
      | 'stuck'
      | 'dead'
      | 'rate'
      | 'malformed'
      | 'categories'
      | 'changes'
    value: number
  }
  /** Somebody may not do what was asked. Carries ids: it is the audit record. */
  'access.denied': {
    action: string
    userId: string | null
    conversationId: string | null
    reason: 'refused' | 'threw' | 'timeout' | 'expired' | 'revoked'
  }
  /** What somebody may do was taken back: so many streams, or connections, ended. */
  'access.revoked': { streams: number; connections: number }
  /** Connections whose credentials ended before they were refreshed; they are closed. */
  'access.expired': { connections: number }
  /** An open connection was given other credentials, or they were refused. */
  'access.refreshed': { outcome: 'renewed' | 'refused' }
  'access.limit': { limit: 'revocations'; value: number }
  /** A reader asked for other categories than before. */
  'subscription.changed': { outcome: 'changed' | 'refused' }
  /** Something of ours failed; the client was told only the id. */
  'error.internal': { errorId: string; path: string; error: unknown }
}

/**
 * Told of everything that happens, in the middle of it: it must not wait. What it throws is swallowed, and what it
 * promises is not waited for, so that it cannot harm anybody.
 */
export type TelemetrySink = <TName extends keyof TelemetryEvents>(name: TName, event: TelemetryEvents[TName]) => void

/** What is done with each event; those that have no entry, or `null`, are passed over. */
export type TelemetryListeners = {
  readonly [TName in keyof TelemetryEvents]?: ((event: TelemetryEvents[TName]) => void) | null
}

/** Emits a telemetry event. Never throws. */
export interface Emit extends TelemetrySink {
  /** Nobody listens: what is only made to be told need not be made. */
  readonly isSilent?: boolean
}
