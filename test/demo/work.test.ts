import { isSpanEnd } from '@telltale/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ConversationSummary, runningMax } from '../../apps/demo/api/analysis.ts'
import { waitingMax } from '../../apps/demo/server/desk.ts'
import { type DemoUpdate, patience, type RunningDemo, runDemo } from './running-demo.ts'

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

/** How the spans of a conversation stand, by name, as it was said last. */
function standing(updates: readonly DemoUpdate[]): Record<string, string> {
  return Object.fromEntries(updates.flatMap(({ span }) => (span ? [[span.name, span.state]] : [])))
}

/** Whether a process of ours is there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('cancelling', () => {
  it('lets the worker say itself that everything it was at is cancelled, and says nothing more', async () => {
    const demo = await open()
    const updates = demo.listen('c')
    const { analysis } = await demo.handIn('c', 'Una carta.', 'name=a.txt&pauseMs=1000')
    await vi.waitFor(() => expect(standing(updates)['Read the document']).toBe('succeeded'), patience)
    const answer = await demo.cancel('c', analysis.id)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toMatchObject({ state: 'cancelled', endedAt: expect.any(String), failure: null })
    await vi.waitFor(() => expect(standing(updates)['Analyse a.txt']).toBe('cancelled'), patience)
    expect(updates.at(-1)).toMatchObject({ text: 'Cancelled: it was asked for', span: { reason: 'it was asked for' } })
    // Again changes nothing.
    expect((await demo.cancel('c', analysis.id)).status).toBe(202)
    expect(await demo.ended('c')).toMatchObject({ state: 'cancelled' })
  })

  it('ends a worker that cannot hear of it, and what that was at is lost', async () => {
    const demo = await open({ worker: worker('endless') })
    const updates = demo.listen('c')
    const { analysis } = await demo.handIn('c', 'text', 'name=a.txt')
    await vi.waitFor(() => expect(standing(updates)).toEqual({ 'The whole': 'started', 'A step': 'started' }), patience)
    expect(await (await demo.cancel('c', analysis.id)).json()).toMatchObject({ state: 'cancelled' })
    await vi.waitFor(() => expect(standing(updates)).toEqual({ 'The whole': 'lost', 'A step': 'lost' }), patience)
    expect(updates.at(-1)?.span?.reason).toBe('its producer was silent for 8 s')
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
  it('cancels what runs, tells its readers, and leaves no process behind', async () => {
    const demo = await runDemo()
    const updates = demo.listen('c')
    await demo.handIn('c', 'text', 'name=a.txt&pauseMs=1000')
    await vi.waitFor(() => expect(standing(updates)['Read the document']).toBe('succeeded'), patience)
    await demo[Symbol.asyncDispose]()
    expect(standing(updates)['Analyse a.txt']).toBe('cancelled')
    await expect(fetch(demo.url)).rejects.toThrow()
  })

  it('ends a worker that does not listen', async () => {
    const demo = await runDemo({ worker: worker('endless') })
    const updates = demo.listen('c')
    await demo.handIn('c', 'text')
    await vi.waitFor(() => expect(updates.length).toBe(2), patience)
    const pid = Number(/pid (\d+)/.exec(updates[0]?.text ?? '')?.[1])
    expect(isAlive(pid)).toBe(true)
    await demo[Symbol.asyncDispose]()
    expect(isAlive(pid)).toBe(false)
  })
})

describe('a worker that dies', () => {
  it.each([
    ['exits', 'its process ended with 7'],
    ['throws', 'its process ended with 1'],
    ['hungry', 'it needed more than 512 MiB of memory'],
  ])('is told by its lease when it %s, and takes nobody with it', async (name, why) => {
    const demo = await open({ worker: worker(name) })
    const updates = demo.listen('c')
    await demo.handIn('c', 'text', 'name=a.txt')
    const failure = { code: 'WORKER_DIED', message: `The analysis died: ${why}` }
    expect(await demo.ended('c')).toMatchObject({ state: 'failed', failure })
    await vi.waitFor(() => {
      expect(updates.map(({ span }) => [span?.name, span?.state])).toEqual([
        ['The whole', 'started'],
        ['A step', 'started'],
        ['A step', 'lost'],
        ['The whole', 'lost'],
      ])
    }, patience)
    expect(updates.at(-1)?.span?.reason).toBe('its producer was silent for 8 s')
  })

  it('by the button is said to be killed to whoever asks, and lost to whoever listens; the others go on', async () => {
    const demo = await open()
    const updates = demo.listen('c')
    const { analysis } = await demo.handIn('c', 'It is cut off.', 'name=killed.txt&pauseMs=1000')
    await demo.handIn('c', 'It goes on.', 'name=other.txt&pauseMs=1000')
    const begun = ['Analyse killed.txt', 'Analyse other.txt']
    await vi.waitFor(() => expect(Object.keys(standing(updates))).toEqual(expect.arrayContaining(begun)), patience)
    expect((await demo.kill('c', analysis.id)).status).toBe(202)
    const failure = { code: 'WORKER_DIED', message: 'The analysis died: its process was killed' }
    expect(await demo.ended('c')).toMatchObject({ state: 'failed', failure })
    // It is over, but nobody said so: that comes out by itself.
    expect(standing(updates)['Analyse killed.txt']).toMatch(/started|running|waiting/)
    await vi.waitFor(() => expect(standing(updates)['Analyse killed.txt']).toBe('lost'), patience)
    await vi.waitFor(() => expect(standing(updates)['Analyse other.txt']).toBe('succeeded'), patience)
    const ends = updates.filter(({ span }) => span?.name === 'Analyse killed.txt' && isSpanEnd(span.state))
    expect(ends.map(({ span }) => span?.reason)).toEqual(['its producer was silent for 8 s'])
    // Again, and of one that is over, it does nothing.
    expect((await demo.kill('c', analysis.id)).status).toBe(202)
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
      await vi.waitFor(() => expect(standing(updates)[`Analyse ${ids[index]}.txt`]).toBe('succeeded'), patience)
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
    await vi.waitFor(() => expect(updates[1]?.text).toBe('Waiting: it was given as the next to begin'), patience)
    expect(updates[1]?.span).toMatchObject({ state: 'waiting', waitingFor: 'one of 10 workers' })
    const waiting = demo.listen('second')
    await vi.waitFor(() => expect(waiting[1]?.text).toBe('Waiting: number 2 in the queue when it was given'), patience)

    expect(await (await demo.cancel('second', second.id)).json()).toMatchObject({ state: 'cancelled', startedAt: null })
    await vi.waitFor(() => expect(waiting.at(-1)?.span?.state).toBe('cancelled'), patience)
    for (let index = 1; index < waitingMax; index++) await demo.handIn('crowd', 'text')
    const refused = await demo.handIn('late', 'text')
    expect(refused).toMatchObject({ status: 429, analysis: { state: 'failed', failure: { code: 'TOO_MANY' } } })

    // A place that becomes free is taken by whoever waits longest.
    await demo.cancel('first', first[0]?.analysis.id ?? '')
    await vi.waitFor(async () => expect((await demo.conversation('next')).analyses[0]?.state).toBe('running'), patience)
    await vi.waitFor(() => expect(standing(updates)['Queue next.txt']).toBe('succeeded'), patience)
    expect((await demo.conversation('crowd')).analyses.map(({ state }) => state)).toContain('queued')
  })
})
