/** Producers in a process of their own; needs Node. */
export type { BoundStatus, SpanHandle, SpanOptions, StatusApi } from '@telltale/contract/producer'
export { TelltaleError } from '@telltale/contract/wire'
export type { ProducerEvents, ProducerSink } from './events.ts'
export { createProducer, type Producer, type ProducerOptions } from './producer.ts'
