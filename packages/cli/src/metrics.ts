import type { RequestListener } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import type { TelemetrySink } from '@telltale/server'
import { otelMetrics } from '@telltale/server/otel'

/** What `GET /metrics` answers from. */
export interface ServeMetrics {
  /** Takes what the server tells. */
  readonly sink: TelemetrySink
  /** Answers with all metrics as Prometheus text. */
  readonly answer: RequestListener
  /** Ends what watches the event loop. */
  stop(): void
}

/** How old an answer may be, in milliseconds: who asks a thousand times a second costs no more than who asks once. */
const answerMaxAgeMs = 1_000

/** How often the event loop is looked at, in milliseconds. */
const resolutionMs = 20

const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/** Begins to count. */
export function startMetrics(): ServeMetrics {
  const reader = new Reader()
  // Scope and target say nothing here but versions and the path of a program.
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true)
  const provider = new MeterProvider({ readers: [reader] })
  const stop = watchProcess(provider.getMeter('@telltale/cli'))
  let answered = { at: Number.NEGATIVE_INFINITY, text: Promise.resolve('') }

  async function collect(): Promise<string> {
    return serializer.serialize((await reader.collect()).resourceMetrics)
  }
  function textNow(): Promise<string> {
    const now = performance.now()
    if (now - answered.at >= answerMaxAgeMs) answered = { at: now, text: collect() }
    return answered.text
  }
  return {
    sink: otelMetrics(provider.getMeter('@telltale/server')),
    answer: (_request, response) => {
      textNow().then(
        (text) => response.writeHead(200, { 'content-type': contentType }).end(text),
        () => response.writeHead(500).end(),
      )
    },
    stop,
  }
}

/** Reads when somebody asks, and only then. */
class Reader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/** Memory and the event loop, by OpenTelemetry's names. Answers how to end that. */
function watchProcess(meter: Meter): () => void {
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
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  meter.addBatchObservableCallback(
    (result) => {
      const { rss, heapUsed } = process.memoryUsage()
      result.observe(memory, rss)
      result.observe(heap, heapUsed)
      const isKnown = delay.count > 0
      result.observe(p99, isKnown ? toDelaySeconds(delay.percentile(99)) : 0)
      result.observe(max, isKnown ? toDelaySeconds(delay.max) : 0)
      delay.reset()
    },
    [memory, heap, p99, max],
  )
  return () => void delay.disable()
}

/** What was measured holds the timer's own interval, which is no delay. */
function toDelaySeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - resolutionMs / 1_000)
}
