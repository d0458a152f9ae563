import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Refusal } from './reception.ts'

/** What the guard makes of a request. */
export type RequestCheck =
  | { readonly ok: true; readonly path: string; readonly search: URLSearchParams }
  | { readonly ok: false; readonly status: 400; readonly reason: string }

/** Longest URL of an upgrade, which has nothing to say in it. */
const urlMaxLength = 2_048
const hostShape = /^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/
const urlShape = /^\/(?!\/)[\x21-\x7e]*$/

/** Reads the URL and the Host of a request. Malformed ones stop here, before code that would throw on them. */
export function checkRequest(
  request: Pick<IncomingMessage, 'url' | 'rawHeaders'>,
  maxLength: number = urlMaxLength,
): RequestCheck {
  const url = request.url ?? ''
  const bad = (reason: string): RequestCheck => ({ ok: false, status: 400, reason })
  if (url.length > maxLength) return bad('url too long')
  if (!urlShape.test(url)) return bad('malformed url')
  const hosts = request.rawHeaders.filter(
    (_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === 'host',
  )
  const [host = ''] = hosts
  if (hosts.length !== 1 || !hostShape.test(host)) return bad('malformed host')
  if (!URL.canParse(url, `http://${host}`)) return bad('malformed url')
  const parsed = new URL(url, `http://${host}`)
  return { ok: true, path: parsed.pathname, search: parsed.searchParams }
}

/** Answers an upgrade request with a refusal and ends the connection. Refusing here, not after it, keeps clients from hammering. */
export function refuseUpgrade(socket: Duplex, { status, retryAfterSeconds }: Refusal): void {
  const text = STATUS_CODES[status] ?? 'Error'
  const lines = Object.entries({
    connection: 'close',
    'content-type': 'text/plain',
    'content-length': String(text.length),
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  })
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`,
  )
  socket.once('finish', () => socket.destroy())
}
