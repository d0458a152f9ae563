import type { IncomingMessage } from 'node:http'
import { isLoopback } from './loopback.ts'

/**
 * What the page behind a handshake may do: browsers ask nobody before they open a WebSocket, and send the cookies of the
 * site along, whoever's page it is (CWE-1385).
 */
export type OriginVerdict =
  /** No page, a page of our own, or of an origin that was named. */
  | 'trusted'
  /** Anybody's page: what it shows of itself counts, and what its browser adds does not. */
  | 'foreign'

/** Judges a handshake by its `Origin`, compared exactly with those that were named. Pure. */
export function judgeOrigin(
  { origin, host = '' }: { origin: string | undefined; host: string | undefined },
  origins: ReadonlySet<string>,
): OriginVerdict {
  // Browsers always say where a page is from (RFC 6455, section 4.1): whoever does not is no browser.
  if (origin === undefined || origins.has(origin)) return 'trusted'
  if (!URL.canParse(origin)) return 'foreign'
  const page = new URL(origin)
  // An origin is written in one way only; whoever writes it otherwise is not asked what was meant.
  if (page.origin !== origin) return 'foreign'
  // Whether it is https is known to whoever ends TLS, which need not be this process.
  if (page.host === host) return 'trusted'
  return isLoopbackName(page.hostname) && isLoopbackName(nameOf(host)) ? 'trusted' : 'foreign'
}

/** Whether a page could only have come from this machine. */
export function isLocalOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true
  return URL.canParse(origin) && isLoopbackName(new URL(origin).hostname)
}

/** Whether a request was meant for this machine, by a name that only this machine has. */
export function isLocalHost(host: string | undefined): boolean {
  return isLoopbackName(nameOf(host ?? ''))
}

/** Takes away what a browser adds by itself, so that nobody behind us takes it for the wish of its user. */
export function withoutCookies(request: IncomingMessage): void {
  delete request.headers.cookie
}

function nameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name.replace(/^\[|\]$/g, ''))
}
