export type {
  CategorySpans,
  From,
  LastFailure,
  PresenceMember,
  PresenceMeta,
  Priority,
  Span,
  SpanNode,
  SpanProgress,
  SpanRecord,
  SpanState,
  StatusSnapshot,
  StatusUpdate,
  UpdateInput,
} from '@telltale/contract/wire'
export { isSpanEnd, TelltaleError } from '@telltale/contract/wire'
export { createTelltaleClient, type StatusRequest, type TelltaleClient, type TelltaleClientOptions } from './client.ts'
export type { ConnectionState } from './connection/connection.ts'
export type { TransportMode, TransportName } from './connection/transport-choice.ts'
export type { ReadableStore } from './lib/store.ts'
export type { PresenceObserver, PresenceRequest, PresenceStream, PresenceView } from './presence/presence.ts'
export type { AcceptedUpdate, HistoryPage, HistoryRequest, PublishManyResult, StatusCalls } from './status/calls.ts'
export { type PlaceStore, sessionPlaces } from './stream/places.ts'
export type { StatusProgress } from './stream/progress.ts'
export { type SpanTimes, spanTimes } from './stream/span-times.ts'
export type { Gap, Integrity } from './stream/state.ts'
export type { StatusStream, StreamEvent, StreamObserver } from './stream/stream.ts'
export type { ReceivedUpdate, StreamView } from './stream/view.ts'
