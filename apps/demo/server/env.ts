import type { HttpBindings } from '@hono/node-server'
import type { Identity } from '@telltale/server'
import type { Context } from 'hono'
import type { ApiError } from '../api/analysis.ts'

/** What a request to the API carries: Node's own objects, and who asks. */
export type Env = { Bindings: HttpBindings; Variables: { identity: Identity } }

/** Answers why not, in words for a person. */
export function fail(
  c: Context<Env>,
  status: 400 | 401 | 403 | 404 | 409 | 500,
  code: string,
  message: string,
): Response {
  return c.json({ code, message } satisfies ApiError, status)
}
