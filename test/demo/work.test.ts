import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ConversationSummary, runningMax } from '../../apps/demo/api/analysis.ts'
import { waitingMax } from '../../apps/demo/server/desk.ts'
import { patience, type RunningDemo, runDemo } from './running-demo.ts'

const worker = (name: string): URL => new URL(`./workers/${name}.ts`, import.meta.url)

const opened: RunningDemo[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((demo) => demo[Symbol.asyncDispose]()))
})

async function open(options: Parameters<typeof runDemo>[0] = {}): Promise<RunningDemo> {
  const demo = await runDemo(options)
  opened.push(demo)
  return demo
}

describe('cancelling', () => {
  it('stops a worker in the middle of a step that never returns, and says what was cancelled', async () => {
    const demo = await open({ worker: worker('endless') })
    const updates = demo.listen('c')
    const { analysis } = await demo.handIn('c', 'text', 'name=a.txt')
    await vi.waitFor(() => expect(updates.map(({ metadata }) => metadata.step)).toContain('parse'), patience)
    const answer = await demo.cancel('c', analysis.id)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toMatchObject({ state: 'cancelled', endedAt: expect.any(String), failure: null })
    await vi.waitFor(() => {
      expect(updates.slice(2).map(({ metadata, text }) => [metadata.step, metadata.status, text])).toEqual([
        ['parse', 'cancelled', 'Read the document: cancelled'],
        [undefined, 'cancelled', 'The analysis of a.txt was cancelled'],
      ])
    }, patience)
    // Again changes nothing.
    expect((await demo.cancel('c', analysis.id)).status).toBe(202)
    expect(await demo.ended('c')).toMatchObject({ state: 'cancelled' })
  })

  it('keeps what was found before', async () => {
    const demo = await open()
    const { analysis } = await demo.handIn('c', 'A short text.', 'pauseMs=1000')
    await vi.waitFor(async () => {
      const [standing] = (await demo.conversation('c')).analyses
      expect(standing).toMatchObject({ state: 'running', findings: { parse: { characters: 13 } } })
    }, patience)
    await demo.cancel('c', analysis.id)
    const { state, findings } = await demo.ended('c')
    expect(state).toBe('cancelled')
    expect(findings.parse?.characters).toBe(13)
    expect(findings.glossary).toBeUndefined()
  })
})

describe('stopping the server', () => {
  it('cancels what runs, tells its readers, and ends its thread', async () => {
    const demo = await runDemo({ worker: worker('endless') })
    const updates = demo.listen('c')
    await demo.handIn('c', 'text')
    await vi.waitFor(() => expect(updates.map(({ metadata }) => metadata.step)).toContain('parse'), patience)
    await demo[Symbol.asyncDispose]()
    expect(updates.at(-1)?.metadata).toMatchObject({ status: 'cancelled' })
    await expect(fetch(demo.url)).rejects.toThrow()
  })
})

describe('a worker that dies', () => {
  it.each([
    ['exits', 'count', 'its thread ended with 7'],
    ['throws', 'links', 'there is no such thing'],
    ['hungry', 'summary', 'it needed more than 512 MiB of memory'],
  ])('is told as an error when it %s, and takes nobody with it', async (name, step, why) => {
    const demo = await open({ worker: worker(name) })
    const updates = demo.listen('c')
    await demo.handIn('c', 'text', 'name=a.txt')
    const failure = { code: 'WORKER_DIED', message: `The analysis died: ${why}` }
    expect(await demo.ended('c')).toMatchObject({ state: 'failed', failure })
    await vi.waitFor(() => {
      expect(updates.map(({ category, metadata }) => [category, metadata.step, metadata.status])).toEqual([
        ['workflow', undefined, 'running'],
        ['workflow', step, 'running'],
        ['error', step, undefined],
        ['workflow', step, 'failed'],
        ['workflow', undefined, 'failed'],
      ])
    }, patience)
    expect(updates[2]?.metadata).toMatchObject({ ...failure, retryable: true })
  })

  it('is ended at its deadline', async () => {
    const demo = await open({ worker: worker('endless'), deadlineMs: 200 })
    await demo.handIn('c', 'text')
    expect(await demo.ended('c')).toMatchObject({
      state: 'failed',
      failure: { code: 'TIMEOUT', message: 'The analysis took longer than 0.2 s' },
    })
  })
})

describe('many at once', () => {
  it('run side by side in ten conversations, and nothing mixes', async () => {
    const demo = await open()
    const ids = Array.from({ length: 10 }, (_, index) => `c${index}`)
    const heard = ids.map((id) => demo.listen(id))
    const text = (index: number): string => `Boat ${index} sailed. `.repeat(index + 1)
    const taken = await Promise.all(ids.map((id, index) => demo.handIn(id, text(index), `name=${id}.txt`)))
    for (const [index, id] of ids.entries()) {
      const ended = await demo.ended(id)
      expect(ended).toMatchObject({ state: 'succeeded', document: { name: `${id}.txt` } })
      expect(ended.findings.count).toMatchObject({ sentences: index + 1, words: 3 * (index + 1) })
    }
    for (const [index, updates] of heard.entries()) {
      const analysisId = taken[index]?.analysis.id
      await vi.waitFor(() => expect(updates.at(-1)?.metadata).toMatchObject({ status: 'succeeded' }), patience)
      expect(new Set(updates.map(({ metadata }) => metadata.analysisId))).toEqual(new Set([analysisId]))
      expect(new Set(updates.map(({ conversationId }) => conversationId))).toEqual(new Set([ids[index]]))
    }
    const summaries = (await (await fetch(`${demo.url}/api/conversations`)).json()) as ConversationSummary[]
    expect(summaries.map(({ id }) => id).toSorted()).toEqual(ids)
    expect(summaries[0]?.latest).not.toHaveProperty('findings')
  })

  it('wait for their turn beyond ten, leave the queue when they are cancelled, and are refused beyond the queue', async () => {
    const demo = await open({ worker: worker('endless') })
    const first = []
    for (let index = 0; index < runningMax; index++) first.push(await demo.handIn('first', `text ${index}`))
    expect(first.map(({ analysis }) => analysis.state)).toEqual(Array.from({ length: runningMax }, () => 'running'))

    const updates = demo.listen('next')
    const { analysis: next } = await demo.handIn('next', 'text', 'name=next.txt')
    const { analysis: second } = await demo.handIn('second', 'text')
    expect([next.state, next.startedAt, second.state]).toEqual(['queued', null, 'queued'])
    await vi.waitFor(() => expect(updates[0]?.text).toBe('Waiting: it was given as the next to begin'), patience)
    const waiting = demo.listen('second')
    await vi.waitFor(() => expect(waiting[0]?.text).toBe('Waiting: number 2 in the queue when it was given'), patience)

    expect(await (await demo.cancel('second', second.id)).json()).toMatchObject({ state: 'cancelled', startedAt: null })
    for (let index = 1; index < waitingMax; index++) await demo.handIn('crowd', 'text')
    const refused = await demo.handIn('late', 'text')
    expect(refused).toMatchObject({ status: 429, analysis: { state: 'failed', failure: { code: 'TOO_MANY' } } })

    // A place that becomes free is taken by whoever waits longest.
    await demo.cancel('first', first[0]?.analysis.id ?? '')
    await vi.waitFor(async () => expect((await demo.conversation('next')).analyses[0]?.state).toBe('running'), patience)
    expect((await demo.conversation('crowd')).analyses.map(({ state }) => state)).toContain('queued')
  })
})
