import { createTelltaleClient } from '@telltale/client'
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
const isLast = ({ metadata }: DemoUpdate): boolean =>
  metadata.step === undefined && ['succeeded', 'failed', 'cancelled'].includes(metadata.status ?? '')

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
    await client.close()

    const workflow = updates.filter(({ category }) => category === 'workflow')
    expect(workflow.map(({ metadata }) => `${metadata.step ?? 'all'} ${metadata.status}`)).toEqual([
      'all running',
      ...steps.flatMap(({ name }) => [`${name} running`, `${name} succeeded`]),
      'all succeeded',
    ])
    expect(workflow[2]).toMatchObject({
      text: 'Read 30 pages, 1,491 characters of text',
      metadata: { pages: 30, characters: 1_491, currentStep: 1, completedSteps: 1, totalSteps: 8 },
    })
    expect(workflow.find(({ text }) => text === 'Counted 60 sentences and 330 words')).toBeDefined()

    // What a step says stands between its beginning and its end.
    const places = new Map<string, number[]>()
    for (const [place, { metadata, category }] of updates.entries()) {
      expect(metadata).toMatchObject({ workflow: 'document_analysis', analysisId: analysis.id })
      if (metadata.step && category !== 'workflow') {
        const step = updates.slice(0, place).findLast((other) => other.category === 'workflow')
        expect(step?.metadata).toMatchObject({ step: metadata.step, status: 'running' })
        places.set(metadata.step, [...(places.get(metadata.step) ?? []), place])
      }
    }
    expect(places.size).toBe(steps.length)
    for (const { text } of updates) expect(text.length).toBeLessThan(200)
    for (const { metadata } of workflow.filter(({ metadata }) => metadata.status === 'succeeded')) {
      expect(metadata.durationMs).toBeGreaterThanOrEqual(0)
    }
  })

  it('count up, seldom enough to be read, and always to the end', async () => {
    const updates = demo.listen('progress')
    const bytes = await makePdf((pdf) => {
      for (let page = 1; page <= 47; page++) (page > 1 ? pdf.addPage() : pdf).text(`Page ${page}.`)
    })
    await demo.handIn('progress', bytes, 'name=many.pdf')
    await vi.waitFor(() => expect(updates.some(isLast)).toBe(true), patience)
    const read = updates.filter(({ category, metadata }) => category === 'progress' && metadata.step === 'parse')
    const counts = read.map(({ metadata }) => Number(metadata['current']))
    expect(read.length).toBeGreaterThan(10)
    expect(read.length).toBeLessThanOrEqual(20)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(read.at(-1)).toMatchObject({
      text: 'Read 47 of 47 pages',
      metadata: { current: 47, total: 47, percent: 100, unit: 'pages' },
      key: `${updates[0]?.metadata.analysisId}:parse`,
    })
  })

  it('are told in the overview too: beginnings and ends, and whose they are', async () => {
    const overview = demo.listen('overview')
    const { analysis } = await demo.handIn('told', 'A short text.', 'name=short.txt')
    const own = (): string[] =>
      overview
        .filter(({ metadata }) => metadata['conversationId'] === 'told')
        .map(({ metadata }) => `${metadata.analysisId} ${metadata.status}`)
    await vi.waitFor(() => expect(own()).toEqual([`${analysis.id} running`, `${analysis.id} succeeded`]), patience)
  })

  it('say once that it rests, and do not count the rests as work', async () => {
    const updates = demo.listen('slow')
    await demo.handIn('slow', 'A short text.', 'pauseMs=150')
    await vi.waitFor(() => expect(updates.some(isLast)).toBe(true), patience)
    const slow = updates.filter(({ text }) => text.startsWith('Slowed'))
    expect(slow.map(({ category, text }) => [category, text])).toEqual([
      ['info', 'Slowed down for watching: rests 150 ms after each step'],
    ])
    const whole = updates.find(isLast)?.metadata.durationMs ?? 0
    const worked = updates.reduce((sum, { metadata }) => sum + (metadata.step ? (metadata.durationMs ?? 0) : 0), 0)
    expect(whole).toBeGreaterThanOrEqual(7 * 150 - 20)
    expect(worked).toBeLessThan(whole - 7 * 140)
  })
})

describe('the samples', () => {
  it('are six, and each is analysed as it says', async () => {
    const samples = (await (await fetch(`${demo.url}/api/samples`)).json()) as Sample[]
    expect(samples).toHaveLength(6)
    for (const { id, name, bytes } of samples) {
      const response = await fetch(`${demo.url}/api/conversations/sample-${id}/analyses?sample=${id}`, {
        method: 'POST',
      })
      expect(response.status).toBe(202)
      const ended = await demo.ended(`sample-${id}`)
      expect(ended.document).toMatchObject({ name, bytes })
      expect([id, ended.state]).toEqual([id, id === 'broken' ? 'failed' : 'succeeded'])
    }
    const states = await Promise.all(samples.map(({ id }) => demo.ended(`sample-${id}`)))
    expect(states.map(({ findings }) => findings.language?.code)).toEqual(['en', 'en', 'en', 'de', 'fr', undefined])
    expect(states.map(({ document }) => document.kind)).toEqual(['pdf', 'markdown', 'html', 'text', 'text', 'pdf'])
  })
})
