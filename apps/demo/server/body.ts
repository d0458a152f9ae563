import type { IncomingMessage } from 'node:http'

/** A body that is over its bound is read to the end up to this many bytes, so that its sender hears our answer. */
const drainMaxBytes = 64 * 1_024 * 1_024

/** The bytes of a body, or how large it was when it was too large. */
export type Body =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly size: number; readonly isDrained: boolean }

/**
 * Reads a request's body and keeps at most `maxBytes` of it. What is beyond is read and dropped: whoever still sends
 * when the connection is closed sees a reset instead of the answer. Rejects when the sender hangs up.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop must not destroy the request: its socket has to carry the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
    else chunks.length = 0
    if (size > drainMaxBytes) return { ok: false, size, isDrained: false }
  }
  if (size > maxBytes) return { ok: false, size, isDrained: true }
  return { ok: true, bytes: Buffer.concat(chunks, size) }
}
