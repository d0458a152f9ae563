import { once } from 'node:events'
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import type { StatusUpdate } from '@telltale/contract'
import type { Telltale } from '@telltale/server'
import { TRPCError } from '@trpc/server'
import { afterAll, describe, expect, it } from 'vitest'
import { app as expressApp } from './ambient-express.ts'
import { app as fastifyApp } from './ambient-fastify.ts'
import { status, telltale } from './ambient-status.ts'
import { appRouter } from './ambient-trpc.ts'
import { enqueue, enqueueLater } from './ambient-worker.ts'
import { read, telltale as readingTelltale } from './spans-callback.ts'
import { send } from './spans-handle.ts'

const root = new URL('../../', import.meta.url)
const textOf = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8')

afterAll(() => Promise.all([telltale.close(), readingTelltale.close()]))

async function updatesOf(server: Telltale, conversationId: string): Promise<readonly StatusUpdate[]> {
  await server.flush()
  return (await server.createCaller({ userId: 'u' }).status.history({ conversationId })).updates
}

/** What was said of the spans of a conversation: `name state`. */
async function statesOf(server: Telltale, conversationId: string): Promise<string[]> {
  const updates = await updatesOf(server, conversationId)
  return updates.flatMap(({ span }) => (span ? [`${span.name} ${span.state}`] : []))
}

describe.each(globSync('docs/guides/*.md', { cwd: root }).sort())('%s', async (path) => {
  const guide = await textOf(path)
  const blocks = [...guide.matchAll(/^```tsx?$/gm)]
  const examples = [...guide.matchAll(/<!-- (test\/docs\/\S+) -->\n```tsx?\n([\s\S]*?)```/g)]

  it('shows no code but such as is type-checked', async () => {
    expect(examples).toHaveLength(blocks.length)
    for (const [, file = '', code] of examples) expect(code, file).toBe(await textOf(file))
  })

  it('links only to what exists', async () => {
    const links = [...guide.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link ?? '')
    for (const link of links)
      expect((await readFile(new URL(link, new URL(path, root)), 'utf8')).length).toBeGreaterThan(0)
  })
})

describe('the guides’ code', () => {
  const questions = 'conversations/c1/questions'
  const said = ['Answer started', 'Search started', 'Search running', 'Search succeeded', 'Answer succeeded']
  const failed = ['Answer started', 'Search started', 'Search failed', 'Answer failed']

  const ask = async (url: string, question: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question }),
    })
    return { status: response.status, text: await response.text() }
  }

  it('answers in a conversation with Express', async () => {
    const server = expressApp.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/conversations`
    expect(await ask(`${url}/e1/questions`, 'spans')).toEqual({
      status: 200,
      text: '{"answer":"Found 2 pages about spans"}',
    })
    expect((await ask(`${url}/e2/questions`, '')).status).toBe(500)
    expect([await statesOf(telltale, 'e1'), await statesOf(telltale, 'e2')]).toEqual([said, failed])
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  it('answers in a conversation with Fastify', async () => {
    const url = await fastifyApp.listen({ port: 0, host: '127.0.0.1' })
    expect(await ask(`${url}/${questions}`, 'spans')).toEqual({
      status: 200,
      text: '{"answer":"Found 2 pages about spans"}',
    })
    expect((await ask(`${url}/conversations/f2/questions`, '')).status).toBe(500)
    expect([await statesOf(telltale, 'c1'), await statesOf(telltale, 'f2')]).toEqual([said, failed])
    await fastifyApp.close()
  })

  it('answers in a conversation with tRPC', async () => {
    const caller = appRouter.createCaller({})
    expect(await caller.ask({ conversationId: 't1', question: 'spans' })).toBe('Found 2 pages about spans')
    const refused = caller.ask({ conversationId: 't2', question: '' })
    await expect(refused).rejects.toThrow(TRPCError)
    await expect(refused).rejects.toMatchObject({ cause: { message: 'there is no question' } })
    expect([await statesOf(telltale, 't1'), await statesOf(telltale, 't2')]).toEqual([said, failed])
  })

  it('brings a job’s place to a queue that was there before', async () => {
    const idle: (() => void)[] = []
    status.run('w1', () => enqueue('import'))
    status.run('w1', () => enqueueLater('export', (action) => idle.push(action)))
    for (const action of idle) action()
    const updates = await updatesOf(telltale, 'w1')
    const [first, second] = updates.filter(({ span }) => span?.state === 'started')
    expect(updates.map(({ text, spanId }) => [text, spanId])).toEqual([
      ['import', undefined],
      ['Working on import', first?.span?.id],
      ['import', undefined],
      ['export', undefined],
      ['Working on export', second?.span?.id],
      ['export', undefined],
    ])
  })

  it('reads a document in a span, and each page in one of its own', async () => {
    expect(await read('r1', ['a b c', 'd e'])).toBe(5)
    const updates = await updatesOf(readingTelltale, 'r1')
    expect(updates.at(-1)).toMatchObject({
      text: 'Read 5 words',
      span: { state: 'succeeded', progress: { percent: 100 } },
    })
    const parent = updates[0]?.span?.id
    const pages = updates.filter(({ category }) => category === 'tool')
    expect(pages.map(({ text, span }) => [text, span?.state, span?.parentId])).toEqual([
      ['Page 1', 'started', parent],
      ['Page 1', 'succeeded', parent],
      ['Page 2', 'started', parent],
      ['Page 2', 'succeeded', parent],
    ])
  })

  it('sends a mail, gives it up, tries it again, and leaves it by an exception', async () => {
    await send('m1', 'to ada@example.com', Promise.resolve(true))
    await send('m2', 'to ada@example.com', Promise.resolve(false))
    await expect(send('m3', 'to nobody', Promise.resolve(true))).rejects.toThrow('nobody to send it to')
    const last = async (conversationId: string) => (await updatesOf(telltale, conversationId)).at(-1)
    expect(await last('m1')).toMatchObject({ text: 'Sent', span: { state: 'succeeded' } })
    expect(await last('m2')).toMatchObject({ span: { state: 'cancelled', reason: 'not approved' } })
    expect(await last('m3')).toMatchObject({
      span: { state: 'cancelled', reason: 'left without an outcome', attempt: 2 },
    })
    expect(await statesOf(telltale, 'm3')).toContain('Send the mail retrying')
  })
})
