import { networkInterfaces } from 'node:os'
import { type Context, Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { detectKind } from '../analysis/kind.ts'
import { Refused } from '../analysis/refused.ts'
import type { ServerAddress } from '../api/address.ts'
import { type Analysis, documentMaxBytes, isConversationId, type Refusal } from '../api/analysis.ts'
import type { DemoAccess } from './access.ts'
import { readBody } from './body.ts'
import type { Desk } from './desk.ts'
import { type Env, fail } from './env.ts'
import { networkOrigin } from './network.ts'
import { listSamples, readSample } from './samples.ts'

/** Longest rest after a step, in milliseconds. */
const pauseMaxMs = 1_000
/** Longest name of a document. */
const nameMax = 100
/** Most documents that arrive at the same time, so that they do not fill the memory. */
const uploadsMax = 20

const statusOf: { readonly [code in Refusal]?: 413 | 415 | 422 | 429 } = {
  TOO_LARGE: 413,
  UNSUPPORTED_TYPE: 415,
  EMPTY: 422,
  TOO_MANY: 429,
}

/** What {@link createApi} takes. */
export interface ApiOptions {
  readonly desk: Desk
  readonly host: string
  readonly access: DemoAccess
  /** Signing in, and what can be done to oneself. */
  readonly whatIf: Hono<Env>
}

/** What the page asks over HTTP, under `/api`: hand documents in, cancel, look up how they stand. */
export function createApi({ desk, host, access, whatIf }: ApiOptions): Hono<Env> {
  const { identify, authorize } = createGuards(access)
  const app = new Hono<Env>().basePath('/api')
  let uploads = 0
  app.use(refuseStrangers)
  app.use(identify)
  app.notFound((c) => fail(c, 404, 'NOT_FOUND', 'There is nothing here'))
  app.onError((_error, c) => fail(c, 500, 'INTERNAL', 'That went wrong here'))

  app.get('/address', (c) => {
    const network = networkOrigin(host, c.env.incoming.socket.localPort ?? 0, networkInterfaces())
    return c.json({ network } satisfies ServerAddress)
  })
  app.get('/samples', async (c) => c.json(await listSamples()))
  app.get('/conversations', async (c) => {
    const seen = await Promise.all(
      desk
        .conversations()
        .map(async (one) => ((await access.authorize(c.get('identity'), 'history', one.id)) ? one : [])),
    )
    return c.json(seen.flat())
  })
  app.use('/conversations/:conversationId/*', checkConversation, authorize)
  app.use('/conversations/:conversationId', checkConversation, authorize)
  app.route('/', whatIf)
  app.get('/conversations/:conversationId', (c) => c.json(desk.conversation(c.req.param('conversationId'))))
  app.delete('/conversations/:conversationId/analyses/:id', (c) => {
    const analysis = desk.cancel(c.req.param('conversationId'), c.req.param('id'))
    return analysis ? c.json(analysis, 202) : fail(c, 404, 'NOT_FOUND', 'There is no such analysis')
  })
  app.post('/conversations/:conversationId/analyses/:id/kill', (c) => {
    const analysis = desk.kill(c.req.param('conversationId'), c.req.param('id'))
    return analysis ? c.json(analysis, 202) : fail(c, 404, 'NOT_FOUND', 'There is no such analysis')
  })
  app.post('/conversations/:conversationId/analyses', async (c) => {
    const conversationId = c.req.param('conversationId')
    const pauseMs = Number(c.req.query('pauseMs') ?? 0)
    if (!Number.isInteger(pauseMs) || pauseMs < 0 || pauseMs > pauseMaxMs) {
      return fail(c, 400, 'MALFORMED', `pauseMs must be a whole number from 0 to ${pauseMaxMs}`)
    }
    const sampleId = c.req.query('sample')
    if (sampleId !== undefined) {
      const sample = await readSample(sampleId)
      if (!sample) return fail(c, 404, 'NOT_FOUND', 'There is no such sample')
      return answer(c, await handIn(desk, { conversationId, pauseMs, ...sample }))
    }
    if (c.req.header('content-type')?.split(';')[0]?.trim() !== 'application/octet-stream') {
      return fail(c, 400, 'MALFORMED', 'The body must be the document, as application/octet-stream')
    }
    const name = toName(c.req.query('name'))
    const isBusy = uploads >= uploadsMax
    uploads++
    // What is not wanted is read too, and dropped: its sender would not hear the answer otherwise.
    const body = await readBody(c.env.incoming, isBusy ? 0 : documentMaxBytes).finally(() => uploads--)
    if (body.ok) return answer(c, await handIn(desk, { conversationId, pauseMs, name, bytes: body.bytes }))
    if (!body.isDrained) c.header('connection', 'close')
    const document = { name, kind: null, bytes: body.size }
    return answer(
      c,
      isBusy
        ? desk.refuse(conversationId, document, 'TOO_MANY', 'Too many documents arrive at once; try again later')
        : desk.refuse(
            conversationId,
            document,
            'TOO_LARGE',
            `The document is larger than ${documentMaxBytes / 1_000_000} MB`,
          ),
    )
  })
  return app
}

interface HandedIn {
  readonly conversationId: string
  readonly name: string
  readonly bytes: Uint8Array
  readonly pauseMs: number
}

async function handIn(desk: Desk, document: HandedIn): Promise<Analysis> {
  const { conversationId, name, bytes } = document
  try {
    return desk.submit({ ...document, kind: await detectKind(bytes, name) })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return desk.refuse(conversationId, { name, kind: null, bytes: bytes.length }, error.code, error.message)
  }
}

function answer(c: Context<Env>, analysis: Analysis): Response {
  return c.json(analysis, (analysis.failure && statusOf[analysis.failure.code]) ?? 202)
}

/** A browser says which page asks: another site's must not write here in its visitor's name. */
const refuseStrangers = createMiddleware<Env>(async (c, next) => {
  const origin = c.req.header('origin')
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (!isReading && origin !== undefined && URL.parse(origin)?.host !== c.req.header('host')) {
    return fail(c, 403, 'CROSS_ORIGIN', 'Only the demo’s own page may ask for this')
  }
  c.header('cache-control', 'no-store')
  c.header('x-content-type-options', 'nosniff')
  return next()
})

const checkConversation = createMiddleware<Env>(async (c, next) => {
  const id = c.req.param('conversationId') ?? ''
  if (isConversationId(id)) return next()
  return fail(c, 400, 'MALFORMED', 'That cannot be the name of a conversation')
})

/** Who asks, and whether they may: by the same rules as over the live connection. */
function createGuards(access: DemoAccess) {
  return {
    identify: createMiddleware<Env>(async (c, next) => {
      const { headers, socket } = c.env.incoming
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? null
      const identity = await access.authenticate({ token, headers, remoteAddress: socket.remoteAddress ?? '' })
      if (!identity) return fail(c, 401, 'UNAUTHORIZED', 'Sign in again')
      c.set('identity', identity)
      return next()
    }),
    authorize: createMiddleware<Env>(async (c, next) => {
      const id = c.req.param('conversationId') ?? ''
      // Who lost a right must be able to get it back.
      if (c.req.path.endsWith(`/${id}/me`)) return next()
      const isReading = c.req.method === 'GET' || c.req.method === 'HEAD'
      if (await access.authorize(c.get('identity'), isReading ? 'history' : 'publish', id)) return next()
      const isGuest = !isReading && c.get('identity')['anonymous'] === true
      if (isGuest) return fail(c, 403, 'GUEST', 'Guests only watch: sign in first')
      return fail(c, 404, 'NOT_FOUND', 'There is no such conversation')
    }),
  }
}

/** A name on one line, as short as can be shown. */
function toName(given: string | undefined): string {
  const name = (given ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return name.length > nameMax ? `${name.slice(0, nameMax - 1).toWellFormed()}…` : name || 'untitled'
}
