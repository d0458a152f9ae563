import { readFile } from 'node:fs/promises'
import type { createSink, TelemetryListeners } from '@telltale/server'
import { otelMetrics } from '@telltale/server/otel'
import { describe, expect, it } from 'vitest'
import { createRecorders } from '../../packages/server/src/otel/recorders.ts'
import { openMeasured } from '../support/measured.ts'
import { everyEvent } from './telemetry-events.ts'
import { createTelemetry } from './telemetry-sink.ts'

const guide = await readFile(new URL('../../docs/guides/telemetry.md', import.meta.url), 'utf8')
const names = Object.keys(everyEvent) as (keyof typeof everyEvent)[]

/** The rows of the guide's table under a heading, each as its cells; what stands in code quotes is taken out of them. */
function tableUnder(heading: string): string[][] {
  const [, section = ''] = guide.split(`\n## ${heading}\n`)
  const [text = ''] = section.split('\n## ')
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const sorted = (rows: string[][]): string[] => rows.map((row) => row.join(' | ')).sort()
const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)

/** Tells every event to a sink. */
function tellAll(sink: ReturnType<typeof createSink>): void {
  const tell = <TName extends keyof typeof everyEvent>(name: TName): void => sink(name, everyEvent[name])
  for (const name of names) tell(name)
}

describe('the guide of telemetry', () => {
  it('has every event with all that is told with it, and no other', () => {
    const rows = tableUnder('Events').map(([name = '', told = '']) => [...quoted(name), ...quoted(told)])
    expect(rows).toEqual(names.map((name) => [name, ...Object.keys(everyEvent[name])]))
  })

  it('has every metric with its kind, unit and attributes, and no other', async () => {
    const { meter, read } = openMeasured()
    tellAll(otelMetrics(meter))
    const metrics = new Map<string, string[]>()
    for (const { metric, kind, unit, attributes } of await read()) {
      metrics.set(metric, [`\`${metric}\``, kind, `\`${unit}\``, Object.keys(attributes).join(', ')])
    }
    const rows = tableUnder('Metrics').map(([metric = '', kind = '', unit = '', attributes = '']) => [
      metric,
      kind,
      unit,
      quoted(attributes).join(', '),
    ])
    expect(sorted(rows)).toEqual(sorted([...metrics.values()]))
  })

  it('knows of every event whether something is recorded of it', () => {
    const recorders: TelemetryListeners = createRecorders(openMeasured().meter)
    expect(Object.keys(recorders).sort()).toEqual([...names].sort())
  })

  it('writes down who was denied, and leaves ids out of what is measured', async () => {
    const lines: object[] = []
    tellAll(createTelemetry((line) => lines.push(line)))
    expect(lines).toContainEqual({ audit: 'denied', ...everyEvent['access.denied'] })
    expect(lines).toContainEqual({ errorId: 'e1', path: 'status.publish', error: 'Error: ours' })
    const { meter, read } = openMeasured()
    tellAll(otelMetrics(meter))
    const labels = (await read()).flatMap(({ attributes }) => Object.values(attributes))
    for (const text of ['ann', 'c1', 'e1', 'status.publish', 'too many connections of an address']) {
      expect(labels).not.toContain(text)
    }
  })
})
