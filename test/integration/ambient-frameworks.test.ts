import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Telltale } from '@telltale/server'
import { initTRPC, TRPCError } from '@trpc/server'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import express, { type ErrorRequestHandler } from 'express'
import fc from 'fast-check'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runs } from '../support/seeded.ts'
import { openTold } from './told.ts'

/** A web app in whose requests work is done; each request is about the conversation that its url names. */
interface App extends AsyncDisposable {
  /** Posts a text, which the work is given; answers with what the work answered. */
  ask(conversationId: string, text: string): Promise<string>
  /** What reached the framework's own handling of errors, and the conversation that was current there. */
  readonly failures: { readonly error: unknown; readonly conversationId: string }[]
}

type Work = (text: string) => Promise<string>
type Start = (telltale: Telltale, work: Work) => Promise<App>

async function post(url: string, body: object): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.text()
}

const startExpress: Start = async ({ status }, work) => {
  const app = express()
  const failures: App['failures'] = []
  const fail: ErrorRequestHandler = (error, _request, response, _next) => {
    failures.push({ error, conversationId: status.current().conversationId })
    response.status(500).end('failed')
  }
  app.use('/:id', (request, _response, next) => status.run(request.params.id, next))
  app.use(express.json())
  app.post('/:id', async (request, response) => {
    response.send(await work(request.body.text))
  })
  app.use(fail)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ask: (conversationId, text) => post(`http://127.0.0.1:${port}/${conversationId}`, { text }),
    failures,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const startFastify: Start = async ({ status }, work) => {
  const app = Fastify()
  const failures: App['failures'] = []
  app.addHook<{ Params: { id: string } }>('preHandler', ({ params }, _reply, done) => status.run(params.id, done))
  app.setErrorHandler((error, _request, reply) => {
    failures.push({ error, conversationId: status.current().conversationId })
    return reply.status(500).send('failed')
  })
  app.post<{ Params: { id: string }; Body: { text: string } }>('/:id', ({ body }) => work(body.text))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    ask: (conversationId, text) => post(`${url}/${conversationId}`, { text }),
    failures,
    [Symbol.asyncDispose]: () => app.close(),
  }
}

const startTrpc: Start = async ({ status }, work) => {
  const failures: App['failures'] = []
  const t = initTRPC.create()
  const inConversation = t.procedure
    .input(z.object({ id: z.string() }))
    .use(({ input, next }) => status.run(input.id, () => next()))
    .use(async ({ next }) => {
      const result = await next()
      if (!result.ok) failures.push({ error: result.error.cause, conversationId: status.current().conversationId })
      return result
    })
  const router = t.router({
    ask: inConversation.input(z.object({ text: z.string() })).mutation(({ input }) => work(input.text)),
  })
  const server = createServer(createHTTPHandler({ router }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    async ask(id, text) {
      const answer = JSON.parse(await post(`http://127.0.0.1:${port}/ask`, { id, text }))
      return 'error' in answer ? 'failed' : answer.result.data
    },
    failures,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

describe.each([
  ['express', startExpress],
  ['fastify', startFastify],
  ['tRPC', startTrpc],
] as const)('in %s', (_framework, start) => {
  it('fifty requests at once never take one conversation for another, however their turns fall', async () => {
    await using told = await openTold()
    const { status } = told
    const seen = new Map<string, Set<string>>()
    /** The text is the conversation, and the turns that are waited for between what is said. */
    const work: Work = async (text) => {
      const [id = '', ...turns] = text.split(' ')
      const note = (): void => {
        const places = seen.get(id) ?? new Set()
        seen.set(id, places.add(status.current().conversationId))
      }
      return status.current().span({ category: 'workflow', name: id }, async (span) => {
        for (const count of turns) {
          for (let turn = 0; turn < Number(count); turn++) await nextTurn()
          note()
          status.current().span({ category: 'tool', name: id }, (inner) => {
            if (inner.parentId !== span.id) throw new Error(`${inner.parentId} is not the span around it`)
          })
        }
        return span.conversationId
      })
    }
    await using app = await start(told.telltale, work)
    const turns = fc.array(fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 4 }), {
      minLength: 50,
      maxLength: 50,
    })
    await fc.assert(
      fc.asyncProperty(turns, async (all) => {
        seen.clear()
        const asked = all.map((counts, n) => app.ask(`c${n}`, `c${n} ${counts.join(' ')}`))
        expect(await Promise.all(asked)).toEqual(all.map((_counts, n) => `c${n}`))
        for (const [id, places] of seen) expect([...places]).toEqual([id])
        expect(seen.size).toBe(50)
      }),
      runs(3),
    )
    expect(told.rejected).toEqual([])
  })

  it('an error of a handler fails its span and reaches the framework’s own handling, unchanged', async () => {
    await using told = await openTold()
    const fault = new TRPCError({ code: 'BAD_REQUEST', message: 'no such page' })
    const wrapped = new Error('no such page', { cause: fault })
    await using app = await start(told.telltale, () =>
      told.status.current().span({ category: 'tool', name: 'handler' }, async () => {
        await nextTurn()
        throw wrapped
      }),
    )
    expect(await app.ask('c', 'x')).toBe('failed')
    expect(app.failures).toHaveLength(1)
    expect(app.failures[0]?.error).toBe(wrapped)
    expect(app.failures[0]?.conversationId).toBe('c')
    expect(await told.last('handler')).toMatchObject({ state: 'failed', error: { message: 'no such page' } })
  })

  it('keeps the place below a body that comes in pieces', async () => {
    await using told = await openTold()
    await using app = await start(
      told.telltale,
      async (text) => `${told.status.current().conversationId} ${text.length}`,
    )
    expect(await app.ask('c', 'x'.repeat(90_000))).toBe('c 90000')
  })
})

describe('a subscription in tRPC', () => {
  it('runs where it is read, outside of what its middleware runs in', async () => {
    await using told = await openTold()
    const t = initTRPC.create()
    const router = t.router({
      watch: t.procedure
        .use(({ next }) => told.status.run('c', () => next()))
        .subscription(async function* () {
          await nextTurn()
          yield told.status.current().conversationId
        }),
    })
    for await (const place of await router.createCaller({}).watch()) expect(place).toBe('')
    expect.assertions(1)
  })
})
