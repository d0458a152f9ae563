import { createTelltaleClient, isSpanEnd } from '@telltale/client'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type Sample, steps } from '../../apps/demo/api/analysis.ts'
import { makePdf } from './pdf.ts'
import { type DemoUpdate, patience, type RunningDemo, runDemo } from './running-demo.ts'

let demo: RunningDemo
beforeAll(async () => {
  demo = await runDemo()
  return () => demo[Symbol.asyncDispose]()
})

/** The last status of an analysis is about the whole of it, and says that it is over. */
const isLast = ({ span }: DemoUpdate): boolean =>
  span?.parentId === undefined && span !== undefined && isSpanEnd(span.state)

describe('the statuses of an analysis', () => {
  it('come in order to a client: each step begins, works and ends, and the counts are those of the findings', async () => {
    const client = createTelltaleClient({ url: demo.url.replace('http', 'ws').concat('/trpc') })
    const stream = client.status({ conversationId: 'pages', from: { last: 1_000 } })
    const updates: DemoUpdate[] = []
    stream.subscribe({ update: (update) => void updates.push(update as DemoUpdate) })
    // 48 characters a page and its number: 9 of one digit, 21 of two.
    const bytes = await makePdf((pdf) => {
      for (let page = 1; page <= 30; page++) {
        if (page > 1) pdf.addPage()
        pdf.text(`This is the text of page ${page}. It has two sentences.`)
      }
    })
    const { analysis } = await demo.handIn('pages', bytes, 'name=pages.pdf')
    await vi.waitFor(() => expect(updates.some(isLast)).toBe(true), patience)
    await vi.waitFor(() => expect(stream.spans[0]?.state).toBe('succeeded'), patience)
    const [whole, ...others] = stream.spans
    await client.close()

    expect(others).toEqual([])
    expect(whole).toMatchObject({ name: 'Analyse pages.pdf', category: 'workflow' })
    expect(whole?.children.map(({ name, state }) => `${name} ${state}`)).toEqual(
      steps.map(({ title }) => `${title} succeeded`),
    )
    expect(whole?.progress).toEqual({ current: 8, total: 8, percent: 100, unit: 'steps' })
    const [parse, , count] = whole?.children ?? []
    expect(parse).toMatchObject({
      text: 'Read 30 pages, 1,491 characters of text',
      metadata: { pages: 30, characters: 1_491, currentStep: 1, totalSteps: 8 },
    })
    expect(count?.text).toBe('Counted 60 sentences and 330 words')

    // What a step says stands between its beginning and its end.
    const spans = updates.flatMap(({ span }) => (span ? [span] : []))
    for (const step of whole?.children ?? []) {
      const places = spans.flatMap(({ id, parentId }, place) => (id === step.id || parentId === step.id ? [place] : []))
      expect(step.children.length).toBeGreaterThan(0)
      expect(spans[places[0] ?? -1]).toMatchObject({ id: step.id, state: 'started' })
      expect(spans[places.at(-1) ?? -1]).toMatchObject({ id: step.id, state: 'succeeded' })
      expect(step.durationMs).toBeGreaterThanOrEqual(0)
    }
    for (const { metadata, text } of updates) {
      expect(metadata).toMatchObject({ workflow: 'document_analysis', analysisId: analysis.id })
      expect(text.length).toBeLessThan(200)
    }
  })

  it('count up, seldom enough to be read, and always to the end', async () => {
    const updates = demo.listen('progress')
    const bytes = await makePdf((pdf) => {
      for (let page = 1; page <= 47; page++) (page > 1 ? pdf.addPage() : pdf).text(`Page ${page}.`)
    })
    await demo.handIn('progress', bytes, 'name=many.pdf')
    await vi.waitFor(() => expect(updates.some(isLast)).toBe(true), patience)
    const read = updates.filter(({ span }) => span?.name === 'Pages')
    const counts = read.map(({ span }) => span?.progress?.current ?? 0)
    expect(read.length).toBeLessThanOrEqual(47)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(read.at(-1)).toMatchObject({
      category: 'progress',
      text: 'Read 47 of 47 pages',
      span: { state: 'succeeded', progress: { current: 47, total: 47, percent: 100, unit: 'pages' } },
    })
  })

  it('are told in the overview too: beginnings and ends, and whose they are', async () => {
    const overview = demo.listen('overview')
    const { analysis } = await demo.handIn('told', 'A short text.', 'name=short.txt')
    const own = (): string[] =>
      overview
        .filter(({ metadata }) => metadata.conversationId === 'told')
        .map(({ metadata, span }) => `${metadata.analysisId} ${span?.state}`)
    await vi.waitFor(() => expect(own()).toEqual([`${analysis.id} started`, `${analysis.id} succeeded`]), patience)
  })

  it('say that it rests, and do not count the rests as work', async () => {
    const updates = demo.listen('slow')
    await demo.handIn('slow', 'A short text.', 'pauseMs=150')
    await vi.waitFor(() => expect(updates.some(isLast)).toBe(true), patience)
    const slow = updates.filter(({ text }) => text.startsWith('Slowed'))
    expect(slow.map(({ category, text }) => [category, text])).toEqual([
      ['info', 'Slowed down for watching: rests 150 ms after each step'],
    ])
    const waits = updates.filter(({ span }) => span?.state === 'waiting')
    expect(waits.map(({ span }) => span?.waitingFor)).toEqual(
      Array.from({ length: 7 }, () => 'the next step: slowed down for watching'),
    )
    const whole = updates.find(isLast)?.span
    const worked = updates.reduce(
      (sum, { span }) => sum + (span?.parentId === whole?.id ? (span?.durationMs ?? 0) : 0),
      0,
    )
    expect(whole?.durationMs).toBeGreaterThanOrEqual(7 * 150 - 20)
    expect(worked).toBeLessThan((whole?.durationMs ?? 0) - 7 * 140)
  })

  it('cannot be spoken by anybody but the worker', async () => {
    const updates = demo.listen('foreign')
    await demo.handIn('foreign', 'A short text.', 'pauseMs=500')
    await vi.waitFor(() => expect(updates[0]?.span?.state).toBe('started'), patience)
    const id = updates[0]?.span?.id ?? ''
    const client = createTelltaleClient({
      url: demo.url.replace('http', 'ws').concat('/trpc'),
      token: () => demo.signIn('grace'),
    })
    const span = { id, name: 'Mine', state: 'succeeded', startedAt: new Date().toISOString() } as const
    const update = { conversationId: 'foreign', category: 'workflow', text: 'It is done', span } as const
    await expect(client.publish(update)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await client.close()
    await vi.waitFor(() => expect(updates.find(isLast)?.text).toMatch(/^Analysed/), patience)
  })
})

describe('the samples', () => {
  it('are seven, and each is analysed as it says', async () => {
    const samples = (await (await fetch(`${demo.url}/api/samples`)).json()) as Sample[]
    expect(samples).toHaveLength(7)
    for (const { id, name, bytes } of samples) {
      const response = await fetch(`${demo.url}/api/conversations/sample-${id}/analyses?sample=${id}`, {
        method: 'POST',
        headers: demo.asAda,
      })
      expect(response.status).toBe(202)
      const ended = await demo.ended(`sample-${id}`)
      expect(ended.document).toMatchObject({ name, bytes })
      expect([id, ended.state]).toEqual([id, id === 'broken' ? 'failed' : 'succeeded'])
    }
    const states = await Promise.all(samples.map(({ id }) => demo.ended(`sample-${id}`)))
    expect(states.map(({ findings }) => findings.language?.code)).toEqual([
      'en',
      'en',
      'en',
      'de',
      'fr',
      'es',
      undefined,
    ])
    expect(states.map(({ document }) => document.kind)).toEqual([
      'pdf',
      'markdown',
      'html',
      'text',
      'text',
      'text',
      'pdf',
    ])
  })
})
