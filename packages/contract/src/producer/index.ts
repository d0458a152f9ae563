/** What processes that produce statuses share: the typed face, spans, and the queue in front of the wire. */
export type { AmbientStore, Place } from './ambient.ts'
export type { Say, SayOptions, ProducerClock, ProducerParts } from './say.ts'
export { type Drained, keptRank, type Loss, type Sheddable, SheddingQueue } from './shedding-queue.ts'
export type { SpanHandle, SpanOptions } from './span-handle.ts'
export { createStatus, type ProducerFace } from './status.ts'
export type { BoundStatus, BulkUpdate, MetadataArguments, StatusApi, TimedCategoryOf } from './status-api.ts'
