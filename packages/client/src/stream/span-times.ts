import { type AnySpanRecord, isSpanEnd } from '@telltale/contract/wire'

/** How long a span has been going on, and how long nothing was heard of it. */
export interface SpanTimes {
  /** How long it took, or takes so far, in milliseconds; `null` while the server's time is not known. */
  readonly elapsedMs: number | null
  /** How long nothing was heard of it, in milliseconds; `null` when it has ended, or the server cannot be heard. */
  readonly quietMs: number | null
}

/** Computes the times of a span from the server's clock: `stream.clock`, or `null` while it is not known. */
export function spanTimes(
  span: Pick<AnySpanRecord, 'state' | 'startedAt' | 'updatedAt' | 'durationMs'>,
  serverNow: number | null,
): SpanTimes {
  if (isSpanEnd(span.state)) return { elapsedMs: span.durationMs ?? null, quietMs: null }
  const since = (iso: string): number | null =>
    serverNow === null ? null : Math.max(0, Math.round(serverNow - Date.parse(iso)))
  return { elapsedMs: since(span.startedAt), quietMs: since(span.updatedAt) }
}
