import type { Telltale } from '@telltale/server'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { findPerson, type Revoked, type SessionToken, type SlowRun } from '../api/people.ts'
import type { DemoAccess } from './access.ts'
import { type Env, fail } from './env.ts'
import type { Lines } from './lines.ts'
import { runSlow } from './slow-run.ts'

/** What {@link createWhatIf} takes. */
export interface WhatIfOptions {
  readonly access: DemoAccess
  readonly telltale: Pick<Telltale, 'status' | 'revoke'>
  readonly lines: Lines
  /** Ends what goes on. */
  readonly signal: AbortSignal
}

/** Signing in, and what can be done to oneself: to lose a right, to get it back, to be slow. */
export function createWhatIf({ access, telltale, lines, signal }: WhatIfOptions): Hono<Env> {
  const app = new Hono<Env>()

  app.post('/session/:personId', async (c) => {
    const person = findPerson(c.req.param('personId'))
    if (!person) return fail(c, 404, 'NOT_FOUND', 'There is nobody of that name')
    return c.json({ token: await access.personToken(person) } satisfies SessionToken)
  })

  app.use('/conversations/:conversationId/me', refuseGuests)
  app.delete('/conversations/:conversationId/me', (c) => {
    const { userId } = c.get('identity')
    const conversationId = c.req.param('conversationId')
    // In this order: whoever asks again at once must hear no.
    access.bar(userId, conversationId)
    return c.json(telltale.revoke({ userId, conversationId }) satisfies Revoked)
  })
  app.put('/conversations/:conversationId/me', (c) => {
    access.unbar(c.get('identity').userId, c.req.param('conversationId'))
    return c.body(null, 204)
  })

  app.post('/conversations/:conversationId/slow', async (c) => {
    const name = c.req.query('line') ?? ''
    const line = lines.get(name)
    if (!line) return fail(c, 409, 'NO_LINE', 'Only a page that is connected by a WebSocket can be slowed down')
    if (line.isHeld) return fail(c, 409, 'BUSY', 'It is slow already')
    const conversationId = c.req.param('conversationId')
    const said = await runSlow({ conversationId, line, name, status: telltale.status, signal })
    return c.json({ said } satisfies SlowRun)
  })
  return app
}

/** All guests are one: what one of them loses, all would. */
const refuseGuests = createMiddleware<Env>(async (c, next) => {
  if (c.get('identity')['anonymous'] !== true) return next()
  return fail(c, 403, 'GUEST', 'A guest has nothing to lose: sign in first')
})
