import type { Emit, TelemetryListeners, TelemetrySink } from './events.ts'

const silent: Emit = Object.freeze(Object.assign(() => undefined, { isSilent: true }))

/** Wraps a user's sink so that nothing it does comes back to us. */
export function createEmit(sink: TelemetrySink | undefined): Emit {
  if (!sink) return silent
  return (name, event) => {
    try {
      const answer: unknown = sink(name, event)
      if (typeof answer === 'object' && answer !== null) ignore(answer)
    } catch {
      // The sink's own fault; telling it would only make it throw again.
    }
  }
}

/**
 * A sink of functions by the names of events, each typed by its event.
 *
 * @example
 * ```ts
 * const telltale = createTelltale({ telemetry: createSink({ 'access.denied': (event) => writeAuditRecord(event) }) })
 * ```
 */
export function createSink(listeners: TelemetryListeners): TelemetrySink {
  return (name, event) => listeners[name]?.(event)
}

/**
 * One sink that tells several, in order; each as if it were alone, whatever the others throw.
 *
 * @example
 * ```ts
 * const telltale = createTelltale({ telemetry: combineSinks(otelMetrics(), writeAuditRecord) })
 * ```
 */
export function combineSinks(...sinks: readonly (TelemetrySink | undefined)[]): TelemetrySink {
  const emits = sinks.filter((sink) => sink !== undefined).map(createEmit)
  return (name, event) => {
    for (const emit of emits) emit(name, event)
  }
}

/** An async sink that rejects would otherwise end the process; a promise's `then` may be anybody's code too. */
function ignore(answer: object): void {
  new Promise((resolve) => resolve(answer)).catch(() => undefined)
}
