import type { RequestListener } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { TelemetrySink } from '@telltale/server'
import { otelMetrics } from '@telltale/server/otel'

/** What `GET /metrics` answers from. */
export interface ServeMetrics {
  /** Takes what the server tells. */
  readonly sink: TelemetrySink
  /** Answers with all metrics as Prometheus text. */
  readonly answer: RequestListener
  /** Ends the timer that watches the event loop. */
  stop(): void
}

/** How often the event loop is looked at, in milliseconds. */
const resolutionMs = 20

/** Begins to count; nothing listens but who asks. */
export function startMetrics(): ServeMetrics {
  // Scope and target say nothing here but versions and the path of a program.
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true, withoutTargetInfo: true })
  const provider = new MeterProvider({ readers: [exporter] })
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  watchProcess(provider.getMeter('@telltale/cli'), delay)
  return {
    sink: otelMetrics(provider.getMeter('@telltale/server')),
    answer: (request, response) => exporter.getMetricsRequestHandler(request, response),
    stop: () => void delay.disable(),
  }
}

/** Memory and the event loop, by OpenTelemetry's names, looked at when somebody asks. */
function watchProcess(meter: Meter, delay: ReturnType<typeof monitorEventLoopDelay>): void {
  const memory = meter.createObservableUpDownCounter('process.memory.usage', {
    unit: 'By',
    description: 'Memory of the process',
  })
  const heap = meter.createObservableUpDownCounter('v8js.memory.heap.used', {
    unit: 'By',
    description: 'Memory of JavaScript objects',
  })
  const p99 = meter.createObservableGauge('nodejs.eventloop.delay.p99', {
    unit: 's',
    description: 'Delay of the event loop since the last look, 99th percentile',
  })
  const max = meter.createObservableGauge('nodejs.eventloop.delay.max', {
    unit: 's',
    description: 'Longest delay of the event loop since the last look',
  })
  meter.addBatchObservableCallback(
    (result) => {
      const { rss, heapUsed } = process.memoryUsage()
      result.observe(memory, rss)
      result.observe(heap, heapUsed)
      // Nothing was measured yet when somebody asks twice at once.
      if (delay.count === 0) return
      result.observe(p99, toSeconds(delay.percentile(99)))
      result.observe(max, toSeconds(delay.max))
      delay.reset()
    },
    [memory, heap, p99, max],
  )
}

/** The timer's own interval is no delay. */
function toSeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - resolutionMs / 1_000)
}
