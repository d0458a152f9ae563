import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Refusal } from './reception.ts'
import { rejectionOf } from './rejection.ts'

/** Most of a refused body that is read and thrown away, in bytes; whoever sends more is hung up on. */
const lingerMaxBytes = 33_554_432

/** Answers a request with a refusal that its sender can read. */
export function refuseRequest(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const { status, retryAfterSeconds } = refusal
  if (retryAfterSeconds !== undefined && isEventSource(request)) return putOff(response, retryAfterSeconds)
  response.statusCode = status
  response.setHeader('content-type', 'application/json')
  if (status === 405) response.setHeader('allow', 'GET, POST')
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds)
  response.end(JSON.stringify({ error: rejectionOf(refusal) }))
  // To hang up on somebody who is still sending would take the answer away again.
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > lingerMaxBytes) request.destroy()
  })
}

/** An EventSource takes any other answer for final; with this one it comes back after a while (WHATWG HTML, 9.2.3). */
function putOff(response: ServerResponse, retryAfterSeconds: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.end(`retry: ${retryAfterSeconds * 1_000}\n\n`)
}

function isEventSource({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/event-stream') === true
}
