import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createStockClient, record } from '../support/stock-client.ts'
import { run, serve, start } from './command.ts'

const patience = { timeout: 20_000, interval: 50 }

/** What `GET /metrics` says: values by series, and the series alone. */
async function scrape(port: string): Promise<{ values: Map<string, number>; series: string[]; text: string }> {
  const response = await fetch(`http://localhost:${port}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await response.text()
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const values = new Map(
    samples.map((line) => {
      const [, series = '', value = ''] = /^([a-z0-9_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [line]
      return [series, Number(value)]
    }),
  )
  return { values, series: [...values.keys()].sort(), text }
}

describe('GET /metrics of telltale serve', () => {
  it('tells Prometheus what goes on, and how the process is', async () => {
    const { port, url } = await serve()
    const tail = start(['tail', 'c1', '--url', url])
    await tail.tells('connected')
    expect((await run(['publish', 'c1', 'tool', 'Searching', '--url', url])).code).toBe(0)
    await tail.prints('Searching')
    await vi.waitFor(async () => {
      const { values } = await scrape(port)
      expect(values.get('telltale_updates_accepted_total{telltale_category="tool"}')).toBe(1)
      expect(values.get('telltale_updates_delivered_total{telltale_category="tool"}')).toBe(1)
      expect(values.get('telltale_flush_duration_count')).toBe(1)
      expect(values.get('telltale_reader_count')).toBe(1)
      expect(values.get('telltale_connection_count')).toBe(1)
    }, patience)
    const { values, text } = await scrape(port)
    expect(values.get('process_memory_usage')).toBeGreaterThan(10_000_000)
    expect(values.get('v8js_memory_heap_used')).toBeGreaterThan(1_000_000)
    expect(values.get('nodejs_eventloop_delay_p99')).toBeGreaterThanOrEqual(0)
    expect([...values.values()].filter(Number.isNaN)).toEqual([])
    expect(text).not.toContain('c1')
  })

  it('has as many series after a thousand conversations with invented names as after one', async () => {
    const { port, url } = await serve()
    const client = createStockClient(url)
    onTestFinished(() => client.close())
    const { trpc } = client
    // The first of each kind makes its series.
    const use = async (name: string): Promise<void> => {
      const conversationId = `conversation-${name}`
      const reader = record(client, { conversationId })
      await vi.waitFor(() => expect(reader.frames.length).toBe(1), patience)
      await trpc.status.publish.mutate({ conversationId, category: 'tool', text: name, metadata: { [name]: name } })
      await vi.waitFor(() => expect(reader.updates.length).toBe(1), patience)
      const unknown = trpc.status.publish.mutate({ conversationId, category: name as 'info', text: name })
      await expect(unknown).rejects.toThrow()
      reader.stop()
    }
    await use('invented-first')
    await use('invented-second')
    const counted = async (accepted: number): Promise<string[]> => {
      let series: string[] = []
      await vi.waitFor(async () => {
        const told = await scrape(port)
        const get = (name: string): number | undefined => told.values.get(name)
        expect(get('telltale_updates_accepted_total{telltale_category="tool"}')).toBe(accepted)
        expect(get('telltale_updates_delivered_total{telltale_category="tool"}')).toBe(accepted)
        expect(get('telltale_reader_count')).toBe(0)
        expect(told.text).not.toContain('invented')
        series = told.series
      }, patience)
      return series
    }
    const before = await counted(2)
    for (let n = 0; n < 1_000; n += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => use(`invented-${n + index}`)))
    }
    expect(await counted(1_002)).toEqual(before)
  })

  it('costs no more when it is asked for often: for a second the answer is the same', async () => {
    const { port } = await serve()
    const texts = await Promise.all(Array.from({ length: 50 }, async () => (await scrape(port)).text))
    // Collected anew, the memory would differ every time; a slow machine may need a second or two.
    expect(new Set(texts).size).toBeLessThan(5)
  })

  it('is asked for by GET alone, and is not there without metrics', async () => {
    const { port } = await serve()
    expect((await fetch(`http://localhost:${port}/metrics`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`http://localhost:${port}/metrics?format=text`)).status).toBe(200)
    const { port: other } = await serve('--no-metrics')
    expect((await fetch(`http://localhost:${other}/metrics`)).status).toBe(404)
    expect((await fetch(`http://localhost:${other}/healthz`)).status).toBe(200)
  })
})
