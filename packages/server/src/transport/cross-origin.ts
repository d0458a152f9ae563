import type { IncomingMessage, ServerResponse } from 'node:http'

/** How long a browser may remember what it was allowed, in seconds. */
const rememberSeconds = 600

const preflight = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'content-type, authorization, last-event-id, trpc-accept',
  'access-control-max-age': String(rememberSeconds),
}

/**
 * Tells a browser that pages of some other origins may read our answers, after the Fetch standard's CORS protocol.
 * True when that was all it asked.
 */
export function admitOrigin(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  response: ServerResponse,
  origins: ReadonlySet<string>,
): boolean {
  if (origins.size > 0) response.setHeader('vary', 'origin')
  const { origin } = headers
  if (origin === undefined || !origins.has(origin)) return false
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-credentials', 'true')
  response.setHeader('access-control-expose-headers', 'retry-after')
  if (method !== 'OPTIONS') return false
  response.writeHead(204, preflight).end()
  return true
}
