import { combineSinks, createSink, type TelemetryEvents, type TelemetrySink } from '@telltale/server'
import { otelMetrics } from '@telltale/server/otel'

/** Metrics, and beside them what is written to the app's own log. */
export function createTelemetry(log: (line: object) => void): TelemetrySink {
  const audit = createSink({
    'access.denied': (event) => log({ audit: 'denied', ...event }),
    'error.internal': ({ errorId, path, error }) => log({ errorId, path, error: String(error) }),
  })
  const everything = (name: keyof TelemetryEvents): void => log({ event: name })
  return combineSinks(otelMetrics(), audit, everything)
}
