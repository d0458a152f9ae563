import { MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics'
import { createTelltale, type Telltale } from '@telltale/server'
import { otelMetrics } from '@telltale/server/otel'

/** The reader is a PrometheusExporter, or a PeriodicExportingMetricReader that sends somewhere. */
export function createMeasuredServer(reader: MetricReader): Telltale {
  const provider = new MeterProvider({ readers: [reader] })
  return createTelltale({ telemetry: otelMetrics(provider.getMeter('my-app')) })
}
