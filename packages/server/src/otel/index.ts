import { type Meter, metrics } from '@opentelemetry/api'
import { createSink } from '../telemetry/emit.ts'
import type { TelemetrySink } from '../telemetry/events.ts'
import { createRecorders } from './recorders.ts'

/**
 * A sink that turns Telltale's events into OpenTelemetry metrics. Attributes have few values: no ids of conversations or
 * users, and no text of theirs. Register the app's `MeterProvider` first, or hand in a meter.
 *
 * @param meter makes the instruments. @default the global provider's, named `@telltale/server`
 * @example
 * ```ts
 * const telltale = createTelltale({ telemetry: otelMetrics() })
 * ```
 */
export function otelMetrics(meter: Meter = metrics.getMeter('@telltale/server')): TelemetrySink {
  return createSink(createRecorders(meter))
}
