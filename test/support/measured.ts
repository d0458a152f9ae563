import type { Attributes, Meter } from '@opentelemetry/api'
import { DataPointType, MeterProvider, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics'

/** One series of a metric, as it stands. Of a histogram, `value` is how often something was recorded, `sum` what. */
export interface Series {
  readonly metric: string
  readonly unit: string
  readonly kind: 'histogram' | 'gauge' | 'counter' | 'up-down counter'
  readonly attributes: Attributes
  readonly value: number
  readonly sum: number
}

/** Real meters, read when a test wants to. */
export interface Measured {
  readonly meter: Meter
  /** Everything that was recorded so far. */
  readonly read: () => Promise<Series[]>
  /** The sum of a metric over all series that have these attributes. */
  readonly total: (metric: string, attributes?: Attributes) => Promise<number>
}

class Reader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/** Opens a meter whose records are kept in memory. */
export function openMeasured(): Measured {
  const reader = new Reader()
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test')
  async function read(): Promise<Series[]> {
    const { resourceMetrics } = await reader.collect()
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(seriesOf))
  }
  return {
    meter,
    read,
    async total(metric, wanted = {}) {
      let total = 0
      for (const { metric: name, attributes, value } of await read()) {
        const fits = Object.entries(wanted).every(([key, expected]) => attributes[key] === expected)
        if (name === metric && fits) total += value
      }
      return total
    },
  }
}

function seriesOf(metric: MetricData): Series[] {
  const { name, unit } = metric.descriptor
  const about = { metric: name, unit }
  if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) return []
  if (metric.dataPointType === DataPointType.HISTOGRAM) {
    return metric.dataPoints.map(({ attributes, value }) => {
      return { ...about, kind: 'histogram', attributes, value: value.count, sum: value.sum ?? 0 }
    })
  }
  const isGauge = metric.dataPointType === DataPointType.GAUGE
  const kind = isGauge ? 'gauge' : metric.isMonotonic ? 'counter' : 'up-down counter'
  return metric.dataPoints.map(({ attributes, value }) => ({ ...about, kind, attributes, value, sum: value }))
}
