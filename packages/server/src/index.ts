export { TelltaleError } from '@telltale/contract'
export type {
  BoundStatus,
  BulkUpdate,
  MetadataArguments,
  SpanHandle,
  SpanOptions,
  StatusApi,
} from '@telltale/contract/producer'
export { jwtAccess } from './adapters/jwt/access.ts'
export type { JwtAccessOptions } from './adapters/jwt/options.ts'
export { type MemoryBackplaneOptions, memoryBackplane } from './adapters/memory/backplane.ts'
export type { Cancel, Clock } from './async/clock.ts'
export { systemClock } from './async/clock.ts'
export type { Random } from './async/random.ts'
export type { Access, Action, Credentials, Identity } from './seams/access.ts'
export { publicAccess } from './seams/access.ts'
export type {
  Appended,
  Backplane,
  BackplaneFactory,
  BackplaneHost,
  Checkpoint,
  LogListener,
  LogPolicy,
  LogView,
} from './seams/backplane.ts'
export { combineSinks, createSink } from './telemetry/emit.ts'
export type { TelemetryEvents, TelemetryListeners, TelemetrySink } from './telemetry/events.ts'
export { defaultLimits, type TelltaleLimits, type TelltaleOptions } from './telltale/options.ts'
export { createTelltale } from './telltale/telltale.ts'
export type {
  AttachOptions,
  Listening,
  ListenOptions,
  ServerFrame,
  StatusCaller,
  StatusRouter,
  SubscribeRequest,
  Telltale,
  TelltaleSize,
} from './telltale/telltale-type.ts'
export type { CreateContextOptions } from './trpc/adapter-parts.ts'
