/** What processes that produce statuses share: the typed face, spans, and the queue in front of the wire. */
export type { AmbientStore, Place } from './ambient.ts'
export type { BoundStatus, SpanHandle, SpanOptions } from './bound-status.ts'
export type { BulkUpdate, MetadataArguments, TimedCategoryOf } from './metadata-arguments.ts'
export { randomName } from './random-name.ts'
export type { ProducerClock, ProducerParts, Say, SayOptions } from './say.ts'
export { type Drained, keptRank, type Loss, type Sheddable, SheddingQueue } from './shedding-queue.ts'
export { createStatus, type ProducerFace } from './status.ts'
export type { StatusApi } from './status-api.ts'
